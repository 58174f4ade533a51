"""The table of dual VAEs: predictions in both directions, beside answers without a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from latentlab.artifacts import read_summary
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.shown_table import Cell, Column, Part, ShownTable
from latentlab.studies.microscopy.plasmonics.metric_names import KIND_ENDS
from latentlab.studies.microscopy.plasmonics.quantities import QUANTITIES
from latentlab.studies.microscopy.tables import ANSWERS

METRICS = (
    "r2",
    "r2_whole",
    "structure_error",
    "kind_accuracy",
    *(f"kind_accuracy{end}" for end in KIND_ENDS),
)
TITLES = {
    "dual-vae": "dual VAE, structure with latent angle",
    "dual-vae-upright": "dual VAE without angle",
}
SHOWN = ("nearest", "ridge", "possible", "mean_image")  # of the answers without a network
NOTE = (
    "Means over the seeds (lowest to highest; of R2 with the bootstrap's interval over scenes). "
    "Below the line: answers that need no trained network."
)


def dual(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """One row for each of `spec["subjects"]`, below them the answers without a network of `spec["sets"]`."""
    rows: list[tuple[str, str, dict[str, float], str]] = []
    for name in spec["subjects"]:
        rows.append((TITLES.get(name, name), name, read_summary(inputs.artifacts[name]), ""))
    for name in spec["sets"]:
        known = read_summary(inputs.artifacts[name])
        rows += [(ANSWERS[answer], name, known, f"_{answer}") for answer in SHOWN]
    data, columns = [], {name: [] for name in METRICS}
    for title, subject, summary, answer in rows:
        line: dict[str, Any] = {"model": title, "subject": subject}
        for name in METRICS:
            value, low, high = (summary.get(f"{name}{answer}{end}") for end in ("", "_low", "_high"))
            line |= {name: value, f"{name}_low": low, f"{name}_high": high}
            columns[name].append(_cell(name, value, low, high))
        data.append(line)
    titles = Column("model", tuple(Cell(title) for title, *_ in rows), text=True)
    shown = [Column(QUANTITIES[name].heading, tuple(cells)) for name, cells in columns.items()]
    part = Part((titles, *shown), below=len(SHOWN) * len(spec["sets"]))
    return ShownTable(pd.DataFrame(data), (part,), NOTE)


def _cell(name: str, value: float | None, low: float | None, high: float | None) -> Cell:
    if value is None:
        return Cell("")
    score = QUANTITIES[name].score
    text = number_text(value, score=score)
    if low is None or high is None:
        return Cell(text)
    return Cell(text, f"{number_text(low, score=score)} to {number_text(high, score=score)}", "range")
