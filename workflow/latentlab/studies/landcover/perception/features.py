"""Simple features of a picture: to compare sets of pictures, and to tell land cover from a picture."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.perception.measures import ROUNDING, edge_energy
from latentlab.studies.landcover.perception.planes import luminance
from latentlab.studies.landcover.perception.spectrum import spectrum_slope

LOOKS = ("red", "green", "blue", "contrast", "saturation", "log edge energy", "spectrum slope")
ENERGY_FLOOR = 1e-7  # of squared gradients: what rounding to 8 bits leaves of a plain picture


def looks(x: np.ndarray) -> np.ndarray:
    """LOOKS of pictures (n, 3, side, side), 0 to 1: float64 (n, 7).

    Mean colour; standard deviation of the luminance; mean distance of the largest from the smallest channel;
    log10 of the mean squared gradient; slope of log power against log frequency.
    """
    grey = luminance(x)
    return np.column_stack(
        [
            x.mean(axis=(2, 3), dtype=np.float64),
            grey.std(axis=(1, 2), dtype=np.float64),
            (x.max(axis=1) - x.min(axis=1)).mean(axis=(1, 2), dtype=np.float64),
            np.log10(edge_energy(x) + ENERGY_FLOOR),
            spectrum_slope(grey, ROUNDING),
        ]
    )


def cover_features(x: np.ndarray) -> np.ndarray:
    """LOOKS, the standard deviation of each channel, and the squares of all these: float64 (n, 20)."""
    values = np.column_stack([looks(x), x.std(axis=(2, 3), dtype=np.float64)])
    return np.column_stack([values, values**2])
