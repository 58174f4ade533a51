"""Patches of images, each with the place and the frame that it was cut from."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import map_coordinates

CENTRINGS = ("subpixel", "integer")


def cut_patches(
    image: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    side: int,
    centring: str = "subpixel",
    turn: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Square patches of an image about places, of those places whose patch lies inside of the image.

    Parameters
    ----------
    image : (h, w). x, y : (n,), px: column and row of the centres. side : of a patch, px.
    centring : "subpixel": the centre of the patch, (side - 1) / 2, is exactly at the place, by cubic splines;
        "integer": whole pixels are copied, the nearest to it.
    turn : (n,) rad, by which the content of each patch is turned about its centre, counter-clockwise as
        displayed; None: not at all. With subpixel alone.

    Returns
    -------
    patches : float32 (m, side, side). offset : float64 (m, 2), px: where in the patch the place lies, from
        the patch's centre, as (x, y); 0 for subpixel. index : int64 (m,), of the places.

    Raises
    ------
    ValueError : another centring, one that cannot be turned, or a patch larger than the image.
    """
    if centring not in CENTRINGS:
        raise ValueError(f"centring: expected one of {', '.join(CENTRINGS)}, found '{centring}'")
    image = np.asarray(image, dtype=np.float32)
    if side > min(image.shape):
        raise ValueError(
            f"expected an image larger than a patch of {side} px, found {image.shape[0]} x {image.shape[1]}"
        )
    if turn is not None and centring == "integer":
        raise ValueError("turn: pixels can only be copied as they lie; expected centring 'subpixel'")
    middle = (side - 1) / 2
    left, top = np.asarray(x, float) - middle, np.asarray(y, float) - middle
    if centring == "integer":
        left, top = np.rint(left), np.rint(top)
    reach = 0.0 if turn is None else middle * (np.sqrt(2) - 1)  # of the corners beyond the unturned patch
    inside = (np.minimum(left, top) >= reach) & (left + side - 1 + reach <= image.shape[1] - 1)
    (index,) = np.nonzero(inside & (top + side - 1 + reach <= image.shape[0] - 1))
    left, top = left[index], top[index]
    rows, columns = (part - middle for part in np.indices((side, side), dtype=float))
    if turn is not None:
        angle = np.asarray(turn, float)[index, None, None]
        rows, columns = (
            columns * np.sin(angle) + rows * np.cos(angle),
            columns * np.cos(angle) - rows * np.sin(angle),
        )
    rows = rows + (top + middle)[:, None, None]
    columns = columns + (left + middle)[:, None, None]
    if centring == "integer":
        patches = image[rows.astype(int), columns.astype(int)]
    else:
        patches = np.clip(map_coordinates(image, [rows, columns], order=3), image.min(), image.max())
    offset = np.stack([np.asarray(x)[index] - left - middle, np.asarray(y)[index] - top - middle], axis=1)
    return patches.astype(np.float32), offset, index


def turned_vectors(vectors: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Vectors (n, 2), x to the right and y downwards, turned by (n,) rad counter-clockwise as displayed."""
    x, y = vectors.T
    return np.stack([x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)], axis=1)


def grid_places(side: int, patch: int, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Centres (x, y) in px of patches on a square grid over an image, without atom finding."""
    middle = (patch - 1) / 2
    line = np.arange(np.ceil(middle), side - 1 - middle + 1e-9, step)
    x, y = np.meshgrid(line, line)
    return x.ravel(), y.ravel()
