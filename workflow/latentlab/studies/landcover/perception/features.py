"""Simple features of a picture: to compare sets of pictures, and to tell land cover from a picture."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.perception.measures import ROUNDING
from latentlab.studies.landcover.perception.planes import luminance
from latentlab.studies.landcover.perception.spectrum import spectrum_slope

LOOKS = (
    "red",
    "green",
    "blue",
    "contrast",
    "skewness",
    "saturation",
    "log edge energy",
    "log edge kurtosis",
    "spectrum slope",
)
ENERGY_FLOOR = 1e-7  # of squared differences: about what rounding to 8 bits leaves of a plain picture


def looks(x: np.ndarray) -> np.ndarray:
    """LOOKS of pictures (n, 3, side, side), 0 to 1: float64 (n, 9).

    Mean colour; standard deviation and skewness of the luminance; mean distance of the largest from the
    smallest channel; log10 of the mean squared difference of neighbouring pixels, and of the kurtosis of
    these differences, which is large where few sharp edges part even areas, and log10(3) for normal noise;
    slope of log power against log frequency.
    """
    grey = luminance(x)
    centred = grey - grey.mean(axis=(1, 2), keepdims=True)
    contrast = np.sqrt((centred**2).mean(axis=(1, 2)))
    differences = np.stack([grey[:, 1:, 1:] - grey[:, :-1, 1:], grey[:, 1:, 1:] - grey[:, 1:, :-1]], axis=1)
    squares = differences**2
    energy = squares.mean(axis=(1, 2, 3)) + ENERGY_FLOOR
    # the floor is added as normal noise, whose fourth moment is three times its squared variance
    fourth = (squares**2).mean(axis=(1, 2, 3)) + 6 * energy * ENERGY_FLOOR - 3 * ENERGY_FLOOR**2
    return np.column_stack(
        [
            x.mean(axis=(2, 3)),
            contrast,
            (centred**3).mean(axis=(1, 2)) / (contrast**2 + ENERGY_FLOOR) ** 1.5,
            (np.maximum(np.maximum(x[:, 0], x[:, 1]), x[:, 2]) - x.min(axis=1)).mean(axis=(1, 2)),
            np.log10(energy),
            np.log10(fourth / energy**2),
            spectrum_slope(grey, ROUNDING),
        ]
    ).astype(np.float64)


def cover_features(x: np.ndarray) -> np.ndarray:
    """LOOKS, the standard deviation of each channel, and the squares of all these: float64 (n, 24)."""
    values = np.column_stack([looks(x), x.std(axis=(2, 3), dtype=np.float64)])
    return np.column_stack([values, values**2])
