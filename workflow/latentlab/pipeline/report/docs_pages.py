"""Pages of docs/ and the results in README.md, written from what the pipeline measured.

A template is Markdown with Jinja2 expressions; the names in it are the methods of `Results`. So a number in a
page is one that the report shows too, and it changes with it.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import jinja2
import pandas as pd

from latentlab.artifacts import atomic_path, read_summary, write_text
from latentlab.errors import ArtifactError, ConfigError
from latentlab.pipeline.claims.verdicts import CLASSES, FAILS, HOLDS
from latentlab.pipeline.tables.number_text import DIGITS, number_text

_VALUE = re.compile(r"(?P<metric>[a-z][a-z0-9_]*)\((?P<subject>[a-z0-9-]+)\)")
BADGE_LETTER = 7  # px


class Results:
    """What one scale has measured, as text for a page.

    Parameters
    ----------
    folder : results/<scale>. pictures : the folder that figures are copied to, docs/.
    """

    def __init__(self, folder: Path, pictures: Path) -> None:
        self.folder, self.pictures = folder, pictures

    def markdown(self, study: str, name: str) -> str:
        """A table as the pipeline wrote it, without its title line; ArtifactError if it was not made."""
        text = self._file(study, "tables", f"{name}.md").read_text(encoding="utf-8")
        return re.sub(r"\A\*\*.*\*\*\n+", "", text).rstrip("\n")

    def rows(
        self,
        study: str,
        name: str,
        columns: Mapping[str, str],
        where: Mapping[str, Sequence[object]] | None = None,
    ) -> str:
        """Some columns of a table as Markdown: {column of its CSV: heading}, three significant digits.

        where : values that a row's columns must have, to leave out the other rows.

        Raises
        ------
        ArtifactError : the table was not made. ConfigError : it has no such column.
        """
        table = self._table(study, name, columns, where or {})
        shown = table[list(columns)].map(_cell).rename(columns=dict(columns))
        return shown.to_markdown(index=False, disable_numparse=True)

    def span(self, study: str, name: str, column: str, where: Mapping[str, Sequence[object]]) -> str:
        """Smallest and largest value of a column as text, "6.4 to 9.8"; arguments and errors as `rows`."""
        values = self._table(study, name, [column], where)[column]
        return " to ".join(dict.fromkeys(number_text(float(end)) for end in (values.min(), values.max())))

    def figure(self, study: str, name: str, text: str) -> str:
        """A figure, copied to docs/; `text` says what it shows to those who cannot see it."""
        picture = self.pictures / f"{study}-{name}.png"
        with atomic_path(picture) as temporary:
            shutil.copyfile(self._file(study, "figures", f"{name}.png"), temporary)
        return f"![{text}]({picture.name})"

    def value(self, study: str, term: str, digits: int = DIGITS) -> str:
        """A measured value, written metric(subject), with so many significant digits.

        Raises
        ------
        ConfigError : `term` is not written so. ArtifactError : it was not measured.
        """
        match = _VALUE.fullmatch(term)
        if match is None:
            raise ConfigError(f"'{term}' is not written metric(subject)")
        places = json.loads(self._file(study, "tables", "subjects.json").read_text(encoding="utf-8"))
        place = places.get(match["subject"])
        summary = read_summary(self.folder / study / place) if place else {}
        if match["metric"] not in summary:
            raise ArtifactError(f"{self.folder}: {term} of {study} was not measured")
        return number_text(summary[match["metric"]], digits=digits)

    def headline(self, study: str, term: str) -> str:
        """The row of the overview that shows a measured value, written metric(subject), as a Markdown row.

        Raises
        ------
        ConfigError : the overview has no row of it.
        """
        measured = pd.read_csv(self._file(study, "tables", "overview.csv"))["measured"].to_list()
        if term not in measured:
            raise ConfigError(f"the overview of {study} has no row of '{term}', only {', '.join(measured)}")
        lines = [line for line in self.markdown(study, "overview").splitlines() if line.startswith("|")]
        return lines[2 + measured.index(term)]  # after the headings

    def badge(self, name: str, label: str, text: str) -> str:
        """A small picture that says `label: text`, written to docs/badge-<name>.svg."""
        picture = self.pictures / f"badge-{name}.svg"
        write_text(picture, _badge(html.escape(label), html.escape(text)))
        return f"![{label}: {text}]({picture.parent.name}/{picture.name})"

    def verdicts(self, study: str) -> dict[str, int]:
        """Number of claims with each verdict, in the order of their first claim."""
        table = pd.read_csv(self._file(study, "tables", "claims.csv"))
        return table["verdict"].value_counts(sort=False).to_dict()

    def _table(
        self, study: str, name: str, columns: Iterable[str], where: Mapping[str, Sequence[object]]
    ) -> pd.DataFrame:
        """The rows of a table's CSV with the values of `where`."""
        table = pd.read_csv(self._file(study, "tables", f"{name}.csv"))
        for column in [*columns, *where]:
            if column not in table:
                raise ConfigError(f"table {name} of {study} has no column '{column}', only {list(table)}")
        for column, allowed in where.items():
            table = table[table[column].isin(list(allowed))]
        if table.empty:
            raise ConfigError(f"table {name} of {study} has no row with {dict(where)}")
        return table

    def _file(self, study: str, kind: str, name: str) -> Path:
        path = self.folder / study / kind / name
        if not path.exists():
            raise ArtifactError(f"{path}: there is no such file; run the pipeline first: make")
        return path


def render(template: Path, results: Results) -> str:
    """A page of a template, with the values of `results`; ConfigError where the template is wrong."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    environment.filters["sentence"] = _sentence
    try:
        return environment.from_string(template.read_text(encoding="utf-8")).render(results=results)
    except jinja2.TemplateError as error:
        raise ConfigError(f"{template}: {error}") from error


def replace_block(text: str, name: str, block: str) -> str:
    """`text` with what stands between ``<!-- begin name -->`` and ``<!-- end name -->`` replaced.

    Raises
    ------
    ConfigError : there are no such marks, or more than one pair.
    """
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ConfigError(f"expected one '{begin}' and, after it, one '{end}'")
    before, rest = text.split(begin)
    return f"{before}{begin}\n{block.strip()}\n{end}{rest.split(end)[1]}"


def _badge(label: str, text: str) -> str:
    """A badge as SVG: the label on grey, the text on blue."""
    left, right = (BADGE_LETTER * len(part) + 12 for part in (label, text))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img">'
        f"<title>{label}: {text}</title>"
        f'<rect width="{left}" height="20" fill="#4a4a4a"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="#0b5394"/>'
        '<g fill="#fff" font-family="DejaVu Sans,Verdana,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14">{label}</text>'
        f'<text x="{left + right / 2:g}" y="14">{text}</text></g></svg>\n'
    )


def _cell(value: object) -> str:
    return number_text(value) if isinstance(value, int | float) else str(value)


def _sentence(counts: Mapping[str, int]) -> str:
    """Counts of verdicts in words: "5 hold, 2 do not hold"."""
    words = {HOLDS: "hold", FAILS: "do not hold"}
    return ", ".join(
        f"{counts[verdict]} {words.get(verdict, verdict)}" for verdict in CLASSES if verdict in counts
    )
