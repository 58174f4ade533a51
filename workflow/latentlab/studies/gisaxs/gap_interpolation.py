"""Intensity inside a detector's gaps, interpolated in the logarithm from the pixels around them."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator
from scipy.ndimage import binary_dilation

from latentlab.log_scale import FLOOR


class GapInterpolation:
    """Fills the gaps of patterns: linear in log10 of intensity, over triangles of the pixels around the gaps.

    Delaunay's triangulation (`scipy.interpolate.LinearNDInterpolator`) of the pixels that touch a gap, also
    at a corner. Where a gap reaches the image's border, pixels outside all triangles get the nearest value.

    Parameters
    ----------
    gaps : bool (side, side), True in the gaps.

    Raises
    ------
    ValueError : no gap, or no pixel outside.
    """

    def __init__(self, gaps: np.ndarray) -> None:
        if not gaps.any() or gaps.all():
            raise ValueError("expected pixels inside the gaps and outside")
        self._gaps = gaps
        self._around = binary_dilation(gaps, np.ones((3, 3), dtype=bool)) & ~gaps

    def fill(self, images: np.ndarray) -> np.ndarray:
        """Images (n, side, side), float32 of raw intensity, with other values inside the gaps; copies.

        Intensities are clipped to the six decades below the largest outside the gaps, as the metrics do.
        """
        outside = images[:, ~self._gaps]
        floor = FLOOR * outside.max(axis=1, keepdims=True)
        known = np.log10(np.maximum(images[:, self._around], floor)).astype(np.float64).T
        points, wanted = np.argwhere(self._around), np.argwhere(self._gaps)
        values = LinearNDInterpolator(points, known)(wanted)
        beyond = np.isnan(values).any(axis=1)
        if beyond.any():
            values[beyond] = NearestNDInterpolator(points, known)(wanted[beyond])
        filled = images.copy()
        filled[:, self._gaps] = (10.0**values.T).astype(np.float32)
        return filled
