"""Figures of training histories."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import WIDTH_INCHES


def history(runs: Mapping[str, Mapping[str, np.ndarray]], converged: Mapping[str, int]) -> Figure:
    """Loss and MS-SSIM of the test set over the epochs (thesis, figure 4.4).

    Parameters
    ----------
    runs : by label, a run's history: "epoch", "test_loss", "test_distortion" and so on, one value per epoch.
    converged : by label, the epoch that counts as converged, marked by a dot.
    """
    figure = Figure(figsize=(WIDTH_INCHES, 2.5), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True)
    for label, rows in runs.items():
        epochs = np.asarray(rows["epoch"]) + 1
        for axis, values in ((left, rows["test_loss"]), (right, 1 - np.asarray(rows["test_distortion"]))):
            (line,) = axis.plot(epochs, values, label=label, linewidth=1)
            at = min(converged[label], len(epochs)) - 1
            axis.plot(epochs[at], values[at], "o", color=line.get_color(), markersize=4)
    left.set_yscale("log")
    left.set_ylabel("test loss (weighted D + bpp)")
    right.set_ylabel("1 - test distortion (MS-SSIM)")
    for axis in (left, right):
        axis.set_xlabel("epoch (dot: converged)")
        axis.grid(alpha=0.3)
    right.legend(frameon=False)
    return figure


def scales(runs: Mapping[str, Mapping[str, np.ndarray]]) -> Figure:
    """Terms of MS-SSIM's scales on the test set over the epochs, and their product; one panel per run.

    A term below 0 (the shaded half) makes the product 0 and its gradient 0: the training only
    reduces the bits, until the term happens to rise above 0.

    Parameters
    ----------
    runs : by label, a run's history: "epoch", "test_ms_ssim", and "test_ms_ssim_scale_1" (the finest) on.
    """
    figure = Figure(figsize=(WIDTH_INCHES, 2.6), layout="constrained")
    axes = figure.subplots(1, len(runs), sharey=True, squeeze=False)[0]
    for axis, (label, rows) in zip(axes, runs.items(), strict=True):
        epochs = np.asarray(rows["epoch"]) + 1
        number = 1
        while f"test_ms_ssim_scale_{number}" in rows:
            axis.plot(epochs, rows[f"test_ms_ssim_scale_{number}"], linewidth=1, label=f"scale {number}")
            number += 1
        axis.plot(epochs, rows["test_ms_ssim"], "k--", linewidth=1, label="MS-SSIM")
        axis.axhspan(-1, 0, color="0.9", zorder=0)
        axis.set_title(label, fontsize="small")
        axis.set_xlabel("epoch")
        axis.grid(alpha=0.3)
    axes[0].set_ylim(-0.35, 1.05)
    axes[0].set_ylabel("mean term of the test set")
    axes[-1].legend(frameon=False, fontsize="small")
    return figure
