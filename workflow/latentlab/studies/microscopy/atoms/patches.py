"""Patches of images, each with the place and the frame that it was cut from."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import map_coordinates

CENTRINGS = ("subpixel", "integer")


def cut_patches(
    image: np.ndarray, x: np.ndarray, y: np.ndarray, side: int, centring: str = "subpixel"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Square patches of an image about places, of those places whose patch lies inside of the image.

    Parameters
    ----------
    image : (h, w). x, y : (n,), px: column and row of the centres. side : of a patch, px.
    centring : "subpixel": the centre of the patch, (side - 1) / 2, is exactly at the place, by cubic splines;
        "integer": whole pixels are copied, the nearest to it.

    Returns
    -------
    patches : float32 (m, side, side). offset : float64 (m, 2), px: where in the patch the place lies, from the
        patch's centre, as (x, y); 0 for subpixel. index : int64 (m,), of the places.

    Raises
    ------
    ValueError : another centring, or a patch larger than the image.
    """
    if centring not in CENTRINGS:
        raise ValueError(f"centring: expected one of {', '.join(CENTRINGS)}, found '{centring}'")
    image = np.asarray(image, dtype=np.float32)
    if side > min(image.shape):
        raise ValueError(
            f"expected an image larger than a patch of {side} px, found {image.shape[0]} x {image.shape[1]}"
        )
    middle = (side - 1) / 2
    left, top = np.asarray(x, float) - middle, np.asarray(y, float) - middle
    if centring == "integer":
        left, top = np.rint(left), np.rint(top)
    inside = (left >= 0) & (top >= 0) & (left + side - 1 <= image.shape[1] - 1)
    (index,) = np.nonzero(inside & (top + side - 1 <= image.shape[0] - 1))
    left, top = left[index], top[index]
    rows = top[:, None, None] + np.arange(side)[:, None]
    columns = left[:, None, None] + np.arange(side)
    if centring == "integer":
        patches = image[rows.astype(int), columns.astype(int)]
    else:
        rows, columns = np.broadcast_arrays(rows, columns)
        patches = np.clip(map_coordinates(image, [rows, columns], order=3), image.min(), image.max())
    offset = np.stack([np.asarray(x)[index] - left - middle, np.asarray(y)[index] - top - middle], axis=1)
    return patches.astype(np.float32), offset, index


def grid_places(side: int, patch: int, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Centres (x, y) in px of patches on a square grid over an image, without atom finding."""
    middle = (patch - 1) / 2
    line = np.arange(np.ceil(middle), side - 1 - middle + 1e-9, step)
    x, y = np.meshgrid(line, line)
    return x.ravel(), y.ravel()
