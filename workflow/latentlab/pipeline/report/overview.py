"""The headline values of a study: the document's, ours, the trivial answer, and the claim's verdict."""

from __future__ import annotations

import csv
import html
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latentlab.artifacts import write_text
from latentlab.errors import ConfigError
from latentlab.pipeline.claims.verdicts import CLASSES, NOT_EVALUATED
from latentlab.pipeline.quantities import Quantity, quantity
from latentlab.pipeline.report.overview_terms import measured_term, seeds_of
from latentlab.pipeline.tables.number_text import number_text

NOT_TRAINED = "not trained at this scale"
NO_BETTER = "not better than the trivial answer"
NOTE = (
    "Ours: the mean over trainings with different seeds, and their range, where there are several. Trivial "
    "answer: what is known about the same test images without learning. Verdict: of the claim it links to."
)
Metrics = Mapping[str, Mapping[str, float]]  # by subject


@dataclass(frozen=True)
class OverviewRow:
    """One headline value.

    Attributes
    ----------
    quantity : in words. term : "metric(subject)", what was measured.
    document : the document's value, as a number or in its own words; None if it gives none.
    values : ours, one for each seed; empty if the run is not trained.
    trivial : value of the trivial answer, None if there is none. answer : what it is, in words.
    learnt : whether ours is better than the trivial answer; None where that cannot be said.
    claim, verdict : the claim's name and verdict, "" if the row has no claim.
    whole, score : how numbers are written, see `number_text`.
    """

    quantity: str
    term: str
    document: float | str | None
    values: tuple[float, ...]
    trivial: float | None
    answer: str
    learnt: bool | None
    claim: str
    verdict: str
    whole: bool = False
    score: bool = False

    def shown(self, value: float) -> str:
        """A number of this quantity as text."""
        return number_text(value, self.whole, self.score) or "no number"

    @property
    def ours(self) -> str:
        """The mean over the seeds, and the range."""
        return f"{self.value}{f' ({self.spread})' if self.spread else ''}"

    @property
    def value(self) -> str:
        """The mean over the seeds alone."""
        if not self.values:
            return NOT_TRAINED
        return self.shown(self.mean)

    @property
    def mean(self) -> float:
        """The mean over the seeds; NaN if the run is not trained."""
        return math.fsum(self.values) / len(self.values) if self.values else math.nan

    @property
    def spread(self) -> str:
        """The range over the seeds; "" for one seed."""
        if len(self.values) < 2:
            return ""
        low, high = self.shown(min(self.values)), self.shown(max(self.values))
        return f"{low} to {high}, {len(self.values)} seeds"

    @property
    def reported(self) -> str:
        """The document's value as text."""
        return self.shown(self.document) if isinstance(self.document, float) else self.document or ""

    @property
    def known(self) -> str:
        """The trivial answer's value, and what it is."""
        if self.trivial is None:
            return ""
        return f"{self.shown(self.trivial)}{f' ({self.answer})' if self.answer else ''}"


def overview_rows(
    rows: Sequence[Mapping[str, Any]],
    metrics: Metrics,
    quantities: Mapping[str, Quantity],
    *,
    seeds: Mapping[str, Sequence[str]],
    baselines: Mapping[str, str],
    documents: Metrics,
    verdicts: Mapping[str, str],
) -> list[OverviewRow]:
    """The rows of `overview` in config/<study>.yaml with what was measured.

    Parameters
    ----------
    metrics : measured values, by subject; a subject that is missing is not trained at this scale.
    quantities : of the study. seeds : the runs of each run with several seeds.
    baselines : the subject that has a run's trivial answers, by run.
    documents : the document's values, by run and metric. verdicts : by claim.

    Raises
    ------
    ConfigError : a subject does not have the metric that a row names, although the row's claim was evaluated.
    """
    found = []
    for place, row in enumerate(rows):
        where = f"overview.rows.{place}"
        metric, subject = measured_term(row["ours"], f"{where}.ours")
        verdict = verdicts.get(row.get("claim", ""), "")
        runs = [run for run in seeds_of(subject, seeds) if run in metrics] if subject in metrics else []
        if verdict == NOT_EVALUATED:  # a baseline has no answers for runs that are not trained
            runs = [run for run in runs if metric in metrics[run]]
        values = tuple(_value(metrics, run, metric, f"{where}.ours") for run in runs)
        kind = quantity(metric, quantities)
        trivial, answer = _trivial(row, metric, subject, kind, metrics, quantities, baselines, where)
        learnt = None
        if values and trivial is not None and kind.better and all(map(math.isfinite, values)):
            learnt = kind.beats(math.fsum(values) / len(values), trivial)
        document = row.get("document", documents.get(subject, {}).get(metric))
        found.append(
            OverviewRow(
                quantity=row["quantity"],
                term=f"{metric}({subject})",
                document=float(document) if isinstance(document, int | float) else document,
                values=values,
                trivial=trivial,
                answer=answer,
                learnt=learnt,
                claim=row.get("claim", ""),
                verdict=verdict,
                whole=kind.whole,
                score=kind.score,
            )
        )
    return found


