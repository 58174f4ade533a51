"""Figures of restored patterns and their errors, for one run or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from latentlab.log_scale import FLOOR
from latentlab.pipeline.figure_style import GAP_COLOUR, WIDTH_INCHES
from latentlab.studies.gisaxs.figures.patterns import (
    Extent,
    add_legend,
    draw_pattern,
    label_axes,
    parameters_title,
)

SMALL = 6  # pt


@dataclass(frozen=True)
class Restored:
    """What one run restores.

    Attributes
    ----------
    images : raw intensity (k, n, n).
    heading : of its two rows, in two lines: the run, and its quality on the test set.
    not_learnt : what is written on its panels if it has learnt nothing, otherwise "".
    """

    images: np.ndarray
    heading: str
    not_learnt: str = ""


def reconstructions(
    measured: np.ndarray,
    target: np.ndarray,
    restored: Sequence[Restored],
    parameters: np.ndarray,
    extent: Extent,
    gaps: np.ndarray | None = None,
    target_gaps: np.ndarray | None = None,
) -> Figure:
    """Input, target, and of each run the restored patterns and their error in decades.

    As in the thesis's figures 4.8 to 4.10. One row shows input and target if they are equal.

    Parameters
    ----------
    measured, target : raw intensity (k, n, n). restored : of each run. parameters : (k, 4), for the titles.
    gaps, target_gaps : bool (n, n), drawn grey in the input, and in the target and the errors; None for none.
    """
    given = [("input", measured, gaps), ("target", target, target_gaps)]
    if np.array_equal(measured, target) and gaps is target_gaps:
        given = [("input and\ntarget", target, target_gaps)]
    count, first = len(measured), len(given)
    rows = first + 2 * len(restored)
    figure = Figure(figsize=(WIDTH_INCHES, 0.75 * rows + 0.37 * len(restored) + 0.85), layout="compressed")
    axes = figure.subplots(rows, count, sharex=True, sharey=True, squeeze=False)
    label_axes(axes)
    maximum = float(target.max())
    for line, (name, images, hidden) in zip(axes, given, strict=False):
        intensity = _row(line, name, images, extent, hidden, maximum)
    for column in range(count):
        axes[0, column].set_title(parameters_title(parameters[column], lines=4), fontsize=SMALL)
    for number, run in enumerate(restored):
        upper, lower = axes[first + 2 * number], axes[first + 2 * number + 1]
        _row(upper, "restored", run.images, extent, None, maximum)
        _heading(upper, run.heading)
        if run.not_learnt:
            for axis in upper:
                _write_on(axis, run.not_learnt)
        error = _errors(lower, run.images, target, extent, target_gaps)
    figure.colorbar(intensity, ax=axes[: rows - 2]).set_label("raw intensity (arb. unit)", fontsize=7)
    bar = figure.colorbar(error, ax=axes[rows - 2 :], extend="both")
    bar.set_label("restored $-$ target\n(decades)", fontsize=7)
    bar.ax.set_title("too bright", fontsize=SMALL)
    bar.ax.set_xlabel("too dark", fontsize=SMALL, labelpad=8)
    hidden_pixels = [hidden for _, _, hidden in given if hidden is not None]
    outside = measured if gaps is None else measured[:, ~gaps]
    drawn = [outside, target, *(run.images for run in restored)]
    add_legend(
        figure, gaps=bool(hidden_pixels), not_positive=any(bool((images <= 0).any()) for images in drawn)
    )
    for axis in axes[-1]:
        axis.set_xlabel(r"$2\theta_f$ (deg)", fontsize=SMALL)
    return figure


def _row(
    line: np.ndarray,
    name: str,
    images: np.ndarray,
    extent: Extent,
    gaps: np.ndarray | None,
    maximum: float,
) -> AxesImage:
    for axis, image in zip(line, images, strict=True):
        shown = draw_pattern(axis, image, extent, gaps, maximum)
    line[0].set_ylabel(f"{name}\n" + r"$\alpha_f$ (deg)", fontsize=SMALL)
    return shown


def _errors(
    line: np.ndarray, restored: np.ndarray, target: np.ndarray, extent: Extent, gaps: np.ndarray | None
) -> AxesImage:
    """log10 of restored over target, both raised to the floor that the metrics use."""
    floor = float(target.max()) * FLOOR
    for axis, image, true in zip(line, restored, target, strict=True):
        error = np.log10(np.maximum(image, floor) / np.maximum(true, floor))
        axis.set_facecolor(GAP_COLOUR)
        shown = np.ma.masked_array(error, mask=gaps if gaps is not None else False)
        drawn = axis.imshow(shown, extent=extent, cmap="RdBu_r", vmin=-1, vmax=1, aspect="equal")
    line[0].set_ylabel("error\n" + r"$\alpha_f$ (deg)", fontsize=SMALL)
    return drawn


def _heading(line: np.ndarray, text: str) -> None:
    """A heading from the first panel on over its row, for which the layout leaves the height of a title."""
    for axis in line:
        axis.set_title("\n", fontsize=7)
    line[0].text(0, 1.12, text, transform=line[0].transAxes, fontsize=7).set_in_layout(False)


def _write_on(axis: Axes, text: str) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    axis.text(0.5, 0.5, text, transform=axis.transAxes, ha="center", va="center", fontsize=SMALL, bbox=box)
