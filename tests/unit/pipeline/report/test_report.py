"""The report: everything in it once and in order, in one file, with links that lead somewhere."""

from __future__ import annotations

import base64
import re
import struct
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.unit.studies.lines.tiny_lines import script

from latentlab.errors import ConfigError
from latentlab.pipeline.claims.verdicts import CLASSES
from latentlab.pipeline.report.content import study_content
from latentlab.pipeline.report.page import fragment, picture

NASTY = "a < b & <script>alert(1)</script>"
OUTPUTS = SimpleNamespace(
    TITLE="Rings",
    DOCUMENT="thesis",
    SOURCE="A. Author, Rings",
    SEARCHED=("model",),
    of_document=lambda name: name[0].isdigit(),
    sizes=lambda scale: {"epochs": str(scale["epochs"])},
)
CAPTION = {"made": "Made so.", "units": "In mm.", "look": "Look here."}
CONTENT: dict[str, Any] = {
    "groups": {"both": ["wide", "narrow"]},
    "tables": {
        "own": {"title": "Widths", "rows": {"wide": {}, "narrow": {}}},
        "4.10": {"title": "Tenth", **CAPTION},
        "4.2": {"title": NASTY, "rows": {"wide": {}}, **CAPTION},
    },
    "figures": {
        "4.3b": {"title": "Second panel", "run": "wide", **CAPTION},
        "alone": {"title": "Alone", **CAPTION},
        "4.3a": {"title": "First panel", **CAPTION},
    },
    "claims": {
        "good": {"says": "So", "when": "size(wide) < 1"},
        "bad": {"says": "Not so", "when": "max(size(@both)) < 1"},
        "open": {"says": "Open", "when": "size(absent) < 1"},
    },
    "overview": {"says": f"It asks whether {NASTY}.", "figure": "4.3a", "rows": []},
}
RECORDS = {"wide": {"model": "attention", "seed": 1}, "narrow": {"model": "plain"}}
TABLES, FIGURES = ["4.2", "4.10", "own"], ["4.3a", "4.3b", "alone"]
VERDICT = {"good": "holds", "bad": "does not hold", "open": "not evaluated at this scale"}


def content(study: str = "rings") -> dict[str, Any]:
    made = {section: list(CONTENT[section]) for section in ("tables", "figures")}
    return study_content(study, CONTENT, OUTPUTS, RECORDS, made, {"epochs": 3}, {"epochs": 3000})


def write_results(folder: Path, study: str) -> None:
    """What the rules would have written for the study."""
    tables, figures = folder / study / "tables", folder / study / "figures"
    tables.mkdir(parents=True)
    figures.mkdir()
    for name, entry in CONTENT["tables"].items():
        title = entry["title"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        caption = f"Table {name}: {title}" if name[0].isdigit() else f"{title} (ours alone)"
        (tables / f"{name}.html").write_text(
            f'<table class="data"><caption>{caption}</caption><tr><td>{name} x</td></tr></table>'
        )
        for kind in ("csv", "md"):
            (tables / f"{name}.{kind}").write_text("")
    rows = "".join(
        f'<tr id="claim-{name}"><td>{CONTENT["claims"][name]["says"]}</td>'
        f'<td class="{CLASSES[verdict]}">{verdict}</td></tr>'
        for name, verdict in VERDICT.items()
    )
    (tables / "claims.html").write_text(f'<table class="data"><tbody>{rows}</tbody></table>')
    (tables / "claims.csv").write_text(
        "claim,verdict\n" + "".join(f"{name},{verdict}\n" for name, verdict in VERDICT.items())
    )
    (tables / "overview.html").write_text(
        f'<table class="data"><tr><td><a href="#{study}-claim-good">holds</a></td></tr></table>'
    )
    for name in CONTENT["figures"]:
        write_picture(figures / name, 1420, 700)


def write_picture(path: Path, width: int, height: int, filler: int = 500) -> None:
    """The beginning of a PNG, and an SVG of 11 bytes."""
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)
    path.with_name(f"{path.name}.png").write_bytes(head + bytes(filler))
    path.with_name(f"{path.name}.svg").write_bytes(b"<svg></svg>")


