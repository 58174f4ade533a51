"""The exposure of a pattern: its mean intensity, robust against a few bright pixels."""

from __future__ import annotations

import numpy as np

BRIGHTEST = 0.05  # share of the pixels that an exposure leaves out


def exposure(image: np.ndarray, sensitive: np.ndarray) -> float:
    """Mean over the sensitive pixels except the brightest twentieth, in the image's unit.

    It brings patterns of any exposure to one scale. The brightest pixels are left out because in a
    measurement they may be the specular rod, which no simulated pattern has, or hot pixels; a median
    would be 0 where few photons are counted.

    Parameters
    ----------
    image : (n, m), >= 0. sensitive : bool (n, m), False in gaps.
    """
    values = np.sort(image[sensitive].astype(np.float64))
    return float(values[: max(1, round(len(values) * (1 - BRIGHTEST)))].mean()) if len(values) else 0.0
