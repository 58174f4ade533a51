"""Table of invariant and joint models: how they sort land cover, and how far their latents move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.shown_table import Cell, Column, Part, ShownTable
from latentlab.studies.landcover.evaluation_file import KIND
from latentlab.studies.landcover.invariants.metric_names import CHANCE, INTERVAL, RIVALS
from latentlab.studies.landcover.invariants.quantities import GAIN, METRICS
from latentlab.studies.landcover.invariants.titles import ordered, title

NOTE = (
    "Mean over the seeds (lowest to highest); of a gain the 95 % interval by bootstrap over sites and seeds, "
    "with both models on the same sites. k-means and the classes found know no label; classes of the answers "
    "below the line are those of a Gaussian mixture. A rival that is told labels is at the penalty that is "
    "best on the test tiles themselves, which favours it."
)
DESCRIBED = {**METRICS, **GAIN}


def models(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Each model and rival of one artifact, the table's subject: mean and range of each metric."""
    (name,) = spec["subjects"]
    path = inputs.artifacts[name]
    summary = read_summary(path)
    with read_artifact(path, kind=KIND) as file:
        names = [*ordered(record_of(file)["models"]), *RIVALS]
    shown = spec["ours"]
    data = pd.DataFrame(
        {
            "model": row,
            **{
                f"{metric}{end}": summary.get(f"{metric}_{row}{end}", float("nan"))
                for metric in shown
                for end in INTERVAL
            },
        }
        for row in names
    )
    columns = [Column("model", tuple(Cell(title(row)) for row in names), text=True)]
    for metric in shown:
        cells = tuple(_cell(*(summary.get(f"{metric}_{row}{end}") for end in INTERVAL)) for row in names)
        columns.append(Column(DESCRIBED[metric].heading, cells))
    chance = f"One class for all tiles has a balanced accuracy of {number_text(summary[CHANCE])}."
    return ShownTable(data, (Part(tuple(columns), below=len(RIVALS)),), f"{NOTE} {chance}")


def _cell(value: float | None, low: float | None, high: float | None) -> Cell:
    """A mean with its range; empty where the model has no such metric."""
    texts = [number_text(each) for each in (value, low, high)]
    return Cell(texts[0]) if len(set(texts)) == 1 else Cell(texts[0], f"{texts[1]} to {texts[2]}", "range")
