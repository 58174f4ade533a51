"""Figure of R^2 at each energy: im2spec beside its rivals, on new scenes and within the training scenes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.evaluation_file import read_arrays
from latentlab.studies.microscopy.plasmonics.figures.panels import SMALL, only
from latentlab.studies.microscopy.set_file import read_extra

PANELS = {"": "scenes that were not seen", "_within": "other places of the training scenes"}
ANSWERS = {
    "possible": ("noise-free spectrum", ":"),
    "nearest": ("nearest neighbours", "--"),
    "ridge": ("ridge", "-."),
}


def draw_energies(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """R^2 of each channel; of the runs the mean of the seeds, with their range."""
    path = inputs.artifacts[only(spec["sets"])]
    energies = read_extra(path, "energies_ev")
    figure = Figure(figsize=(WIDTH_INCHES, 2.6), layout="constrained")
    axes = figure.subplots(1, len(PANELS), sharey=True)
    for axis, (end, title) in zip(axes, PANELS.items(), strict=True):
        curves = np.stack([read_arrays(inputs.evaluations[run], f"r2{end}")[0] for run in spec["runs"]])
        axis.fill_between(energies, curves.min(axis=0), curves.max(axis=0), color=COLOURS[0], alpha=0.25)
        axis.plot(energies, curves.mean(axis=0), color=COLOURS[0], linewidth=1.5, label="im2spec")
        for number, (answer, (name, style)) in enumerate(ANSWERS.items()):
            values = read_extra(path, f"rivals/r2{end}_{answer}")
            axis.plot(energies, values, style, color=["0.3", *COLOURS[1:]][number], linewidth=1.1, label=name)
        axis.axhline(0, color="k", linewidth=0.6)
        axis.set_title(title, fontsize=SMALL)
        axis.set_xlabel("energy loss (eV)")
        axis.grid(alpha=0.3)
    axes[0].set_ylim(-0.15, 1.02)
    axes[0].set_ylabel("$R^2$ beside the mean spectrum")
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=4, frameon=False, fontsize=SMALL)
    return figure
