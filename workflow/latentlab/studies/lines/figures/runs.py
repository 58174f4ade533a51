"""Figures of runs: their errors in both spaces, and their training histories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.studies.lines.figures.panels import LINES, as_vector, look, refuse_empty


class RunErrors(NamedTuple):
    """A run's mean errors over the test set, one value per seed: MSE per pixel and per lag, both (seeds,)."""

    data_mse: np.ndarray
    statistics_mse: np.ndarray


def run_plane(
    points: Mapping[str, RunErrors],
    *,
    data_baselines: Mapping[str, float] | None = None,
    statistics_baselines: Mapping[str, float] | None = None,
    document: Mapping[str, tuple[float, float]] | None = None,
) -> Figure:
    """Error in statistics space against error in data space, one mark per run (document, B.4).

    Small marks are seeds, the large one is their mean; dashed lines are trivial baselines, open marks the
    document's. A baseline's line crosses the whole panel, as it has an error in one space only.

    Parameters
    ----------
    points : by label.
    data_baselines, statistics_baselines : by label, MSE per pixel (vertical) and per lag (horizontal), as of
        the mean image and of the mean autocorrelation.
    document : by label, the document's (data MSE, statistics MSE); a label of `points` takes its colour.

    Raises
    ------
    ValueError : no points, seeds that differ in number, or a statistics MSE that is not above 0 (log axis).
    """
    refuse_empty(points, "points")
    data_baselines, statistics_baselines = data_baselines or {}, statistics_baselines or {}
    document = document or {}
    entries = len(points) + len(document) + len(data_baselines) + len(statistics_baselines)
    figure = Figure(figsize=(WIDTH_INCHES, 3.2 + 0.18 * -(-entries // 2)), layout="constrained")
    axis = figure.subplots()
    looks = {label: look(number) for number, label in enumerate(dict.fromkeys([*points, *document]))}
    for label, errors in points.items():
        across, up = as_vector(errors.data_mse, label), as_vector(errors.statistics_mse, label)
        if len(across) != len(up):
            raise ValueError(f"{label}: expected two errors per seed, found {len(across)} and {len(up)}")
        _refuse_not_drawable(label, across, up)
        style = looks[label] | {"linestyle": "none", "zorder": 3}
        name = f"{label} ({len(across)} seeds)" if len(across) > 1 else label
        axis.plot(across.mean(), up.mean(), markersize=7, label=name, **style)
        if len(across) > 1:
            axis.plot(across, up, markersize=3, alpha=0.6, **style)
    for label, pair in document.items():
        _refuse_not_drawable(label, *np.asarray(pair, dtype=np.float64).reshape(2, 1))
        style = looks[label] | {"linestyle": "none", "markerfacecolor": "none", "zorder": 4}
        axis.plot(*pair, markersize=8, label=f"document: {label}", **style)
    for number, (label, value) in enumerate(statistics_baselines.items()):
        axis.axhline(
            value, color="k", linestyle=LINES[1:][number % 3], linewidth=0.9, label=f"{label} (horizontal)"
        )
    for number, (label, value) in enumerate(data_baselines.items()):
        axis.axvline(
            value, color="0.5", linestyle=LINES[1:][number % 3], linewidth=0.9, label=f"{label} (vertical)"
        )
    axis.set_yscale("log")
    axis.set_xlim(left=0)
    axis.set_xlabel("MSE of pixels, mean of the test set (large mark: mean of the seeds)")
    axis.set_ylabel("MSE of autocorrelations,\nmean of the test set")
    axis.grid(alpha=0.3, which="both")
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure


def _refuse_not_drawable(label: str, across: np.ndarray, up: np.ndarray) -> None:
    if not (np.isfinite(across).all() and np.isfinite(up).all() and (up > 0).all()):
        raise ValueError(f"{label}: expected finite errors, in statistics above 0, found {across} and {up}")


def history(runs: Mapping[str, Mapping[str, np.ndarray]]) -> Figure:
    """Distortion and KL divergence over the epochs; solid on training images, dashed on validation images.

    Parameters
    ----------
    runs : by label, a run's history by column, one value per epoch: "epoch" (from 0), "train_distortion",
        "train_kl" (nats) and, if recorded, "validation_distortion" and "validation_kl".

    Raises
    ------
    ValueError : no runs, or no epoch in one.
    """
    refuse_empty(runs, "runs")
    figure = Figure(figsize=(WIDTH_INCHES, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True)
    for number, (label, rows) in enumerate(runs.items()):
        epochs = as_vector(rows["epoch"], f"{label}: epoch") + 1
        colour = COLOURS[number % len(COLOURS)]
        few = {"marker": "."} if len(epochs) == 1 else {}  # a line of one point is invisible
        for axis, term in ((left, "distortion"), (right, "kl")):
            axis.plot(epochs, rows[f"train_{term}"], color=colour, linewidth=1, label=label, **few)
            if f"validation_{term}" in rows:
                axis.plot(epochs, rows[f"validation_{term}"], "--", color=colour, linewidth=1, **few)
    left.set_yscale("log")
    left.set_ylabel("distortion (sum of squares, 224 x 224)")
    right.set_ylabel("KL divergence (nats per image)")
    right.set_ylim(bottom=0)
    for axis in (left, right):
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.set_xlabel("epoch (solid: training, dashed: validation)")
        axis.grid(alpha=0.3)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return figure
