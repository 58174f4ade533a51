"""Tables of the stages on digits: the ensemble's scores, accuracy with few labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from latentlab.artifacts import read_summary
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.quantities import quantity
from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.shown_table import Cell, Column, Part, ShownTable
from latentlab.studies.microscopy.digits.metric_names import ENSEMBLE, ENSEMBLE_METRICS, LABELS
from latentlab.studies.microscopy.digits.quantities import QUANTITIES
from latentlab.studies.microscopy.digits.titles import METHODS
from latentlab.studies.microscopy.evaluation_file import read_arrays

ENSEMBLE_NOTE = (
    "In brackets the 95 % bootstrap interval over the test images; for the accuracy of a member, the range "
    "over the members."
)
LABELS_NOTE = (
    "Mean over the seeds (lowest to highest). Each rival is at the setting that is best on the test images "
    "themselves, which favours it."
)


def ensemble_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Each score of the ensemble with its interval, from the artifact of `ENSEMBLE`."""
    summary = read_summary(inputs.artifacts[ENSEMBLE])
    rows = [
        {
            "metric": name,
            "value": summary[name],
            "low": summary.get(f"{name}_low", summary[name]),
            "high": summary.get(f"{name}_high", summary[name]),
        }
        for name in ENSEMBLE_METRICS
    ]
    titles = tuple(Cell(quantity(row["metric"], QUANTITIES).heading) for row in rows)
    values = tuple(_interval(row["value"], row["low"], row["high"]) for row in rows)
    part = Part((Column("score", titles, text=True), Column("value", values)))
    return ShownTable(pd.DataFrame(rows), (part,), ENSEMBLE_NOTE)


def labels_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Test images recognised by each method, by number of labels, from the artifact of `LABELS`."""
    summary = read_summary(inputs.artifacts[LABELS])
    counts = [int(count) for count in read_arrays(inputs.artifacts[LABELS], "counts")[0]]
    names = {method: [f"accuracy_{method}_{count}" for count in counts] for method in METHODS}
    data = pd.DataFrame(
        {
            "method": method,
            **{f"{name}{end}": summary[name + end] for name in found for end in ("", "_low", "_high")},
        }
        for method, found in names.items()
    )
    columns = [Column("method", tuple(Cell(METHODS[method]) for method in names), text=True)]
    for place, count in enumerate(counts):
        cells = tuple(
            _interval(*(summary[f"{found[place]}{end}"] for end in ("", "_low", "_high")))
            for found in names.values()
        )
        columns.append(Column(f"{count} labels (%)", cells))
    return ShownTable(data, (Part(tuple(columns)),), LABELS_NOTE)


def _interval(value: float, low: float, high: float) -> Cell:
    text = number_text(value)
    if low == high:
        return Cell(text)
    return Cell(text, f"{number_text(low)} to {number_text(high)}", kind="range")
