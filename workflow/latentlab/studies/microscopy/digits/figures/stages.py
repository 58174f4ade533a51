"""Figures of the stages: an ensemble's mean and dispersion, accuracy with few labels; and angles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.artifacts import read_summary
from latentlab.invariant.angles import angle_errors, circular_correlation
from latentlab.pipeline.figure_style import COLOURS, COLUMN_INCHES, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.digits.angles import FOLDS
from latentlab.studies.microscopy.digits.figures.panels import SMALL, label_row, show
from latentlab.studies.microscopy.digits.metric_names import ENSEMBLE, LABELS
from latentlab.studies.microscopy.digits.titles import METHODS
from latentlab.studies.microscopy.evaluation_file import read_arrays

STYLES = (("o", "-"), ("s", "--"), ("^", ":"))


def draw_ensemble(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Each member's image of each matched class, their mean and deviation; dispersion against error."""
    path = inputs.artifacts[ENSEMBLE]
    drawn, dispersion, error, digit, share = read_arrays(
        path, "drawn", "class_dispersion", "class_error", "class_digit", "class_share"
    )
    members, classes = drawn.shape[:2]
    figure = Figure(figsize=(WIDTH_INCHES, 0.55 * (members + 2) + 2.2), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=[0.55 * (members + 2) + 0.3, 1.9])
    axes = top.subplots(members + 2, classes)
    spread = drawn.std(axis=0)
    for place in range(classes):
        for member in range(members):
            show(axes[member, place], drawn[member, place])
        show(axes[-2, place], drawn[:, place].mean(axis=0))
        deviation = show(axes[-1, place], spread[place], cmap="viridis", vmin=0, vmax=spread.max())
        axes[0, place].set_title(f"class {place + 1}\n('{digit[place]}')", fontsize=SMALL)
    for member in range(members):
        label_row(axes[member, 0], f"model {member + 1}")
    label_row(axes[-2, 0], "mean")
    label_row(axes[-1, 0], "dispersion")
    bar = top.colorbar(deviation, ax=axes[-2:, :], aspect=10, pad=0.01)
    bar.set_label("standard\ndeviation", fontsize=SMALL)
    bar.ax.tick_params(labelsize=SMALL)
    left, right = bottom.subplots(1, 2, width_ratios=[1, 1.3])
    _against_error(left, dispersion, error, digit, share)
    _by_correctness(right, *read_arrays(path, "image_dispersion", "image_wrong"), read_summary(path))
    return figure


def _against_error(axis: Any, dispersion: Any, error: Any, digit: Any, share: Any) -> None:
    for x, y, each, size in zip(dispersion, error, digit, share, strict=True):
        if size > 0:
            axis.scatter(x, 100 * y, s=45, marker=f"${each}$", color=COLOURS[each % len(COLOURS)])
    axis.set_xlabel("mean dispersion of the class")
    axis.set_ylabel("test images in error (%)")
    axis.grid(alpha=0.3)


def _by_correctness(
    axis: Any, dispersion: np.ndarray, wrong: np.ndarray, summary: Mapping[str, float]
) -> None:
    edges = np.linspace(0, max(float(dispersion.max()), 1e-3), 16)
    for name, chosen, colour, line in (
        ("right", ~wrong, COLOURS[0], "-"),
        ("wrong", wrong, COLOURS[1], "--"),
    ):
        if chosen.any():
            weights = np.full(chosen.sum(), 100 / chosen.sum())
            options = {"histtype": "step", "color": colour, "linestyle": line, "linewidth": 1.3}
            axis.hist(
                dispersion[chosen], edges, weights=weights, label=f"{name}, n = {chosen.sum()}", **options
            )
    axis.set_xlabel("dispersion of a test image's class probabilities")
    axis.set_ylabel("test images (%)")
    axis.set_title(f"area under the ROC curve {summary['error_auroc']:.2f}", fontsize=SMALL)
    axis.legend(frameon=False, fontsize=SMALL)


def draw_labels(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Accuracy on test images against the number of labels: mean and range over the seeds."""
    path = inputs.artifacts[LABELS]
    counts, accuracy, images = read_arrays(path, "counts", "accuracy", "images")
    figure = Figure(figsize=(1.4 * COLUMN_INCHES, 2.8), layout="constrained")
    axis = figure.subplots()
    for place, (name, (mark, line)) in enumerate(zip(METHODS, STYLES, strict=True)):
        values = accuracy[place]  # (counts, seeds)
        mean = values.mean(axis=1)
        reach = np.stack([mean - values.min(axis=1), values.max(axis=1) - mean])
        shifted = counts * (1 + 0.03 * (place - 1))  # so that bars do not hide each other
        axis.errorbar(
            shifted, mean, reach, label=METHODS[name], marker=mark, linestyle=line, markersize=4, capsize=2
        )
    axis.axhline(10, color="0.4", linewidth=0.8, linestyle=":")
    axis.annotate("by chance", (counts[0], 10), xytext=(0, 2), textcoords="offset points", fontsize=SMALL)
    axis.set_xscale("log")
    axis.set_xticks(counts, [str(each) for each in counts])
    axis.minorticks_off()
    axis.set_ylim(0, 100)
    axis.set_xlabel(f"labelled training images, of {int(images)}")
    axis.set_ylabel("test images recognised (%)")
    axis.grid(alpha=0.3)
    axis.legend(frameon=False, loc="lower right")
    return figure


def draw_angles(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Found against true angle of the test images of each digit, less a constant for the digit."""
    truth, found, classes = read_arrays(inputs.evaluations[spec["run"]], "angle_true", "angle_found", "class")
    figure = Figure(figsize=(WIDTH_INCHES, 3.4), layout="constrained")
    axes = figure.subplots(2, 5, sharex=True, sharey=True)
    for digit, axis in enumerate(axes.flat):
        chosen = classes == digit
        if not chosen.any():
            axis.set_axis_off()
            continue
        fold = FOLDS[digit]
        shown = truth[chosen] + angle_errors(truth[chosen], found[chosen], fold)
        axis.scatter(np.rad2deg(truth[chosen]), np.rad2deg(shown), s=5, color=COLOURS[0])
        limits = np.rad2deg(np.array([truth.min(), truth.max()]))
        axis.plot(limits, limits, color="k", linewidth=0.7, linestyle=":")
        correlation = circular_correlation(truth[chosen], found[chosen], fold)
        turns = ", modulo half a turn" if fold == 2 else ""
        axis.set_title(f"{digit}{turns}: {correlation:.2f}", fontsize=SMALL)
        axis.grid(alpha=0.3)
    figure.supxlabel("angle by which the digit was turned (deg)", fontsize=8)
    figure.supylabel("angle found (deg)", fontsize=8)
    return figure
