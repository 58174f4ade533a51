"""Which test tiles the figures show: of each dominant class and of both cities."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.classes import CITIES, CLASSES
from latentlab.studies.landcover.tile_set import Tiles

SHOWN = 10
SEED = 1  # of the choice, the same for all runs


def shown_tiles(tiles: Tiles) -> np.ndarray:
    """Places of SHOWN tiles, or of all if there are fewer: one of each class and city, then others at random.

    Parameters
    ----------
    tiles : with the factors "dominant" and "city".
    """
    order = np.random.default_rng(SEED).permutation(len(tiles))
    dominant, city = tiles.factors["dominant"][order], tiles.factors["city"][order]
    firsts = [
        place
        for class_index in range(len(CLASSES))
        for city_index in range(len(CITIES))
        for place in np.flatnonzero((dominant == class_index) & (city == city_index))[:1]
    ]
    chosen = list(dict.fromkeys([*firsts, *range(len(order))]))[:SHOWN]
    return order[np.array(chosen, dtype=int)]
