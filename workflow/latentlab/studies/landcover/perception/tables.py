"""Which of two pictures each measure takes for the better one: the mean colour or the inverse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from latentlab.artifacts import read_summary
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.shown_table import Cell, Column, Part, ShownTable
from latentlab.studies.landcover.judging import TILES
from latentlab.studies.landcover.perception.metric_names import HIGHER_IS_BETTER, RANKED
from latentlab.studies.landcover.perception.quantities import TITLES

SHOWN = {"mean_colour": "mean colour", "inverted": "inverted", "shifted": "shifted by one pixel"}
NOTE = (
    "Measures of contrast without its sign take the inverse for a perfect copy: they agree with the eye "
    "about these two pictures because they cannot see an inversion at all."
)


def preferences(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """A row for each measure, from the answers without training: means, and how often the inverse wins."""
    known = read_summary(inputs.artifacts[TILES])
    data = pd.DataFrame(
        {
            "measure": measure,
            "better": "high" if measure in HIGHER_IS_BETTER else "low",
            **{name: known[f"{measure}_{name}"] for name in SHOWN},
            "prefers_inverted": known[f"{measure}_prefers_inverted"],
        }
        for measure in RANKED
    )
    columns = [
        Column("measure", tuple(Cell(TITLES[each]) for each in data["measure"]), text=True),
        Column("better", tuple(map(Cell, data["better"])), text=True),
        *(
            Column(title, tuple(Cell(number_text(value)) for value in data[name]))
            for name, title in SHOWN.items()
        ),
        Column(
            "tiles whose inverse is ranked above their mean colour (%)",
            tuple(Cell(number_text(value)) for value in data["prefers_inverted"]),
        ),
    ]
    return ShownTable(data, (Part(tuple(columns)),), NOTE)
