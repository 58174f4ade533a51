"""Local Lagrange interpolation on a uniform grid, as indices and weights that can be reused."""

from __future__ import annotations

import numpy as np


def lagrange_stencil(position: np.ndarray, n_grid: int, points: int) -> tuple[np.ndarray, np.ndarray]:
    """First grid index and weights of the Lagrange interpolation from the `points` nearest grid values.

    Near an end of the grid the stencil is moved inwards, so every index is valid.

    Parameters
    ----------
    position : where to interpolate, in units of the grid's spacing, from 0 to n_grid - 1, any shape.
    n_grid : number of grid values.
    points : number of grid values used, an even number (the interpolant has degree points - 1).

    Returns
    -------
    start : int64, shape of position: the stencil is start, start + 1, ... start + points - 1.
    weights : float64 (points, *shape of position); they sum to 1.

    Raises
    ------
    ValueError : a position lies outside the grid, `points` is odd, or the grid is shorter than the stencil.

    Source: Berrut and Trefethen, SIAM Review 46 (2004) 501.
    """
    position = np.asarray(position, dtype=np.float64)
    if points < 2 or points % 2 or n_grid < points:
        raise ValueError(f"points must be even and at most the grid's {n_grid} values, got {points}")
    if not np.all((position >= 0.0) & (position <= n_grid - 1)):
        raise ValueError(
            f"positions must lie on the grid, from 0 to {n_grid - 1}; they reach from "
            f"{position.min():.6g} to {position.max():.6g}"
        )
    start = np.floor(position).astype(np.int64) - (points // 2 - 1)
    start = np.clip(start, 0, n_grid - points)
    offset = position - start
    weights = np.ones((points, *position.shape))
    for node in range(points):
        for other in range(points):
            if other != node:
                weights[node] *= (offset - other) / (node - other)
    return start, weights
