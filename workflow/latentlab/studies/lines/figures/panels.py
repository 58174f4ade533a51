"""What the figures of micrographs share: an image, a map over lags, and how input is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.tables.number_text import number_text

SMALL = 6.5  # pt: ticks and notes in grids
LETTERS = 150  # of this size in the width of a figure
LINE_INCHES = 0.12  # height of a line of this size
MARKERS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", "--", "-.", ":")


def look(number: int) -> dict[str, str]:
    """Colour, marker and line of the curve `number`: they differ for 24 curves, not by colour alone."""
    return {
        "color": COLOURS[number % len(COLOURS)],
        "marker": MARKERS[(number + number // len(COLOURS)) % len(MARKERS)],
        "linestyle": LINES[number // len(COLOURS) % len(LINES)],
    }


def number(value: float) -> str:
    """A value as in the tables (`number_text`); "undefined" for NaN."""
    return number_text(float(value)) or "undefined"


def plain_ticks(axis: Axis) -> None:
    """Ticks below 1e-3 as 2.5e-5, in place of a common factor that stands apart from them."""
    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(lambda value, _: number_text(float(value), digits=4))


def figure_below(text: str, height: float) -> Figure:
    """A figure of the text width, `height` inches of it for panels; above them, broken to lines, a text."""
    lines = [part for line in text.splitlines() for part in wrap(line, LETTERS)]
    figure = Figure(figsize=(WIDTH_INCHES, height + LINE_INCHES * len(lines)), layout="constrained")
    if lines:
        figure.suptitle("\n".join(lines), fontsize=SMALL, x=0.01, ha="left")
    return figure


def refuse_empty(what: Sized, name: str) -> None:
    """ValueError when there is nothing to draw."""
    if len(what) == 0:
        raise ValueError(f"{name} are empty, expected at least one")


def as_vector(values: np.ndarray | Sequence[float], name: str) -> np.ndarray:
    """`values` as float64 (n,). ValueError: another rank, or none."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"{name}: expected (n,), found the shape {values.shape}")
    refuse_empty(values, f"{name}: values")
    return values


def as_vectors(named: Mapping[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    """Each of a mapping's arrays by `as_vector`. ValueError: there is none."""
    refuse_empty(named, name)
    return {label: as_vector(values, f"{name}, {label}") for label, values in named.items()}


def as_images(images: np.ndarray, name: str) -> np.ndarray:
    """`images` as (k, side, side). ValueError: another shape, or no image."""
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[1] != images.shape[2]:
        raise ValueError(f"{name}: expected (k, side, side), found the shape {images.shape}")
    refuse_empty(images, name)
    return images


def micrograph(axis: Axes, image: np.ndarray) -> AxesImage:
    """An image (side, side) in [0, 1]: 0 (lines) black, 1 (matrix) white, first row at the top, no ticks."""
    axis.set_xticks([])
    axis.set_yticks([])
    return axis.imshow(image, cmap="gray", vmin=0, vmax=1, origin="upper")


def lag_axis(side: int) -> np.ndarray:
    """Lags in px of a centred autocorrelation, (side,)."""
    return np.arange(side) - side // 2


def lag_map(
    axis: Axes,
    values: np.ndarray,
    lags: np.ndarray,
    limits: tuple[float, float] | None = None,
    ticks: int = 5,
) -> AxesImage:
    """A centred autocorrelation (side, side) over its lags, those of the columns to the right.

    `lags` are (side,), ascending in equal steps (px or nm), of both axes; `limits` the ends of the colour
    scale, else the map's own; `ticks` how many steps an axis has at most.
    ValueError: `lags` do not fit the map.
    """
    lags = np.asarray(lags)
    if values.shape != (len(lags), len(lags)):
        raise ValueError(f"expected a map of {len(lags)} x {len(lags)} lags, found the shape {values.shape}")
    half = float(lags[1] - lags[0]) / 2
    first, last = float(lags[0]) - half, float(lags[-1]) + half
    low, high = limits or (None, None)
    shown = axis.imshow(values, extent=(first, last, last, first), vmin=low, vmax=high, origin="upper")
    axis.tick_params(labelsize=SMALL)
    for side in (axis.xaxis, axis.yaxis):
        side.set_major_locator(MaxNLocator(ticks, integer=half == 0.5))
    return shown
