"""Figures of the restoration: error against photon budget and gap width, and examples."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import (
    GAP_COLOUR,
    WIDTH_INCHES,
    in_intensity_range,
    intensity_map,
    intensity_norm,
)
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.restoration.evaluated import Evaluation, Example
from latentlab.studies.gisaxs.restoration.evaluation_file import read_evaluation
from latentlab.studies.gisaxs.restoration.methods import METHODS
from latentlab.studies.gisaxs.restoration.metric_names import budget_name
from latentlab.studies.gisaxs.restoration.scores import WIDTHS
from latentlab.studies.gisaxs.restoration.summary import patterns_of, summaries

SMALL = 6.5  # pt
BANDS = ("network", "linear", "local-plane", "fit")  # methods whose intervals are drawn


class Style(NamedTuple):
    """How a method's curve is drawn; colours of Okabe and Ito 2008, the strong ones for our methods."""

    colour: str
    marker: str
    line: str = "-"
    width: float = 0.9


STYLES = {
    "network": Style("#D55E00", "o", width=1.8),
    "multi-scale": Style("#D55E00", "s", "--", 1.3),
    "linear": Style("black", "x"),
    "linear-smoothed": Style("0.45", "x", "--"),
    "local-mean": Style("#009E73", "^"),
    "local-plane": Style("#0072B2", "v", width=1.3),
    "median": Style("#CC79A7", "D"),
    "biharmonic": Style("#56B4E9", ">", "--"),
    "total-variation": Style("#56B4E9", "<", ":"),
    "non-local-means": Style("#E69F00", "P"),
    "mirror": Style("#E69F00", "*", ":"),
    "pyfai": Style("#CC79A7", "d", ":"),
    "fit": Style("#009E73", "*", "--"),
    "mean": Style("0.6", ".", ":"),
}
PANELS = (
    ("gap_error", "error inside gaps\n(rms, decades)"),
    ("outside_error", "error outside gaps\n(rms, decades)"),
    ("gap_error_counting", "error inside gaps\n(rms, counting errors)"),
    ("outside_error_counting", "error outside gaps\n(rms, counting errors)"),
)
PHOTONS = "photons of the pattern"
RATIO_LIMIT = 3.0  # deviations, of the colour scale


