"""How far latents move with a tile that is turned or shifted, and whether the angle follows the roads."""

from __future__ import annotations

import numpy as np

from latentlab.invariant.angles import circular_correlation

RESAMPLES = 200  # of the shuffle null
NULL_LEVEL = 0.95  # quantile of the null: a score below it can be had by chance
FOLD = 4  # streets cross at right angles: directions count modulo 90 degrees
CLEAR = 0.5  # share of the tiles, those with the clearest direction, on which angles are compared


def moved(latents: np.ndarray, others: np.ndarray, rows: np.ndarray | None = None) -> float:
    """How far latents move when a tile is turned or shifted, as a share.

    Root of the mean squared distance, over that of two different tiles; 0: nothing moves, 1: as far as to any
    other tile. NaN if all tiles have the same latents, which tell nothing.

    Parameters
    ----------
    latents : (n, d), of the tiles. others : (m, d), after the change.
    rows : (m,), which tiles were changed; None: all.
    """
    own = np.asarray(latents, float)
    between = 2 * own.var(axis=0, ddof=1).sum()  # the mean over all pairs of different tiles
    if between < 1e-12:
        return float("nan")
    step = np.asarray(others, float) - (own if rows is None else own[rows])
    return float(np.sqrt((step**2).sum(axis=1).mean() / between))


def kept(classes: np.ndarray, others: np.ndarray) -> float:
    """Share of tiles whose class (n,) is the same after the tile has been turned or shifted."""
    return float((np.asarray(classes) == np.asarray(others)).mean())


def angle_follows(angle: np.ndarray, direction: np.ndarray, seed: int) -> tuple[float, float]:
    """Circular correlation of a latent angle with the streets' direction modulo 90 degrees, and its null.

    Parameters
    ----------
    angle : (n,) rad, counter-clockwise as displayed.
    direction : (n, 4), see `describe.describe`: real and imaginary part of the second and of the fourth
        harmonic of the edges' orientation. The half of the tiles whose fourth harmonic is largest counts.
    seed : of the shuffles.

    Returns
    -------
    The correlation, and the 95th percentile of its absolute value where angles belong to other tiles.
    """
    harmonic = direction[:, 2] + 1j * direction[:, 3]
    clear = np.abs(harmonic) >= np.quantile(np.abs(harmonic), 1 - CLEAR)
    true, found = np.angle(harmonic[clear]) / FOLD, np.asarray(angle)[clear]
    rng = np.random.default_rng(seed)
    null = [abs(circular_correlation(rng.permutation(true), found, FOLD)) for _ in range(RESAMPLES)]
    return circular_correlation(true, found, FOLD), float(np.quantile(null, NULL_LEVEL))
