"""Conformal calibration: factors on standard deviations, so that intervals cover as often as they say."""

from __future__ import annotations

import math

import numpy as np

LEVELS = (0.68, 0.95)  # of the intervals


def conformal_factors(ratios: np.ndarray, level: float) -> np.ndarray:
    """Factor on each column's standard deviation with which intervals cover a share `level` of new cases.

    The ceil((n + 1) level)-th smallest |error| / deviation of n calibration cases (split conformal
    prediction: Lei et al., J. Am. Stat. Assoc. 113 (2018) 1094).

    Parameters
    ----------
    ratios : float (n, k), error / deviation, of cases that no training has seen.

    Raises
    ------
    ValueError : too few cases for the level, or a level not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}, expected a number between 0 and 1")
    rank = math.ceil((len(ratios) + 1) * level)
    if rank > len(ratios):
        raise ValueError(f"{len(ratios)} calibration cases are too few for intervals at {level:g}")
    return np.sort(np.abs(ratios), axis=0)[rank - 1]


def coverage(ratios: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Share (k,) of cases (n, k) whose |error| / deviation is at most the factor, (k,) or (n, k)."""
    return (np.abs(ratios) <= factors).mean(axis=0)
