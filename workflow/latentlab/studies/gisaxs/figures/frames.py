"""Figure of a detector frame before and after compression."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import GAP_COLOUR, WIDTH_INCHES


def frame(measured: np.ndarray, mask: np.ndarray, restored: np.ndarray, title: str) -> Figure:
    """Measured and restored counts, and their difference in standard deviations of the counting noise.

    Parameters
    ----------
    measured, restored : counts per grid pixel (n, n), row 0 at the horizon. mask : bool (n, n), drawn grey.
    title : the frame's name and size in bytes.
    """
    figure = Figure(figsize=(WIDTH_INCHES, 2.9), layout="compressed")
    figure.suptitle(title, fontsize=7)
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    norm = LogNorm(vmin=0.5, vmax=float(measured[~mask].max()), clip=True)
    counted = np.ma.masked_array(measured, mask)
    # the variance is taken as one count at least
    deviation = np.ma.masked_array((measured - restored) / np.sqrt(np.maximum(restored, 1)), mask)
    for axis, image, name in zip(axes, (counted, restored), ("measured", "restored"), strict=False):
        axis.set_facecolor(GAP_COLOUR)
        shown = axis.imshow(image, norm=norm)
        axis.set_title(name)
    figure.colorbar(shown, ax=list(axes[:2]), shrink=0.8, label="counts per grid pixel")
    axes[2].set_facecolor(GAP_COLOUR)
    difference = axes[2].imshow(deviation, cmap="PuOr", vmin=-5, vmax=5)
    axes[2].set_title("measured - restored")
    figure.colorbar(difference, ax=axes[2], shrink=0.8, extend="both", label="standard deviations")
    for axis in axes:
        axis.set_xlabel("column from the beam (pixel)")
    axes[0].set_ylabel("row above the horizon (pixel)")
    return figure
