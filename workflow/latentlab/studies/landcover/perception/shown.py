"""Colours of pictures of any kind, as they are shown and as measures of colour pictures take them."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.classes import RGB_BANDS

WHITE = 0.35  # reflectance shown as full brightness: roofs and sand are about there


def as_shown(x: np.ndarray, kind: str) -> np.ndarray:
    """Red, green and blue (n, 3, side, side), 0 to 1, of pictures of a kind.

    Parameters
    ----------
    kind : "rgb"; "grey" (n, 1, side, side), repeated; "bands" (n, 8, side, side), whose red, green and blue
        bands are taken, bright at a reflectance of WHITE.
    """
    if kind == "bands":
        return np.clip(x[:, list(RGB_BANDS)] / WHITE, 0, 1)
    return np.repeat(x, 3, axis=1) if kind == "grey" else x
