"""Grids of originals, reconstructions, their autocorrelations and the images most like them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.studies.lines.figures.panels import (
    SMALL,
    as_images,
    as_vector,
    figure_below,
    lag_map,
    micrograph,
    number,
    refuse_empty,
)
from latentlab.studies.lines.figures.tile_note import tile_note


class ReconstructionRow(NamedTuple):
    """An original, its reconstruction, (side, side) in [0, 1], and their centred autocorrelations."""

    label: str
    original: np.ndarray
    reconstruction: np.ndarray
    original_statistics: np.ndarray
    reconstruction_statistics: np.ndarray


class NeighbourRow(NamedTuple):
    """An original, its reconstruction, and the training images nearest to the reconstruction, with MSEs."""

    label: str
    original: np.ndarray
    reconstruction: np.ndarray
    by_image: np.ndarray
    image_mse: float
    by_statistics: np.ndarray
    statistics_mse: float


def reconstruction_grid(
    rows: Sequence[ReconstructionRow],
    lags: np.ndarray,
    verdict: str = "",
    unit: str = "px",
    tiles: str = "",
) -> Figure:
    """Originals, reconstructions and the autocorrelations of both (document, C.1, tables 1 to 3).

    Parameters
    ----------
    rows : one per row of the grid; the two autocorrelations of a row share one colour scale.
    lags : (side,), ascending, in `unit`: of both axes of an autocorrelation.
    verdict : what the model has learnt and what not, written above the panels.
    tiles : a note on the tiles, written below the panels.

    Raises
    ------
    ValueError : no rows, or `lags` do not fit an autocorrelation.
    """
    refuse_empty(rows, "rows")
    figure = figure_below(verdict, 1.5 * len(rows) + 0.6)
    axes = figure.subplots(len(rows), 4, squeeze=False)
    for row_axes, row in zip(axes, rows, strict=True):
        micrograph(row_axes[0], row.original)
        micrograph(row_axes[1], row.reconstruction)
        row_axes[0].set_ylabel(row.label)
        maps = np.stack([row.original_statistics, row.reconstruction_statistics])
        low, high = float(maps.min()), float(maps.max())
        limits = (low if low < high else 0.0), high  # tiles of one phase: all values alike
        for axis, values in zip(row_axes[2:], maps, strict=True):
            shown = lag_map(axis, values, lags, limits)
        row_axes[2].set_ylabel(f"lag of rows ({unit})", fontsize=SMALL)
        row_axes[3].tick_params(labelleft=False)
        bar = figure.colorbar(shown, ax=row_axes[2:], aspect=14, pad=0.02)
        bar.set_label("probability", fontsize=SMALL)
        bar.ax.tick_params(labelsize=SMALL)
    for axis in axes[:-1, 2:].flat:
        axis.tick_params(labelbottom=False)
    for axis in axes[-1, 2:]:
        axis.set_xlabel(f"lag of columns ({unit})", fontsize=SMALL)
    _titles(
        axes[0],
        ("original", "reconstruction", "autocorrelation,\noriginal", "autocorrelation,\nreconstruction"),
    )
    tile_note(figure, tiles)
    return figure


def neighbour_grid(rows: Sequence[NeighbourRow], verdict: str = "") -> Figure:
    """Reconstructions and the training images most like them (document, C.2, tables 4 to 6).

    Below each image found is its MSE to the reconstruction, per pixel and per lag.

    Parameters
    ----------
    rows : one per row of the grid. verdict : as of `reconstruction_grid`.

    Raises
    ------
    ValueError : no rows.
    """
    refuse_empty(rows, "rows")
    figure = figure_below(verdict, 1.62 * len(rows) + 0.6)
    axes = figure.subplots(len(rows), 4, squeeze=False)
    for row_axes, row in zip(axes, rows, strict=True):
        images = (row.original, row.reconstruction, row.by_image, row.by_statistics)
        for axis, image in zip(row_axes, images, strict=True):
            micrograph(axis, image)
        row_axes[0].set_ylabel(row.label)
        row_axes[2].set_xlabel(f"MSE of pixels {number(row.image_mse)}", fontsize=SMALL)
        row_axes[3].set_xlabel(f"MSE of autocorrelations {number(row.statistics_mse)}", fontsize=SMALL)
    _titles(
        axes[0],
        (
            "original",
            "reconstruction",
            "training image nearest\nby pixels",
            "training image nearest\nby autocorrelation",
        ),
    )
    return figure


def retrieval_grid(
    originals: np.ndarray, retrieved: np.ndarray, residuals: np.ndarray, summary: str = ""
) -> Figure:
    """Images and those retrieved from their autocorrelations alone, in pairs, eight per row.

    Parameters
    ----------
    originals, retrieved : (k, side, side) in [0, 1].
    residuals : (k,), misfit of the retrieved image's autocorrelation, relative: 0 is solved.
    summary : of all images retrieved, written above the panels.

    Raises
    ------
    ValueError : no images, or shapes that differ.
    """
    originals, retrieved = as_images(originals, "originals"), as_images(retrieved, "retrieved")
    residuals = as_vector(residuals, "residuals")
    if originals.shape != retrieved.shape or len(residuals) != len(originals):
        raise ValueError(
            f"expected a retrieved image and a residual for each original, found {originals.shape}, "
            f"{retrieved.shape} and {residuals.shape}"
        )
    columns = min(8, max(4, len(originals)))
    blocks = -(-len(originals) // columns)
    figure = figure_below(summary, 2 * (WIDTH_INCHES / columns + 0.12) * blocks)
    axes = figure.subplots(2 * blocks, columns, squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for place, (original, image, residual) in enumerate(zip(originals, retrieved, residuals, strict=True)):
        block, column = divmod(place, columns)
        pair = axes[2 * block, column], axes[2 * block + 1, column]
        for axis, shown in zip(pair, (original, image), strict=True):
            axis.set_axis_on()
            micrograph(axis, shown)
        pair[1].set_xlabel(f"misfit {number(residual)}", fontsize=SMALL)
        if column == 0:
            pair[0].set_ylabel("original")
            pair[1].set_ylabel("retrieved")
    return figure


def _titles(axes: Sequence[Axes], titles: Sequence[str]) -> None:
    for axis, title in zip(axes, titles, strict=True):
        axis.set_title(title)
