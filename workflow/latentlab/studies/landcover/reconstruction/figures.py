"""Figures of the architectures: curves of the training, originals over reconstructions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.evaluation_file import KIND, read_arrays
from latentlab.studies.landcover.judging import TILES
from latentlab.studies.landcover.network.counting import filters

SMALL = 6.0  # pt
ACROSS = 6  # panels of curves in a row
CURVES = {  # by column of the history: title, colour, line
    "loss": ("loss, training", COLOURS[2], ":"),
    "mae": ("MAE, training", COLOURS[0], "-"),
    "validation_mae": ("MAE, validation", COLOURS[1], "--"),
}
ABOVE = 1.15  # top of the axis over the largest MAE; the loss is far higher where the KL divergence bursts
ROW_INCHES = 0.68


def draw_curves(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Training MAE, validation MAE and loss over the epochs, one panel a run (the thesis's figure 8)."""
    runs = list(inputs.evaluations)
    rows = -(-len(runs) // ACROSS)
    figure = Figure(figsize=(WIDTH_INCHES, 1.2 * rows + 0.6), layout="constrained")
    axes = figure.subplots(rows, ACROSS, sharex=True, sharey=True, squeeze=False)
    trivial = read_summary(inputs.artifacts[TILES])["mae_mean_colour"]
    for axis, run in zip(axes.flat, runs, strict=False):
        _curves(axis, inputs.evaluations[run], trivial)
    for axis in axes.flat[len(runs) :]:
        axis.set_visible(False)
    errors = [
        read_arrays(path, "history/mae", "history/validation_mae") for path in inputs.evaluations.values()
    ]
    axes[0, 0].set_ylim(0, ABOVE * np.max(errors))
    axes[0, 0].xaxis.set_major_locator(MaxNLocator(4, integer=True))
    handles, titles = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, titles, loc="outside upper center", ncols=len(titles), frameon=False, fontsize=7)
    figure.supxlabel("epoch", fontsize=8)
    figure.supylabel("error, colours from 0 to 1", fontsize=8)
    return figure


def _curves(axis: Axes, path: Path | str, trivial: float) -> None:
    epochs, *columns = read_arrays(path, "history/epoch", *(f"history/{name}" for name in CURVES))
    for values, (title, colour, line) in zip(columns, CURVES.values(), strict=True):
        axis.plot(epochs, values, color=colour, linestyle=line, linewidth=1.1, label=title)
    axis.axhline(trivial, color="0.5", linewidth=0.7, label="MAE of a test tile's mean colour")
    number, layers = _architecture(path)
    axis.set_title(f"{number}: {layers}", fontsize=SMALL, pad=2)
    axis.tick_params(labelsize=SMALL)
    axis.grid(alpha=0.3, linewidth=0.5)


def _architecture(path: Path | str) -> tuple[str, str]:
    """Number and filters of a run's architecture, in two lines where they are long."""
    with read_artifact(path, kind=KIND) as file:
        record = record_of(file)
    return record["architecture"], filters(record["layers"]).replace(", ", "\n", 1)


def draw_pictures(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Test tiles in the top row, below them their reconstructions, one row a run (the thesis's figure 9)."""
    (originals,) = read_arrays(next(iter(inputs.evaluations.values())), "reconstruction/originals")
    rows = 1 + len(inputs.evaluations)
    figure = Figure(figsize=(WIDTH_INCHES, ROW_INCHES * rows * 0.93), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0, hspace=0)
    axes = figure.subplots(rows, len(originals), squeeze=False)
    _row(axes[0], originals, "test tile")
    for row, path in zip(axes[1:], inputs.evaluations.values(), strict=True):
        summary = read_summary(path)
        number, layers = _architecture(path)
        note = f"{number}: {layers}\nMAE {summary['mae']:.3f}\nSSIM {summary['ssim']:.2f}"
        _row(row, read_arrays(path, "reconstruction/restored")[0], note)
    return figure


def _row(axes: np.ndarray, pictures: np.ndarray, title: str) -> None:
    for axis, picture in zip(axes, pictures, strict=True):
        axis.imshow(picture.transpose(1, 2, 0), origin="upper", interpolation="nearest")
        axis.set_xticks([])
        axis.set_yticks([])
    axes[0].set_ylabel(title, fontsize=SMALL, rotation=0, ha="right", va="center", labelpad=3)
