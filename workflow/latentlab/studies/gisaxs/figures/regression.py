"""Figures of the regression: errors by photon budget, and whether its intervals cover what they say."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latentlab.artifacts import read_artifact, read_summary
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.regression.evaluation import METHODS, PARAMETERS, WITH_INTERVALS, tag
from latentlab.studies.gisaxs.regression.metric_names import METHOD_TITLES

KIND = "regression-evaluation"
LABELS = {
    "r_nm": "error of R (nm)",
    "sigma_over_r": r"error of $\sigma$/R",
    "d_nm": "error of D (nm)",
    "omega_over_d": r"error of $\omega$/D",
}
SYMBOLS = (r"R", r"$\sigma$/R", "D", r"$\omega$/D")
STYLES = dict(zip(METHODS, zip(COLOURS, "osv^D", strict=False), strict=False))
CALIBRATED = 0.68  # the level that the stored ratios are in units of
LEVELS = np.linspace(0.05, 0.99, 48)
SHOWN_BUDGET = 1e5  # photons, of the scatter plots, where it was measured
GOAL_NM = 0.1


def draw_regression(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Median error of each parameter against the photon budget, of every method; bars: 95 % intervals."""
    summary = read_summary(inputs.artifacts["regression"], KIND)
    with read_artifact(inputs.artifacts["regression"], kind=KIND) as file:
        budgets = file["photons"][()]
    figure = Figure(figsize=(WIDTH_INCHES, 5.4), layout="constrained")
    axes = figure.subplots(2, 2, sharex=True)
    for axis, parameter in zip(axes.flat, PARAMETERS, strict=True):
        for number, method in enumerate(METHODS):
            names = [f"error_{parameter}_{method}_{tag(photons)}" for photons in budgets]
            middle, low, high = (
                np.array([summary[f"{name}{end}"] for name in names]) for end in ("", "_low", "_high")
            )
            colour, marker = STYLES[method]
            axis.errorbar(
                budgets * 10 ** (0.04 * (number - 2)),  # side by side
                middle,
                [middle - low, high - middle],
                color=colour,
                marker=marker,
                markersize=4,
                linewidth=1,
                capsize=2,
                label=METHOD_TITLES[method],
            )
        if parameter.endswith("_nm"):
            axis.axhline(GOAL_NM, color="0.6", linewidth=0.8, linestyle=":")
        axis.set(xscale="log", yscale="log", ylabel=LABELS[parameter])
    for axis in axes[-1]:
        axis.set_xlabel("photons in a pattern")
    figure.legend(
        *axes[0, 0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=2,
        frameon=False,
        fontsize=7,
    )
    return figure


def draw_coverage(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Observed coverage against the stated level, and predicted against true values with 68 % intervals."""
    with read_artifact(inputs.artifacts["regression"], kind=KIND) as file:
        budgets, truth = file["photons"][()], file["truth"][()]
        ratios = {method: file[f"ratios/{method}"][()] for method in WITH_INTERVALS}
        answers = {method: file[f"answers/{method}"][()] for method in WITH_INTERVALS}
        intervals = {method: file[f"intervals/{method}"][()] for method in WITH_INTERVALS}
    figure = Figure(figsize=(WIDTH_INCHES, 5.4), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.3, 1])
    for axis, method in zip(upper.subplots(1, 2, sharey=True), WITH_INTERVALS, strict=True):
        _coverage(axis, ratios[method])
        axis.set_title(METHOD_TITLES[method])
        axis.set_xlabel("stated level of the interval")
    upper.axes[0].set_ylabel("share of intervals\nthat hold the truth")
    upper.axes[0].legend(frameon=False, fontsize=7)
    chosen = int(np.abs(np.log(budgets / SHOWN_BUDGET)).argmin())
    axes = lower.subplots(1, 4)
    columns = [(method, column) for column in (0, 2) for method in WITH_INTERVALS]
    for axis, (method, column) in zip(axes, columns, strict=True):
        middle = answers[method][chosen][:, column]
        ends = intervals[method][chosen][:, :, column]
        reach = np.abs(ends - middle)
        axis.errorbar(truth[:, column], middle, reach, fmt=".", markersize=2, linewidth=0.5, color=COLOURS[0])
        limits = truth[:, column].min(), truth[:, column].max()
        axis.plot(limits, limits, color="0.5", linewidth=0.6, zorder=0)
        axis.set_title(METHOD_TITLES[method], fontsize=7)
        axis.set_xlabel(f"true {SYMBOLS[column]} (nm)", fontsize=7)
        axis.set_ylabel(f"{SYMBOLS[column]} found (nm)", fontsize=7)
        axis.tick_params(labelsize=6.5)
        axis.set_box_aspect(1)
    lower.suptitle(f"{budgets[chosen]:,.0f} photons in a pattern; bars: 68 % intervals", fontsize=7.5)
    return figure


def _coverage(axis: Axes, ratios: np.ndarray) -> None:
    """Of each parameter, over all photon budgets; intervals are scaled from those at 68 %, as if normal."""
    normal = NormalDist()
    reach = np.array([normal.inv_cdf((1 + level) / 2) for level in LEVELS])
    reach /= normal.inv_cdf((1 + CALIBRATED) / 2)
    axis.plot([0, 1], [0, 1], color="0.6", linewidth=0.8)
    for column, (symbol, colour) in enumerate(zip(SYMBOLS, COLOURS, strict=False)):
        observed = (np.abs(ratios[:, :, column]).ravel()[:, None] <= reach).mean(axis=0)
        axis.plot(LEVELS, observed, color=colour, label=symbol, linestyle=("-", "--", "-.", ":")[column])
    axis.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