def draw_budget(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Errors inside the gaps and outside against the photon budget, every method, with intervals."""
    evaluation, _ = read_evaluation(inputs.artifacts["restoration"])
    found = summaries(evaluation)
    figure = Figure(figsize=(WIDTH_INCHES, 6.4), layout="constrained")
    axes = figure.subplots(2, 2, sharex=True)
    for axis, (score, label) in zip(axes.flat, PANELS, strict=True):
        for method in evaluation.methods:
            names = [f"{score}_{budget_name(photons)}" for photons in evaluation.budgets]
            middle, low, high = (
                np.array([found[method][f"{name}{end}"] for name in names]) for end in ("", "_low", "_high")
            )
            _curve(axis, method, evaluation.budgets, middle, (low, high))
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_ylabel(label)
        axis.grid(alpha=0.3)
    for axis in axes[1]:
        axis.set_xlabel(PHOTONS)
    _legend(figure, axes[0, 0], evaluation)
    return figure


def draw_gaps(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Correlation inside the gaps against the photon budget; error against the gap's width at one budget.

    `spec["photons"]` is that budget.
    """
    evaluation, _ = read_evaluation(inputs.artifacts["restoration"])
    found = summaries(evaluation)
    figure = Figure(figsize=(WIDTH_INCHES, 4.3), layout="constrained")
    left, right = figure.subplots(1, 2)
    for method in evaluation.methods:
        names = [f"gap_correlation_{budget_name(photons)}" for photons in evaluation.budgets]
        middle, low, high = (
            1 - np.array([found[method][f"{name}{end}"] for name in names]) for end in ("", "_high", "_low")
        )
        _curve(left, method, evaluation.budgets, middle, (low, high))
    left.axhline(1 - spec["goal"], color="black", linewidth=0.8, linestyle=":", zorder=1)
    left.text(
        0.02,
        1 - spec["goal"],
        f"goal: {spec['goal']:g}",
        fontsize=SMALL,
        va="bottom",
        transform=left.get_yaxis_transform(),
    )
    left.set_xscale("log")
    left.set_yscale("log")
    left.set_xlabel(PHOTONS)
    left.set_ylabel(r"1 $-$ correlation of intensity inside gaps")
    _widths(right, evaluation, spec["photons"])
    for axis in (left, right):
        axis.grid(alpha=0.3)
    _legend(figure, left, evaluation)
    return figure


def draw_examples(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Counts, restored and true expectation, and the error in units of the stated deviation, by budget."""
    _, shown = read_evaluation(inputs.artifacts["restoration"])
    figure = Figure(figsize=(WIDTH_INCHES, 1.42 * len(shown) + 0.5), layout="compressed")
    axes = figure.subplots(len(shown), 4, sharex=True, sharey=True, squeeze=False)
    for line, example in zip(axes, shown, strict=True):
        _example(figure, line, example)
    for axis, title in zip(
        axes[0], ("counted", "restored", "true expectation", "error / deviation"), strict=True
    ):
        axis.set_title(title)
    for axis in axes[-1]:
        axis.set_xlabel("column (px)", fontsize=SMALL)
    return figure


def _example(figure: Figure, line: np.ndarray, example: Example) -> None:
    one = example.measured
    norm = intensity_norm(float(one.expectation.max()))
    norm.vmin = max(norm.vmin, float(one.expectation.min()) / 2)
    for axis, image in zip(line[:3], (one.counts, example.expected, one.expectation), strict=True):
        axis.set_facecolor(GAP_COLOUR)
        shown = np.ma.masked_array(in_intensity_range(image, norm), mask=one.mask & (image is one.counts))
        drawn = axis.imshow(shown, norm=norm, cmap=intensity_map())
    bars = [figure.colorbar(drawn, ax=line[2])]
    bars[0].set_label("photons per pixel", fontsize=SMALL)
    ratio = np.log10(example.expected / one.expectation) / example.deviation
    drawn = line[3].imshow(ratio, cmap="RdBu_r", vmin=-RATIO_LIMIT, vmax=RATIO_LIMIT)
    bars.append(figure.colorbar(drawn, ax=line[3], extend="both"))
    bars[1].set_label("deviations", fontsize=SMALL)
    line[0].set_ylabel(f"{budget_name(example.photons)} photons\nrow (px)", fontsize=SMALL)
    for axis in (*line, *(bar.ax for bar in bars)):
        axis.tick_params(labelsize=6)


def _widths(axis: Axes, evaluation: Evaluation, photons: float) -> None:
    if photons not in evaluation.budgets:
        raise ValueError(f"photons is {photons:g}, expected one of {evaluation.budgets}")
    place = evaluation.budgets.index(photons)
    classes = [
        f"{low}" if high == low + 1 else f"{low}-{high - 1}" for low, high in itertools.pairwise(WIDTHS)
    ]
    number = patterns_of(evaluation)
    for row, method in enumerate(evaluation.methods):
        if number[method] < max(number.values()):
            continue  # on other patterns it would have other gaps
        pixels = evaluation.width_pixels[row, place]
        error = np.sqrt(evaluation.width_squares[row, place] / np.where(pixels > 0, pixels, np.nan))
        _curve(axis, method, range(len(classes)), error)
    axis.set_xticks(range(len(classes)), classes)
    axis.set_yscale("log")
    axis.set_xlabel("width of the gap (px)")
    axis.set_ylabel(f"error inside gaps at {budget_name(photons)} photons\n(rms over all pixels, decades)")


def _curve(
    axis: Axes,
    method: str,
    x: Any,
    middle: np.ndarray,
    interval: tuple[np.ndarray, np.ndarray] | None = None,
) -> None:
    style = STYLES[method]
    line = {"color": style.colour, "linestyle": style.line, "linewidth": style.width}
    axis.plot(x, middle, marker=style.marker, markersize=4, label=method, **line)
    if interval is not None and method in BANDS:
        axis.fill_between(x, *interval, color=style.colour, alpha=0.15, linewidth=0)


def _legend(figure: Figure, axis: Axes, evaluation: Evaluation) -> None:
    """Titles of the methods; a star marks those that were tried on fewer patterns."""
    number = patterns_of(evaluation)
    handles, methods = axis.get_legend_handles_labels()
    labels = [
        METHODS[method] + ("" if number[method] == max(number.values()) else " *") for method in methods
    ]
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=SMALL, frameon=False)
