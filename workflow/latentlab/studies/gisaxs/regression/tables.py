"""The regression as a table: errors and coverage by method and photon budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from latentlab.artifacts import read_artifact, read_summary
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.shown_table import Cell, ShownTable, part_of
from latentlab.studies.gisaxs.regression.evaluation import METHODS, PARAMETERS, WITH_INTERVALS, tag
from latentlab.studies.gisaxs.regression.metric_names import METHOD_TITLES, PARAMETER_TITLES, UNITS

KIND = "regression-evaluation"
MEASURES = {  # metric to what the part is about, and which methods have it
    "error": ("median absolute error, with the 95 % interval over the patterns", METHODS),
    "error95": ("95th percentile of the absolute error", METHODS),
    "covered68": ("share of the 68 % intervals that hold the truth", WITH_INTERVALS),
    "covered95": ("share of the 95 % intervals that hold the truth", WITH_INTERVALS),
}
NOTE = (
    "{n} patterns with continuous parameters at each photon budget, {fitted} of them fitted to the library; "
    "all with Poisson noise and the detector's gaps at random places. Ranges: bootstrap over the patterns."
)


def regression_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """One part for each measure, a row for each method and photon budget."""
    path = inputs.artifacts["regression"]
    summary = read_summary(path, KIND)
    with read_artifact(path, kind=KIND) as file:
        budgets = [float(value) for value in file["photons"][()]]
        note = NOTE.format(n=len(file["truth"]), fitted=file["answers/fit"].shape[1])
    parts, frames = [], []
    for measure, (about, methods) in MEASURES.items():
        data, shown = [], []
        for photons in budgets:
            for method in methods:
                row = {"photons": photons, "method": method, "measure": measure}
                cells: dict[str, Any] = {"photons": f"{photons:.0e}", "method": METHOD_TITLES[method]}
                for parameter in PARAMETERS:
                    name = f"{measure}_{parameter}_{method}_{tag(photons)}"
                    row[parameter] = summary[name]
                    cells[parameter] = _cell(summary, name)
                data.append(row)
                shown.append(cells)
        frames.append(pd.DataFrame(data))
        parts.append(part_of(pd.DataFrame(shown), _headings(measure), about))
    return ShownTable(pd.concat(frames, ignore_index=True), tuple(parts), note)


def _headings(measure: str) -> dict[str, str]:
    units = UNITS if measure.startswith("error") else {}
    return {"photons": "photons in a pattern"} | {
        name: f"{title} ({units[name]})" if name in units else title
        for name, title in PARAMETER_TITLES.items()
    }


def _cell(summary: Mapping[str, float], name: str) -> Cell:
    text = number_text(summary[name])
    if f"{name}_low" not in summary or not name.startswith("error"):
        return Cell(text)
    ends = (number_text(summary[f"{name}{end}"]) for end in ("_low", "_high"))
    return Cell(text, " to ".join(ends), "range")
