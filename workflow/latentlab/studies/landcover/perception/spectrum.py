"""Power spectra of pictures, averaged over all directions."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


def ring_power(plane: np.ndarray) -> np.ndarray:
    """Mean power in rings of equal spatial frequency.

    Parameters
    ----------
    plane : float (n, side, side); its mean is taken off, and a Hann window laid over it.

    Returns
    -------
    float64 (n, side // 2): frequencies of 1, 2, ... periods a side. White noise has its variance in each.
    """
    side = plane.shape[-1]
    window, rings, counts = _geometry(side)
    values = plane - plane.mean(axis=(1, 2), keepdims=True)
    power = np.abs(np.fft.rfft2(values * window)) ** 2 / (window**2).sum()
    flat = power.reshape(len(plane), -1)
    return (flat @ rings) / counts


@lru_cache(maxsize=4)
def _geometry(side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The window; which ring each value of rfft2 is in, with its weight (side * (side // 2 + 1), rings)."""
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(side) + 0.5) / side)
    rows, columns = np.fft.fftfreq(side, 1 / side), np.arange(side // 2 + 1)
    ring = np.rint(np.hypot(rows[:, None], columns)).astype(int).ravel()
    # all but the first and, of an even side, the last column stand for two of the whole spectrum
    double = (columns > 0) & ~((columns == side // 2) & (side % 2 == 0))
    weight = np.broadcast_to(1.0 + double, (side, len(columns))).ravel()
    rings = np.zeros((len(ring), side // 2))
    inside = (ring >= 1) & (ring <= side // 2)
    rings[np.flatnonzero(inside), ring[inside] - 1] = weight[inside]
    return np.outer(hann, hann), rings, rings.sum(axis=0)


def spectrum_slope(plane: np.ndarray, floor: float) -> np.ndarray:
    """Slope of log power against log frequency (n,): about -2 to -3 for aerial images, 0 for white noise.

    `floor` is added to the power, so that a plain picture has the slope 0.
    """
    power = np.log10(ring_power(plane) + floor)
    frequency = np.log10(np.arange(1, power.shape[1] + 1))
    frequency -= frequency.mean()
    return (power - power.mean(axis=1, keepdims=True)) @ frequency / (frequency**2).sum()
