"use strict";
// Pages by hash, search, and claims filtered by verdict. Without this script the report is one long document.
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const VERDICTS = ["holds", "fails", "undecided", "scale", "open"];
  const SEARCH = "#search=";
  const query = document.getElementById("query");
  const words = JSON.parse(document.getElementById("words").textContent);

  // ---- pages
  const results = document.createElement("section");
  results.className = "page";
  results.id = "results";
  results.setAttribute("aria-live", "polite");
  document.getElementById("content").append(results);
  const pages = all(".page");

  // a table or figure is shown alone, with links to the one before and the one after it
  const steps = document.createElement("p");
  steps.className = "steps";

  function single(page, entry) {
    const entries = all(".entry", page);
    page.classList.toggle("single", Boolean(entry));
    for (const each of entries) each.classList.toggle("alone", each === entry);
    steps.remove();
    if (!entry) return;
    const place = entries.indexOf(entry);
    const step = (to, text) => {
      const link = document.createElement("a");
      link.href = `#${to.id}`;
      link.textContent = text;
      return link;
    };
    steps.replaceChildren();
    if (place > 0) steps.append(step(entries[place - 1], `← ${entries[place - 1].dataset.label}`));
    steps.append(step(page, `all ${entries.length} ${page.dataset.noun}`));
    if (place + 1 < entries.length) steps.append(step(entries[place + 1], `${entries[place + 1].dataset.label} →`));
    entry.prepend(steps);
  }

  function show(page, target) {
    for (const each of pages) each.classList.toggle("shown", each === page);
    single(page, target && target.classList.contains("entry") ? target : null);
    for (const list of all("nav .entries")) {
      list.classList.toggle("shown", list.previousElementSibling.hash === `#${page.id}`);
    }
    const current = [`#${page.id}`, target ? `#${target.id}` : ""];
    for (const link of all("nav a")) {
      if (current.includes(link.hash)) {
        link.setAttribute("aria-current", "page");
        link.scrollIntoView({ block: "nearest" });
      } else link.removeAttribute("aria-current");
    }
    document.getElementById("unfold").checked = false;
    if (target && target !== page) {
      const row = target.closest("tr");
      if (row && row.hidden) choose(page, "");
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
      if (page.classList.contains("single")) window.scrollTo(0, 0);
      else target.scrollIntoView();
    } else window.scrollTo(0, 0);
  }

  function go() {
    const hash = decodeURIComponent(location.hash);
    if (hash.startsWith(SEARCH)) {
      const text = hash.slice(SEARCH.length);
      if (query.value !== text) query.value = text;
      find(text);
      show(results);
      return;
    }
    const target = document.getElementById(hash.slice(1));
    const page = target && target.closest(".page");
    if (page) show(page, target);
    else if (!hash || !pages.some((each) => each.classList.contains("shown"))) show(pages[0]);
  }

  // ---- claims by verdict
  const verdictOf = (row) => VERDICTS.find((name) => row.classList.contains(name) || row.querySelector(`.${name}`)) || "";
  const rowsOf = (page) => all("tbody tr", page);

  function choose(page, verdict) {
    for (const row of rowsOf(page)) row.hidden = verdict !== "" && verdictOf(row) !== verdict;
    for (const button of all(".counts button", page)) {
      button.setAttribute("aria-pressed", String(button.dataset.filter === verdict));
    }
  }

  for (const page of all(".page.claims")) {
    const list = page.querySelector(".counts");
    const choices = [["", `all ${rowsOf(page).length}`]];
    for (const link of all("a", list)) choices.push([link.dataset.filter, link.textContent]);
    list.replaceChildren();
    for (const [verdict, text] of choices) {
      const button = document.createElement("button");
      const label = document.createElement("span");
      label.textContent = text;
      button.type = "button";
      button.className = verdict;
      button.dataset.filter = verdict;
      button.append(label);
      button.addEventListener("click", () => choose(page, verdict));
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
    }
    choose(page, "");
  }
  for (const link of all("a[data-filter]")) {
    link.addEventListener("click", () => choose(document.getElementById(link.hash.slice(1)), link.dataset.filter));
  }

  // ---- search
  // the text of an element with spaces between its parts, without that of `left`
  function readable(element, left) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const parts = [];
    while (walker.nextNode()) {
      if (!left || !walker.currentNode.parentElement.closest(left)) parts.push(walker.currentNode.data);
    }
    return parts.join(" ").replace(/\s+/g, " ").trim();
  }

  const plain = (text) => text.toLowerCase().replace(/\s+/g, " ").trim();
  let index = null;

  function indexed() {
    const rows = all(".page.claims tbody tr[id]").map((row) => ({
      id: row.id, kind: "Claims", title: readable(row.cells[0], "details"), text: readable(row, "details"),
      words: `${readable(row)} ${words[row.id] || ""}`, verdict: verdictOf(row),
    }));
    const others = all("[data-title]").map((part) => ({
      id: part.id, kind: part.dataset.kind, title: part.dataset.title, text: readable(part, "h2, h3, .files, .index, .counts"),
      words: part.dataset.words || "",
    }));
    const studies = new Map(all(".page[data-study][data-title]").map((page) => [page.dataset.study, page.dataset.title]));
    return [...rows, ...others].map((item) => {
      const page = document.getElementById(item.id).closest(".page");
      return { ...item, study: studies.get(page.dataset.study) || "", found: plain(`${item.title} ${item.text} ${item.words}`) };
    });
  }

  function marked(text, terms) {
    const part = document.createElement("span");
    const low = text.toLowerCase();
    let from = 0;
    while (from < text.length) {
      const hits = terms.map((term) => [low.indexOf(term, from), term.length]).filter(([place]) => place >= 0);
      if (!hits.length) break;
      const [place, length] = hits.reduce((one, other) => (other[0] < one[0] ? other : one));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(place, place + length);
      part.append(text.slice(from, place), mark);
      from = place + length;
    }
    part.append(text.slice(from));
    return part;
  }

  function excerpt(item, terms) {
    const text = item.text.replace(item.title, "").trim();
    const places = terms.map((term) => text.toLowerCase().indexOf(term)).filter((place) => place >= 0);
    if (!places.length) return "";
    const from = Math.max(0, Math.min(...places) - 60);
    return `${from ? "… " : ""}${text.slice(from, from + 170)}${from + 170 < text.length ? " …" : ""}`;
  }

  function find(text) {
    index ??= indexed();
    const terms = plain(text).split(" ").filter(Boolean);
    const found = terms.length ? index.filter((item) => terms.every((term) => item.found.includes(term))) : [];
    const rank = (item) => terms.reduce((sum, term) => sum + !plain(item.title).includes(term), 0);
    found.sort((one, other) => rank(one) - rank(other)); // those that name it in the title first
    const title = document.createElement("h2");
    title.textContent = terms.length ? `${found.length} found for “${text.trim()}”` : "Search";
    results.replaceChildren(title);
    for (const kind of [...new Set(["Claims", "Tables", "Figures", ...found.map((item) => item.kind)])]) {
      const items = found.filter((item) => item.kind === kind);
      if (!items.length) continue;
      const heading = document.createElement("h3");
      heading.textContent = `${kind} (${items.length})`;
      const list = document.createElement("ol");
      for (const item of items) {
        const entry = document.createElement("li");
        const link = document.createElement("a");
        link.href = `#${item.id}`;
        link.append(marked(item.title, terms));
        entry.append(link, item.study ? ` · ${item.study}` : "");
        if (item.verdict) {
          const verdict = document.createElement("b");
          const cell = document.getElementById(item.id).querySelector(`.${item.verdict}`);
          verdict.className = item.verdict;
          verdict.textContent = readable(cell, ".reason");
          entry.append(" · ", verdict);
        }
        const shown = excerpt(item, terms);
        if (shown) {
          const small = document.createElement("small");
          small.append(marked(shown, terms));
          entry.append(small);
        }
        list.append(entry);
      }
      results.append(heading, list);
    }
  }

  query.form.hidden = false;
  query.form.addEventListener("submit", (event) => event.preventDefault());
  query.addEventListener("input", () => {
    const hash = query.value.trim() ? SEARCH + encodeURIComponent(query.value) : "#start";
    // one step in the history for a search, not one per letter
    if (location.hash.startsWith(SEARCH)) history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
    go();
    query.focus({ preventScroll: true });
  });

  root.classList.add("js");
  window.addEventListener("hashchange", go);
  window.addEventListener("popstate", go);
  go();
})();
