"""Smooth fields over an image: domains with walls, random displacements; read at any place."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

MARGIN = 24  # px beyond the image on each side, where columns still contribute


def sampled(field: np.ndarray, x: np.ndarray, y: np.ndarray, order: int = 1) -> np.ndarray:
    """Values of a field at places.

    Parameters
    ----------
    field : (side + 2 MARGIN, side + 2 MARGIN, ...), on pixel centres; its pixel (MARGIN, MARGIN) is (0, 0).
    x, y : (n,), px. order : of the spline; 0 for labels.

    Returns
    -------
    (n, ...), of the field's type.
    """
    places = np.stack([y, x]) + MARGIN
    flat = field.reshape(*field.shape[:2], -1)
    parts = [map_coordinates(flat[..., k], places, order=order, mode="nearest") for k in range(flat.shape[2])]
    return np.stack(parts, axis=-1).reshape(len(x), *field.shape[2:]).astype(field.dtype)


def patchwork(side: int, seeds: int, kinds: int, rng: np.random.Generator) -> np.ndarray:
    """Domains: each pixel belongs to the nearest of some random points, which take the kinds in turn.

    Returns
    -------
    int64 (side + 2 MARGIN, side + 2 MARGIN): 0 to kinds - 1; every kind occurs if seeds >= kinds.
    """
    points = _spread(seeds, rng) * side + MARGIN
    rows, columns = np.indices((side + 2 * MARGIN,) * 2)
    distance = (rows[..., None] - points[:, 0]) ** 2 + (columns[..., None] - points[:, 1]) ** 2
    return (np.arange(seeds) % kinds)[np.argmin(distance, axis=-1)]


def _spread(count: int, rng: np.random.Generator) -> np.ndarray:
    """Points in the unit square that are far from each other: each the farthest of 20 random ones."""
    points = rng.uniform(size=(1, 2))
    while len(points) < count:
        tried = rng.uniform(size=(20, 2))
        distance = np.linalg.norm(tried[:, None] - points, axis=-1).min(axis=1)
        points = np.vstack([points, tried[np.argmax(distance)]])
    return points


def walls(labels: np.ndarray, values: np.ndarray, width: float) -> np.ndarray:
    """A field that has a value in each domain and changes smoothly through the walls.

    Parameters
    ----------
    labels : int (h, w). values : (kinds, ...), of each domain. width : standard deviation of a wall, px.
    """
    field = values[labels].astype(float)
    smooth = (width, width) + (0,) * (field.ndim - 2)
    return gaussian_filter(field, smooth, mode="nearest")


def random_field(shape: tuple[int, int], length: float, rng: np.random.Generator) -> np.ndarray:
    """Gaussian random field of mean 0 and standard deviation 1, correlated over `length` px."""
    field = gaussian_filter(rng.standard_normal(shape), length, mode="wrap")
    return (field - field.mean()) / field.std()
