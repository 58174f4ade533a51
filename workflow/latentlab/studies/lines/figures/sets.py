"""Figure of the data sets: examples and their mean statistics."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.studies.lines.figures.panels import (
    SMALL,
    as_images,
    as_vector,
    lag_map,
    micrograph,
    refuse_empty,
)
from latentlab.studies.lines.figures.tile_note import tile_note

SHOWN = 4


class SetExamples(NamedTuple):
    """Images of one data set and their statistics, over as many images as are given (n >= k).

    images : (k, side, side) in [0, 1], the first four are drawn.
    autocorrelations : (n, side, side), centred, periodic.
    radii : (r,), px. radial_averages : (n, r), of each autocorrelation.
    volume_fractions : (n,), of phase 0 (the lines, the inclusions).
    pixel : size of a px in `unit`, px or nm. note : on the tiles of micrographs.
    """

    images: np.ndarray
    autocorrelations: np.ndarray
    radii: np.ndarray
    radial_averages: np.ndarray
    volume_fractions: np.ndarray
    pixel: float = 1.0
    unit: str = "px"
    note: str = ""


def set_examples(sets: Mapping[str, SetExamples], lags: np.ndarray) -> Figure:
    """Four images of each data set, their mean autocorrelation and its radial average; one row per set.

    The band holds the middle 80 % of the images' radial averages. The dashed line is the mean square of the
    volume fraction: the limit where two points are independent, and the mean over all lags.

    Parameters
    ----------
    sets : by name.
    lags : (side,), ascending, px (multiplied by a set's `pixel`): of both axes of the autocorrelations.

    Raises
    ------
    ValueError : no sets, or arrays of a set that do not fit each other or the lags.
    """
    refuse_empty(sets, "sets")
    for name, data in sets.items():
        _check(name, data)
    figure = Figure(figsize=(WIDTH_INCHES, 1.02 * len(sets) + 0.5), layout="constrained")
    axes = figure.subplots(len(sets), SHOWN + 2, squeeze=False, width_ratios=[1] * SHOWN + [1.25, 1.7])
    units = [data.unit for data in sets.values()]
    for number, (row, (name, data)) in enumerate(zip(axes, sets.items(), strict=True)):
        for axis in row[:SHOWN]:
            axis.set_axis_off()
        for axis, image in zip(row, data.images[:SHOWN], strict=False):
            axis.set_axis_on()
            micrograph(axis, image)
        row[0].set_ylabel(fill(name, 13))  # letters that fit a row's height
        shown = lag_map(row[SHOWN], data.autocorrelations.mean(axis=0), lags * data.pixel, ticks=3)
        figure.colorbar(shown, ax=row[SHOWN], aspect=12).ax.tick_params(labelsize=6)
        curve = row[SHOWN + 1]
        low, high = np.percentile(data.radial_averages, (10, 90), axis=0)
        radii = data.radii * data.pixel
        curve.fill_between(radii, low, high, color=COLOURS[0], alpha=0.2, linewidth=0)
        curve.plot(radii, data.radial_averages.mean(axis=0), color=COLOURS[0], linewidth=1.2)
        limit = float(np.mean(np.square(data.volume_fractions, dtype=np.float64)))
        curve.axhline(limit, color="k", linestyle="--", linewidth=0.8)
        curve.set_xlim(0, float(radii[-1]))
        curve.set_ylim(bottom=0)
        curve.tick_params(labelsize=SMALL)
        curve.yaxis.tick_right()
        curve.grid(alpha=0.3)
        if data.unit not in units[number + 1 : number + 2]:  # the last row of its unit
            for axis in row[SHOWN:]:
                axis.set_xlabel(f"lag ({data.unit})", fontsize=SMALL)
    axes[0, SHOWN].set_title("mean autocorrelation\n(probability)")
    axes[0, SHOWN + 1].set_title("radial average, middle 80 %;\ndashed: volume fraction squared")
    axes[0, 0].set_title("examples", loc="left")
    tile_note(figure, " ".join(f"{name}: {data.note}" for name, data in sets.items() if data.note))
    return figure


def _check(name: str, data: SetExamples) -> None:
    as_images(data.images, f"{name}: images")
    maps = as_images(data.autocorrelations, f"{name}: autocorrelations")
    radii = as_vector(data.radii, f"{name}: radii")
    fractions = as_vector(data.volume_fractions, f"{name}: volume fractions")
    if data.radial_averages.shape != (len(maps), len(radii)) or len(fractions) != len(maps):
        raise ValueError(
            f"{name}: expected ({len(maps)}, {len(radii)}) radial averages and {len(maps)} volume fractions, "
            f"found {data.radial_averages.shape} and {fractions.shape}"
        )