def _value(metrics: Metrics, subject: str, metric: str, where: str) -> float:
    if metric not in metrics[subject]:
        known = ", ".join(sorted(metrics[subject]))
        raise ConfigError(f"{where}: '{subject}' has no metric '{metric}', only {known}")
    return float(metrics[subject][metric])


def _trivial(
    row: Mapping[str, Any],
    metric: str,
    subject: str,
    kind: Quantity,
    metrics: Metrics,
    quantities: Mapping[str, Quantity],
    baselines: Mapping[str, str],
    where: str,
) -> tuple[float | None, str]:
    """Value of the trivial answer and what it is: the row's own, or the metric's; (None, "") if none."""
    given = row.get("trivial", kind.trivial)
    if given is None:
        return None, ""
    if isinstance(given, int | float):
        return float(given), ""
    if "trivial" in row:
        name, other = measured_term(given, f"{where}.trivial")
        value = _value(metrics, other, name, f"{where}.trivial") if other in metrics else None
    else:
        name = given
        holders = [metrics.get(each, {}) for each in (subject, baselines.get(subject, ""))]
        value = next((float(held[name]) for held in holders if name in held), None)
    if value is None:
        return None, ""
    if name.startswith(f"{metric}_"):
        return value, name.removeprefix(f"{metric}_").replace("_", " ")
    return value, quantity(name, quantities).title.rpartition(", ")[2]


def read_verdicts(path: Path | str) -> dict[str, str]:
    """The verdict of each claim, in the order of a claims.csv.

    Raises
    ------
    ConfigError : it has no columns "claim" and "verdict", or a verdict that is not one of `CLASSES`.
    """
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if not {"claim", "verdict"} <= set(rows.fieldnames or ()):
            raise ConfigError(f"{path}: expected the columns claim and verdict, found {rows.fieldnames}")
        verdicts = {row["claim"]: row["verdict"] for row in rows}
    for claim, verdict in verdicts.items():
        if verdict not in CLASSES:
            raise ConfigError(f"{path}: the claim {claim} has the verdict '{verdict}', which is not known")
    return verdicts


def write_overview(
    rows: Sequence[OverviewRow], paths: Mapping[str, Path | str], study: str, title: str, document: str
) -> None:
    """Write the rows as CSV (full precision), Markdown, and a fragment of HTML for the report.

    Parameters
    ----------
    paths : by kind, "csv", "md", "html". study : its name, for links to claims in the report.
    title : the caption. document : what the study calls its document.
    """
    head = ["quantity", document, "ours", "trivial answer", "verdict"]
    texts = {"csv": _csv(rows), "md": _markdown(rows, head, title), "html": _html(rows, head, title, study)}
    for kind, path in paths.items():
        write_text(path, texts[kind])


def _csv(rows: Sequence[OverviewRow]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [
            "quantity",
            "measured",
            "document",
            "ours",
            "lowest",
            "highest",
            "seeds",
            "trivial",
            "answer",
            "claim",
            "verdict",
        ]
    )
    for row in rows:
        values = row.values
        ours = [row.mean, min(values), max(values), len(values)] if values else ["", "", "", 0]
        others = ["" if value is None else value for value in (row.document, row.trivial)]
        writer.writerow(
            [row.quantity, row.term, others[0], *ours, others[1], row.answer, row.claim, row.verdict]
        )
    return text.getvalue()


def _markdown(rows: Sequence[OverviewRow], head: Sequence[str], title: str) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for row in rows:
        ours = f"{row.ours}, {NO_BETTER}" if row.learnt is False else row.ours
        cells = [row.quantity, row.reported, ours, row.known, row.verdict]
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return f"**{title}**\n\n" + "\n".join(lines) + f"\n\n{NOTE}\n"


def _html(rows: Sequence[OverviewRow], head: Sequence[str], title: str, study: str) -> str:
    def cell(main: str, small: str = "") -> str:
        return html.escape(main) + (f" <small>{html.escape(small)}</small>" if small else "")

    lines = []
    for row in rows:
        ours = cell(row.value, row.spread)
        if row.learnt is False:
            ours += f' <small class="remark">{NO_BETTER}</small>'
        trivial = "" if row.trivial is None else cell(row.shown(row.trivial), row.answer)
        verdict = row.verdict and (
            f'<a class="{CLASSES[row.verdict]}" href="#{study}-claim-{row.claim}">{row.verdict}</a>'
        )
        name = f'<th scope="row" class="text">{html.escape(row.quantity)}</th>'
        lines.append(
            f"<tr>{name}<td>{cell(row.reported)}</td><td>{ours}</td><td>{trivial}</td>"
            f'<td class="text">{verdict}</td></tr>'
        )
    places = {0: ' class="text"', 4: ' class="text"'}
    names = "".join(
        f'<th scope="col"{places.get(place, "")}>{html.escape(name)}</th>' for place, name in enumerate(head)
    )
    return (
        f'<table class="data overview"><caption>{html.escape(title)}</caption>\n'
        f"<thead><tr>{names}</tr></thead>\n<tbody>\n"
        + "\n".join(lines)
        + f'\n</tbody></table>\n<p class="note">{html.escape(NOTE)}</p>\n'
    )
