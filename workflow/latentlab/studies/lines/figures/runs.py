"""Figures of runs: their errors in both spaces, and their training histories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.studies.lines.figures.panels import as_vector, look, number, refuse_empty

LETTERS = 55  # of a legend of two columns
BASELINE_LINES = (":", "-.", (0, (5, 1)))


class MeanPredictions(NamedTuple):
    """Errors of predictions that need no learning, on the set that a run is judged on.

    name : of the set and its size. data_mse : of the mean image, per pixel. statistics_mse : of the mean
    autocorrelation, per lag.
    """

    name: str
    data_mse: float
    statistics_mse: float


class RunErrors(NamedTuple):
    """A run's mean errors over the test set, one value per seed: MSE per pixel and per lag, both (seeds,)."""

    data_mse: np.ndarray
    statistics_mse: np.ndarray
    baseline: MeanPredictions


def run_plane(points: Mapping[str, RunErrors], document: Mapping[str, RunErrors] | None = None) -> Figure:
    """Error in statistics space against error in data space, one mark per run (document, B.4).

    Each error is divided by that of the mean prediction on the same set at the same image size: errors per
    pixel and per lag depend on the size. At 1, the dashed lines, a model has learnt nothing. Small marks are
    seeds, the large one is their mean; open marks are the document's. The legend gives the errors themselves.

    Parameters
    ----------
    points, document : by label; a label that both have takes one colour.

    Raises
    ------
    ValueError : no points, seeds that differ in number, an error that is not finite or below 0, or a mean
        prediction's that is not above 0.
    """
    refuse_empty(points, "points")
    document = document or {}
    baselines = {errors.baseline: None for errors in (*points.values(), *document.values())}
    labels = {
        **{("ours", label): _legend(label, errors) for label, errors in points.items()},
        **{("document", label): _legend(f"document, {label}", errors) for label, errors in document.items()},
    }
    columns = 2 if max(map(len, labels.values())) <= LETTERS else 1
    entries = -(-(len(labels) + len(baselines)) // columns)
    figure = Figure(figsize=(WIDTH_INCHES, 3.3 + 0.18 * entries), layout="constrained")
    axis = figure.subplots()
    looks = {label: look(place) for place, label in enumerate(dict.fromkeys([*points, *document]))}
    for label, errors in points.items():
        across, up = _relative(label, errors)
        style = looks[label] | {"linestyle": "none"}
        axis.plot(across.mean(), up.mean(), markersize=8, label=labels["ours", label], zorder=3, **style)
        if len(across) > 1:
            small = style | {"markeredgecolor": "k", "markeredgewidth": 0.6}
            axis.plot(across, up, markersize=3, zorder=5, **small)
    for label, errors in document.items():
        across, up = _relative(label, errors)
        style = looks[label] | {"linestyle": "none", "markerfacecolor": "none", "zorder": 4}
        axis.plot(across.mean(), up.mean(), markersize=8, label=labels["document", label], **style)
    for baseline in baselines:
        means = f"{number(baseline.data_mse)}, {number(baseline.statistics_mse)}"
        name = f"mean predictions, {baseline.name}: {means}"
        axis.plot([], [], "k--", linewidth=0.9, label=name)
    axis.axhline(1, color="k", linestyle="--", linewidth=0.9)
    axis.axvline(1, color="k", linestyle="--", linewidth=0.9)
    axis.set_xlim(left=0)
    axis.set_ylim(bottom=0)
    axis.set_xlabel("MSE of pixels over that of the mean image (1: nothing learnt)")
    axis.set_ylabel("MSE of autocorrelations over that of the\nmean autocorrelation (1: nothing learnt)")
    axis.grid(alpha=0.3)
    title = "MSE of pixels, MSE of autocorrelations (means of the seeds, which are the small marks)"
    figure.legend(loc="outside lower center", ncols=columns, frameon=False, title=title, title_fontsize=8)
    return figure


def _relative(label: str, errors: RunErrors) -> tuple[np.ndarray, np.ndarray]:
    """Errors over those of the mean predictions, (seeds,) each."""
    across, up = as_vector(errors.data_mse, label), as_vector(errors.statistics_mse, label)
    if len(across) != len(up):
        raise ValueError(f"{label}: expected two errors per seed, found {len(across)} and {len(up)}")
    values = np.concatenate([across, up])
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise ValueError(f"{label}: expected finite errors, 0 or more, found {across} and {up}")
    if not (errors.baseline.data_mse > 0 and errors.baseline.statistics_mse > 0):
        raise ValueError(f"{label}: expected errors above 0 of the mean predictions, found {errors.baseline}")
    return across / errors.baseline.data_mse, up / errors.baseline.statistics_mse


def _legend(label: str, errors: RunErrors) -> str:
    """The label with the errors themselves, means of the seeds."""
    seeds = f", {len(errors.data_mse)} seeds" if len(errors.data_mse) > 1 else ""
    return f"{label}{seeds}: {number(np.mean(errors.data_mse))}, {number(np.mean(errors.statistics_mse))}"


def history(
    runs: Mapping[str, Mapping[str, np.ndarray]], baselines: Mapping[str, float] | None = None
) -> Figure:
    """Distortion and KL divergence over the epochs; solid on training images, dashed on validation images.

    Parameters
    ----------
    runs : by label, a run's history by column, one value per epoch: "epoch" (from 0), "train_distortion",
        "train_kl" (nats) and, if recorded, "validation_distortion" and "validation_kl".
    baselines : by name, the distortion of an answer that needs no learning, a line in the left panel.

    Raises
    ------
    ValueError : no runs, or no epoch in one.
    """
    refuse_empty(runs, "runs")
    baselines = baselines or {}
    figure = Figure(figsize=(WIDTH_INCHES, 2.9 + 0.18 * len(baselines)), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True)
    for place, (label, rows) in enumerate(runs.items()):
        epochs = as_vector(rows["epoch"], f"{label}: epoch") + 1
        style = {key: value for key, value in look(place).items() if key != "linestyle"}
        style |= {"linewidth": 1, "markersize": 4, "markevery": max(1, len(epochs) // 20)}
        name = f"{label} ({len(epochs)} epoch{'s' if len(epochs) > 1 else ''})"
        for axis, term in ((left, "distortion"), (right, "kl")):
            axis.plot(epochs, rows[f"train_{term}"], label=name, **style)
            if f"validation_{term}" in rows:
                axis.plot(epochs, rows[f"validation_{term}"], "--", markerfacecolor="w", **style)
    for place, (name, value) in enumerate(baselines.items()):
        line = BASELINE_LINES[place % len(BASELINE_LINES)]
        left.axhline(value, color="k", linestyle=line, linewidth=1.2, label=f"trivial answer: {name}")
    low, high = left.dataLim.y0, left.dataLim.y1
    if low > 0 and high > 10 * low:
        left.set_yscale("log")
    else:
        left.set_ylim(bottom=0)
    left.set_ylabel("distortion (sum of squares, 224 x 224)")
    right.set_ylabel("KL divergence (nats per image)")
    right.set_ylim(bottom=0)
    for axis in (left, right):
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.set_xlabel("epoch (solid: training, dashed: validation)")
        axis.grid(alpha=0.3)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    return figure
