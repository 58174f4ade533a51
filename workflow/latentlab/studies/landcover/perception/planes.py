"""Planes of pictures: luminance, chroma, half the size, mean over boxes."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.run_tiles import LUMINANCE


def luminance(x: np.ndarray) -> np.ndarray:
    """The luminance of ITU-R BT.601 (n, h, w) of pictures (n, 3, h, w), or the only channel.

    Raises
    ------
    ValueError : neither one nor three channels.
    """
    if x.shape[1] == 1:
        return x[:, 0]
    if x.shape[1] != 3:
        raise ValueError(f"a picture has 1 or 3 channels, found {x.shape[1]}")
    red, green, blue = LUMINANCE
    return red * x[:, 0] + green * x[:, 1] + blue * x[:, 2]


def halved(plane: np.ndarray) -> np.ndarray:
    """Means over 2 x 2 pixels, (n, h, w) to (n, h // 2, w // 2); an odd last row or column is left out."""
    height, width = (2 * (side // 2) for side in plane.shape[1:])
    rows = plane[:, 0:height:2, :width] + plane[:, 1:height:2, :width]
    return (rows[..., 0::2] + rows[..., 1::2]) / 4


def box_sums(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    """Sums over all boxes of height x width that fit, (n, h, w) to (n, h - height + 1, w - width + 1).

    Parameters
    ----------
    height, width : px, powers of two: sums are doubled, which is exact and fast.
    """
    reached = 1
    while reached < height:
        plane = plane[:, :-reached] + plane[:, reached:]
        reached *= 2
    reached = 1
    while reached < width:
        plane = plane[..., :-reached] + plane[..., reached:]
        reached *= 2
    return plane
