"""Bootstrap intervals over test patterns."""

from __future__ import annotations

import numpy as np

RESAMPLES = 1000
LEVELS = (0.025, 0.975)


def median_interval(values: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median of values (n, k) over n, and the ends of its 95 % interval (bootstrap over n), (k,) each."""
    rows = np.random.default_rng(seed).integers(len(values), size=(RESAMPLES, len(values)))
    medians = np.median(values[rows], axis=1)
    return np.median(values, axis=0), *np.quantile(medians, LEVELS, axis=0)
