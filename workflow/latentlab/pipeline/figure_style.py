"""Style of all figures, and saving them as PNG and SVG: atomically, with the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.colors import Colormap, LogNorm
from matplotlib.figure import Figure

from latentlab.artifacts import atomic_path
from latentlab.log_scale import FLOOR

WIDTH_INCHES = 7.1  # a text width: two columns
COLUMN_INCHES = 3.4  # one column
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"]  # Okabe and Ito 2008

matplotlib.rcParams.update(
    {
        "font.size": 8,
        "axes.titlesize": 7.5,
        "axes.prop_cycle": matplotlib.cycler(color=COLOURS),
        "image.cmap": "viridis",
        "image.origin": "lower",
        "image.interpolation": "nearest",
        "savefig.dpi": 200,
        "svg.fonttype": "none",
        "svg.hashsalt": "latentlab",
    }
)
GAP_COLOUR = "0.6"
NOT_POSITIVE_COLOUR = "white"  # of values that a logarithmic scale does not have


def intensity_norm(maximum: float) -> LogNorm:
    """Logarithmic colour scale over the six decades below `maximum`; larger values are clipped."""
    return LogNorm(vmin=maximum * FLOOR, vmax=maximum)


def intensity_map() -> Colormap:
    """The colours of `intensity_norm`; below its range the colour of values of 0 or below."""
    return matplotlib.colormaps[matplotlib.rcParams["image.cmap"]].with_extremes(under=NOT_POSITIVE_COLOUR)


def in_intensity_range(image: np.ndarray, norm: LogNorm) -> np.ndarray:
    """Values above 0 raised to the scale's smallest, all others below the scale, for `intensity_map`."""
    values = np.asarray(image, dtype=float)  # float32 would round the scale's smallest value down
    return np.where(values > 0, np.maximum(values, norm.vmin), norm.vmin / 10)


def save_figure(figure: Figure, paths: Sequence[Path | str]) -> None:
    """Save a figure under each path, in the format that its suffix names (.png, .svg).

    The layout is computed for the first path; the others keep it.
    """
    for path in paths:
        kind = Path(path).suffix.lstrip(".")
        with atomic_path(path) as temporary:
            metadata = {"Date": None} if kind == "svg" else {"Software": None}
            figure.savefig(temporary, format=kind, metadata=metadata)
        figure.set_layout_engine("none")  # computing a layout takes longer than the drawing
