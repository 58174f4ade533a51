"""Figures of training histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from latentlab.pipeline.figure_style import WIDTH_INCHES

CONVERGED = "converged: the loss has stopped falling"
NOT_CONVERGED = "not converged when the training ends"
MEAN_IMAGE = "mean of the training images"
MEAN_IMAGE_COLOUR = "0.3"
BOX = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
WARM_UP_COLOUR, NEGATIVE_COLOUR = "#F6E3C0", "0.9"


@dataclass(frozen=True)
class RunHistory:
    """The history of one run.

    Attributes
    ----------
    label : the run in words. columns : by name, one value per epoch: "epoch" (from 0), "test_loss" and so on.
    converged : epoch (from 1) that counts as converged, more than there are if there is none.
    warm_up : epochs at the start that were trained with MSE.
    not_learnt : what is written on its panel if it has learnt nothing, otherwise "".
    mean_image : MS-SSIM of the mean of the training images, in the run's own intensity scale.
    """

    label: str
    columns: dict[str, np.ndarray]
    converged: int = 0
    warm_up: int = 0
    not_learnt: str = ""
    mean_image: float = 0.0

    @property
    def epochs(self) -> np.ndarray:
        """Numbers of the epochs, from 1."""
        return np.asarray(self.columns["epoch"]) + 1


def history(runs: Sequence[RunHistory]) -> Figure:
    """Loss and MS-SSIM of the test set over the epochs (thesis, figure 4.4), for runs trained with MS-SSIM.

    A dot marks where a training converged, an arrow the end of one that has not. The dotted line is the mean
    of the training images, which is known without a training.
    """
    figure = Figure(figsize=(WIDTH_INCHES, 3.0), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True)
    marks = set()
    for run in runs:
        is_converged = run.converged <= len(run.epochs)
        marks.add(is_converged)
        at = run.converged - 1 if is_converged else len(run.epochs) - 1
        similarity = 1 - np.asarray(run.columns["test_distortion"])
        for axis, values in ((left, run.columns["test_loss"]), (right, similarity)):
            (line,) = axis.plot(run.epochs, values, label=run.label, linewidth=1)
            marker = "o" if is_converged else ">"
            axis.plot(run.epochs[at], values[at], marker, color=line.get_color(), markersize=5)
    left.set_yscale("log")
    left.set_ylabel("test loss\n" r"$\lambda$ (1 $-$ MS-SSIM) + bits per pixel", fontsize=7)
    right.set_ylabel("MS-SSIM of the test set")
    right.set_ylim(-0.02, 1.02)
    for axis in (left, right):
        axis.set_xlabel("epoch")
        axis.grid(alpha=0.3)
    handles, labels = left.get_legend_handles_labels()
    for value in sorted({run.mean_image for run in runs}):
        handles.append(right.axhline(value, color=MEAN_IMAGE_COLOUR, linestyle=":", linewidth=1))
        labels.append(MEAN_IMAGE)
    for is_converged, marker, text in ((True, "o", CONVERGED), (False, ">", NOT_CONVERGED)):
        if is_converged in marks:
            handles.append(Line2D([], [], color="black", linestyle="none", marker=marker, markersize=5))
            labels.append(text)
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return figure


def scales(runs: Sequence[RunHistory]) -> Figure:
    """Terms of MS-SSIM's scales on the test set over the epochs, and their product; one panel per run.

    A term below 0 (the shaded half) makes the product 0 and its gradient 0: the training only
    reduces the bits, until the term happens to rise above 0. The panels have one range of epochs.
    The columns of each run are "test_ms_ssim" and "test_ms_ssim_scale_1" (the finest) on.
    """
    figure = Figure(figsize=(WIDTH_INCHES, 3.0), layout="constrained")
    axes = figure.subplots(1, len(runs), sharex=True, sharey=True, squeeze=False)[0]
    for axis, run in zip(axes, runs, strict=True):
        _scales_of(axis, run)
    axes[0].set_xlim(0, max(len(run.epochs) for run in runs) + 1)
    axes[0].set_ylim(-0.35, 1.05)
    axes[0].set_ylabel("mean over the test set")
    handles, labels = axes[0].get_legend_handles_labels()
    handles.append(Patch(facecolor=NEGATIVE_COLOUR, label="below 0: no gradient"))
    if any(run.warm_up for run in runs):
        handles.append(Patch(facecolor=WARM_UP_COLOUR, label="warm-up: trained with MSE"))
    labels += [str(handle.get_label()) for handle in handles[len(labels) :]]
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    return figure


def _scales_of(axis: Axes, run: RunHistory) -> None:
    numbers = []
    while f"test_ms_ssim_scale_{len(numbers) + 1}" in run.columns:
        numbers.append(len(numbers) + 1)
    place = {1: " (finest)", len(numbers): " (coarsest)"} if len(numbers) > 1 else {}
    for number in numbers:
        name = f"scale {number}{place.get(number, '')}"
        axis.plot(run.epochs, run.columns[f"test_ms_ssim_scale_{number}"], linewidth=1, label=name)
    axis.plot(run.epochs, run.columns["test_ms_ssim"], "k--", linewidth=1, label="MS-SSIM, their product")
    axis.axhspan(-1, 0, color=NEGATIVE_COLOUR, zorder=0)
    if run.warm_up:
        axis.axvspan(0.5, run.warm_up + 0.5, color=WARM_UP_COLOUR, zorder=0.1)
    axis.axhline(run.mean_image, color=MEAN_IMAGE_COLOUR, linestyle=":", linewidth=1, label=MEAN_IMAGE)
    if run.not_learnt:
        axis.text(0.5, 0.89, run.not_learnt, transform=axis.transAxes, ha="center", bbox=BOX)
    axis.set_title(run.label)
    axis.set_xlabel("epoch")
    axis.grid(alpha=0.3)