class Page(HTMLParser):
    """All tags with their attributes, and the text outside style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self._within = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._within = tag

    def handle_data(self, data: str) -> None:
        if self._within not in ("style", "script"):
            self.text += data

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if attributes.get(name) is not None]


def write(folder: Path, repository: Path, scale: str = "quick", **changes: Any) -> str:
    arguments = {
        "results": [],
        "templates": [repository / "workflow" / "report" / "report.html.j2"],
        "citation": repository / "CITATION.cff",
        "scale": scale,
        "studies": [content(), content("more")],
        "frames": [
            {
                "name": "f 1",
                "figures": [
                    {
                        "png": f"frames/f 1{made}.png",
                        "svg": f"frames/f 1{made}.svg",
                        "shows": made or "decoded",
                    }
                    for made in ("-filled", "")
                ],
                "files": ["frames/f 1.png", "frames/f 1-filled.png"],
            }
        ],
        "of_frames": [{"anchor": "more-table-own", "title": "Widths"}],
        "micrographs": [{"anchor": "rings-figure-alone", "title": "Alone"}],
        **changes,
    }
    script("report", "study")(folder / "report.html", **arguments)
    return (folder / "report.html").read_text()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    for study in ("rings", "more"):
        write_results(folder, study)
    (folder / "frames").mkdir()
    for name in ("f 1", "f 1-filled"):
        write_picture(folder / "frames" / name, 100, 100)
    return folder


@pytest.fixture(scope="module")
def text(results: Path, repository: Path) -> str:
    return write(results, repository)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_every_table_and_figure_is_there_once_in_order(page: Page) -> None:
    expected = [
        f"{study}-{kind}-{name}"
        for study in ("rings", "more")
        for kind, names in (("table", TABLES), ("figure", FIGURES))
        for name in names
    ]
    entries = [a["id"] for _, a in page.tags if a.get("class") == "entry" and a["id"] != "frame-1"]
    assert entries == expected


def test_every_caption_stands_with_its_title(text: str) -> None:
    assert text.count("Made so. In mm. Look here.") == 2 * 5
    assert "<h3>Figure 4.3a: First panel</h3>" in text
    assert "<h3>Alone</h3>" in text  # ours has no number
    assert "<caption>Ours alone</caption>" in text  # the title is above it already
    assert '<caption class="unseen">Table 4.10: Tenth</caption>' in text


def test_the_documents_come_before_ours(text: str) -> None:
    assert text.index("Rings: tables of the thesis") < text.index('id="rings-table-4.2"')
    assert text.index('id="rings-table-4.10"') < text.index("Rings: tables that are ours alone")
    assert text.index("Rings: tables that are ours alone") < text.index('id="rings-table-own"')


def test_nothing_is_loaded_from_elsewhere(page: Page, text: str) -> None:
    sources = [*page.values("src"), *page.values("srcset"), *page.values("action"), *page.values("data")]
    assert sources
    assert all(source.startswith("data:") for source in sources)
    assert not [link for link in page.values("href") if re.match(r"\w+:|//", link) and link != "data:,"]
    assert "@import" not in text
    assert "url(" not in text
    assert "fetch(" not in text


def test_every_link_leads_somewhere(page: Page, results: Path) -> None:
    anchors = page.values("id")
    assert len(set(anchors)) == len(anchors)
    assert {"start", "rings", "rings-claims", "rings-table-4.2", "rings-figure-4.3b"} <= set(anchors)
    links = page.values("href")
    assert "#rings-claim-good" in links
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors, link
        elif link not in ("data:,", "workflow.html", "config.yaml"):
            assert (results / link.replace("%20", " ")).is_file(), link
    for name in page.values("aria-labelledby") + page.values("for"):
        assert name in anchors


def test_texts_are_escaped(page: Page, text: str) -> None:
    assert "<script>alert" not in text
    assert f"Table 4.2: {NASTY}" in page.text
    assert f"It asks whether {NASTY}." in page.text


def test_verdicts_are_counted(page: Page, text: str) -> None:
    assert "Of 3 claims" in page.text
    for said in ("1 holds", "1 does not hold", "1 not evaluated at this scale"):
        assert len(re.findall(rf">{said}</a>", text)) == 2 * 3  # first page, study, claims
    assert "undecided</a>" not in text


def test_several_claims_hold(results: Path, repository: Path, tmp_path: Path) -> None:
    write_results(tmp_path, "rings")
    (tmp_path / "rings" / "tables" / "claims.csv").write_text(
        "claim,verdict\na,holds\nb,holds\nc,does not hold\nd,does not hold\n"
    )
    text = write(tmp_path, repository, studies=[content()], frames=[], of_frames=[], micrographs=[])
    assert ">2 hold</a>" in text
    assert ">2 do not hold</a>" in text
    assert "Your frames" not in text


def test_the_scale_is_told_unless_it_is_the_documents(results: Path, repository: Path, page: Page) -> None:
    said = "Scale quick is not the documents' scale. Rings: epochs 3 (the thesis: 3000)"
    assert said in " ".join(page.text.split())
    assert "not the documents' scale" not in write(results, repository, scale="paper")


def test_headings_follow_one_another_and_images_have_a_text(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(images) == 2 * (len(FIGURES) + 1) + 2  # each figure, the headline's twice, the frame's two
    assert all(len(image["alt"]) > 3 for image in images)
    assert all(image["width"].isdecimal() and image["height"].isdecimal() for image in images)


def test_the_search_finds_runs_by_their_model(page: Page) -> None:
    words = {a["id"]: a["data-words"] for _, a in page.tags if "data-words" in a}
    assert words["rings-table-own"] == "attention plain"
    assert words["rings-figure-4.3b"] == "attention"
    assert words["rings-table-4.10"] == ""
    assert content()["claims"] == {"good": "attention", "bad": "attention plain", "open": ""}


def test_equal_results_give_equal_bytes(results: Path, repository: Path, text: str) -> None:
    assert write(results, repository) == text


def test_the_smaller_file_of_a_figure_is_shown(tmp_path: Path) -> None:
    write_picture(tmp_path / "a", 1420, 700)
    png, svg = tmp_path / "a.png", tmp_path / "a.svg"
    shown = picture(png, svg)
    assert shown.source == f"data:image/svg+xml;base64,{base64.b64encode(b'<svg></svg>').decode()}"
    assert (shown.width, shown.height) == (994, 490)
    svg.write_bytes(bytes(10_000))
    assert picture(png, svg).source.startswith("data:image/png;base64,iVBOR")


@pytest.mark.parametrize(
    ("caption", "shown"),
    [
        (
            "Table 4.7: Rate &amp; &#x27;error&#x27;, beside the document",
            "<caption>Beside the document</caption>",
        ),
        ("Rate &amp; &#x27;error&#x27; (ours alone)", "<caption>Ours alone</caption>"),
        ("Rate &amp; &#x27;error&#x27;", '<caption class="unseen">Rate &amp; &#x27;error&#x27;</caption>'),
        ("Rates of others", "<caption>Rates of others</caption>"),
    ],
)
def test_a_caption_does_not_repeat_the_title(tmp_path: Path, caption: str, shown: str) -> None:
    path = tmp_path / "4.7.html"
    path.write_text(f"<table><caption>{caption}</caption></table>")
    assert shown in fragment(path, "rings", "Table 4.7", "Rate & 'error'")


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("tables/4.2.html", None, "4.2.html: the report shows this file, but it is not there"),
        ("tables/4.2.html", b"<html><body><table></table></body></html>", "4.2.html: expected tables as a"),
        ("tables/claims.html", b"<p>none</p>", "claims.html: expected tables as a fragment"),
        ("figures/4.3a.png", b"GIF89a", "4.3a.png: expected a PNG image"),
        ("figures/4.3a.svg", None, "4.3a.svg: the report shows this file"),
    ],
)
def test_results_that_cannot_be_shown(
    tmp_path: Path, repository: Path, name: str, change: bytes | None, message: str
) -> None:
    write_results(tmp_path, "rings")
    path = tmp_path / "rings" / name
    path.unlink() if change is None else path.write_bytes(change)
    with pytest.raises(ConfigError, match=message):
        write(tmp_path, repository, studies=[content()], frames=[])
    assert not (tmp_path / "report.html").exists()
