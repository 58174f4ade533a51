"""Random fields over a site that are the same at every number of pixels, up to details of a pixel."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

FINEST = 512  # cells a side of the finest octave, 2 m


@lru_cache(maxsize=64)
def _weights(side: int, cells: int) -> np.ndarray:
    """Cubic B-spline weights of `cells` + 3 knots at the centres of `side` pixels, float32."""
    place = (np.arange(side) + 0.5) / side * cells
    first = np.floor(place).astype(int)
    t = place - first
    parts = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
    weights = np.zeros((side, cells + 3), np.float32)
    for k, part in enumerate(parts):
        weights[np.arange(side), first + k] = part / 6
    return weights


def smooth_field(side: int, cells: int, rng: np.random.Generator) -> np.ndarray:
    """A smooth random field of mean 0 and standard deviation about 1 with `cells` bumps a side.

    Returns
    -------
    float32 (side, side).
    """
    knots = rng.standard_normal((cells + 3, cells + 3), dtype=np.float32)
    if cells >= side:
        return knots[:side, :side]
    weights = _weights(side, cells)
    return (weights @ knots @ weights.T) * np.float32(2.2)  # a B-spline of white noise has 0.45


def fractal_field(
    side: int, key: tuple[int, ...], *, coarsest: int = 4, finest: int = FINEST, fall: float = 0.65
) -> np.ndarray:
    """Sum of smooth fields, each twice as fine as and `fall` times as strong as the one before; mean about
    0, standard deviation about 1.

    Parameters
    ----------
    key : names the field; each octave draws from its own seed, so that they agree at all sides.

    Returns
    -------
    float32 (side, side).
    """
    total, power, weight, cells = np.zeros((side, side), np.float32), 0.0, 1.0, coarsest
    while cells <= finest:
        if cells <= side:
            total += np.float32(weight) * smooth_field(side, cells, np.random.default_rng((*key, cells)))
        power += weight**2
        weight, cells = weight * fall, cells * 2
    return total / np.float32(power**0.5)
