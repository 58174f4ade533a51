"""What is known about the noisy test patterns without training a network."""

from __future__ import annotations

import numpy as np

from latentlab.studies.gisaxs.gap_interpolation import GapInterpolation


def nearest_patterns(measured: np.ndarray, known: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    """The known pattern that each measured one correlates with best.

    Pearson's correlation of the square roots of intensity, over the pixels outside the gaps that are above 0:
    an added constant, as the thesis's Gaussian noise has it, and lost pixels hardly change it. The square
    root makes the counting error equal everywhere, and keeps a few bright pixels from deciding.

    Parameters
    ----------
    measured : float32 (n, side, side), raw intensity, 0 or more. known : (m, side, side), clean patterns.
    gaps : bool (side, side).

    Returns
    -------
    float32 (n, side, side), patterns of `known`.
    """
    roots = np.sqrt(known[:, ~gaps].astype(np.float64))
    chosen = []
    for image in measured:
        values = image[~gaps]
        seen = values > 0
        own = np.sqrt(values[seen].astype(np.float64))
        own = own - own.mean()
        others = roots[:, seen] - roots[:, seen].mean(axis=1, keepdims=True)
        correlations = others @ own / np.linalg.norm(others, axis=1)
        chosen.append(int(correlations.argmax()))
    return known[chosen]


def reference_images(measured: np.ndarray, known: np.ndarray, gaps: np.ndarray) -> dict[str, np.ndarray]:
    """Each reference's images, float32 (n, side, side), by the names of `metric_names.REFERENCES`.

    Arguments : see `nearest_patterns`.
    """
    return {
        "noisy_input": measured,
        "interpolated_input": GapInterpolation(gaps).fill(measured),
        "nearest_pattern": nearest_patterns(measured, known, gaps),
    }
