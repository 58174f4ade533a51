"""Measured values of the clustering's artifacts, with their range over the seeds, as cells of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.shown_table import Cell, Part, part_of

Row = dict[str, Any]
SCORES = (
    "eta_r",
    "eta_d",
    "eta_omega",
    "purity_omega",
    "bound_r",
    "accuracy",
)  # endings of metrics whose best is 1


class Value(NamedTuple):
    """A measured value, and its lowest and highest over the seeds."""

    value: float
    low: float
    high: float
    style: str = ""

    @property
    def cell(self) -> Cell:
        """As shown: the value, and the range behind it; of style "score", "p" or ""."""
        value, low, high = (self._text(number) for number in self[:3])
        return Cell(value, "" if low == high else f"{low} to {high}", "range")

    def _text(self, number: float) -> str:
        if self.style == "p":
            return f"{number:.3f}"
        return number_text(number, score=self.style == "score")


class Measured:
    """The metrics and the record of one artifact.

    Attributes
    ----------
    values : metrics by name. record : what the artifact was made from.
    """

    def __init__(self, path: Path | str) -> None:
        self.values: Mapping[str, float] = read_summary(path)
        with read_artifact(path, kind=None) as file:
            self.record = record_of(file)

    @property
    def title(self) -> str:
        """What tables call the input."""
        return self.record["title"]

    def __call__(self, name: str, ending: str = "") -> Value | float:
        """The metric of this name and ending; nan if it was not measured."""
        metric = f"{name}{ending}"
        if metric not in self.values:
            return float("nan")
        value = self.values[metric]
        low, high = (self.values.get(f"{metric}{end}", value) for end in ("_low", "_high"))
        style = "p" if name.startswith("p_") else "score" if name.endswith(SCORES) else ""
        return Value(value, low, high, style)


def seeds_note(found: Measured) -> str:
    """How many trainings the values are means of."""
    return f"Ours: mean over {len(found.record['seeds'])} trainings (lowest to highest)."


def shown(
    rows: Sequence[Row], headings: Mapping[str, str], about: str = "", whole: Sequence[str] = ()
) -> Part:
    """Rows as a part of a table: `Value` as its cell; `whole` columns without decimals."""
    frame = pd.DataFrame(rows).map(lambda value: value.cell if isinstance(value, Value) else value)
    return part_of(frame, headings, about, whole=whole)


def data_of(rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as data: the mean of each `Value`, beside it its range as <name>_low and <name>_high."""
    lines = []
    for row in rows:
        line: Row = {}
        for name, value in row.items():
            if isinstance(value, Value):
                line |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
            else:
                line[name] = value
        lines.append(line)
    return pd.DataFrame(lines)
