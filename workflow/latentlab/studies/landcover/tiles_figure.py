"""The figure of the tiles themselves: examples by dominant class and city."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.classes import CITIES, CLASSES
from latentlab.studies.landcover.tile_set import Tiles, read_attributes, read_tiles

EXAMPLES = 7  # of each class and city
GAP_PX = 2  # between examples
EMPTY = 255  # where there are not so many tiles: white


def draw_tiles(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """A row for each dominant class, a block of columns for each city: test tiles as they come."""
    tiles = read_tiles(inputs.artifacts["tile-set"], "test")
    pixel_m = float(read_attributes(inputs.artifacts["tile-set"])["pixel_m"])
    figure = Figure(figsize=(WIDTH_INCHES, 3.3), layout="constrained")
    axes = figure.subplots(len(CLASSES), len(CITIES), squeeze=False)
    side = tiles.rgb.shape[-1]
    for row, name in zip(range(len(CLASSES)), CLASSES, strict=True):
        for city, axis in enumerate(axes[row]):
            mine = np.flatnonzero((tiles.factors["dominant"] == row) & (tiles.factors["city"] == city))
            _strip(axis, tiles, mine[:EXAMPLES])
            every = int((tiles.factors["city"] == city).sum())
            axis.set_xlabel(f"{len(mine)} of {every} tiles", fontsize=6, labelpad=2)
            if city == 0:
                axis.set_ylabel(name, fontsize=7)
            if row == 0:
                axis.set_title(f"{CITIES[city]}, each tile {pixel_m * side:.3g} m wide")
    return figure


def _strip(axis: Axes, tiles: Tiles, rows: np.ndarray) -> None:
    """Examples side by side, row 0 of each at the top."""
    side = tiles.rgb.shape[-1]
    step = side + GAP_PX
    strip = np.full((side, EXAMPLES * step - GAP_PX, 3), EMPTY, np.uint8)
    for place, row in enumerate(rows):
        strip[:, place * step : place * step + side] = np.moveaxis(tiles.rgb[row], 0, -1)
    axis.imshow(strip, origin="upper")
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_visible(False)
