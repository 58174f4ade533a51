"""Photon counts of a pattern."""

from __future__ import annotations

import numpy as np


def poisson_counts(intensity: np.ndarray, photons: float, rng: np.random.Generator) -> np.ndarray:
    """Photon counts of a detector: Poisson distributed about the expectation of each pixel.

    Parameters
    ----------
    intensity : expected intensity in any unit, any shape, not negative.
    photons : photons expected in the whole pattern.
    rng : random number generator.

    Returns
    -------
    int64 counts of the shape of `intensity`.

    Raises
    ------
    ValueError : the intensity is negative, not finite or zero everywhere, or photons is negative.
    """
    intensity = np.asarray(intensity, dtype=np.float64)
    if not (np.all(np.isfinite(intensity)) and np.all(intensity >= 0.0)):
        raise ValueError("intensity must be finite and not negative in every pixel")
    if not (np.isfinite(photons) and photons >= 0.0):
        raise ValueError(f"photons must be a number not below 0, got {photons}")
    total = float(intensity.sum())
    if total == 0.0:
        raise ValueError("intensity is zero in every pixel: photons cannot be distributed")
    return rng.poisson(intensity * (photons / total))
