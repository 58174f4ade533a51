"""Gaps filled from the logarithm of the counts around them: triangles, a median, the mirror image."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import LinearNDInterpolator
from scipy.ndimage import binary_dilation, distance_transform_edt, median_filter

from latentlab.studies.gisaxs.restoration.checks import check_measured
from latentlab.studies.gisaxs.restoration.local_regression import local_mean, local_plane

LEAST_COUNTS = 0.5  # a pixel without a photon, where logarithms are interpolated
MEDIAN_SIDE = 5  # pixels


def smoothed(counts: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Expected counts from 50 photons around each pixel: little smoothing where counts are high.

    Local Poisson regression with the narrowest weights, so that it has no bias at the edge of a gap as a
    mean of the pixels on one side has. Shapes and errors as `linear`; float64 (h, w), above 0.
    """
    return local_plane(counts, mask, narrowest=1.2)


def linear(counts: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Linear interpolation of the logarithm of the counts, of at least half a photon, inside the mask.

    Over Delaunay's triangles of the pixels that touch the mask, as `gap_interpolation.GapInterpolation`; the
    nearest measured pixel where the mask reaches the image's border.

    Parameters
    ----------
    counts : (h, w), photons per pixel, 0 or more where measured. mask : bool (h, w), True where not measured.

    Returns
    -------
    float64 (h, w), photons per pixel; measured pixels keep their counts.

    Raises
    ------
    FrameError : two shapes, a mask that is not bool, every pixel masked, or no photon.
    """
    check_measured(counts, mask)
    return np.where(mask, _interpolated(np.maximum(counts, LEAST_COUNTS), mask), counts)


def linear_smoothed(counts: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """As `linear`, between pixels that local Poisson regression has smoothed; it smooths everywhere."""
    return _interpolated(smoothed(counts, mask), mask)


def median(counts: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Median of 5 x 5 pixels after smoothing and linear interpolation; as `linear`, it smooths everywhere.

    The median of counts themselves would be 0 wherever most pixels are without a photon.
    """
    check_measured(counts, mask)
    filled = _interpolated(local_mean(counts, mask), mask)
    return np.exp(median_filter(np.log(filled), MEDIAN_SIDE, mode="nearest"))


def mirror(
    counts: np.ndarray, mask: np.ndarray, rate: np.ndarray | None = None, *, beam_column: float
) -> np.ndarray:
    """Gaps filled from the other side of the specular plane (Schaefer, sec. 2.5.5); it smooths everywhere.

    For whole frames: a view of 2theta_f >= 0 does not hold the other side. The mirror image is smoothed, and
    brought to this side's level by the ratio of the two sides where both are measured, because a sample that
    is not quite level shines more to one side. Where the other side is not measured, linear interpolation.

    Parameters
    ----------
    counts, mask : as `linear`. rate : `linear_smoothed` of them, if it is known.
    beam_column : column of the specular plane, pixels; halves are allowed.
    """
    check_measured(counts, mask)
    width = counts.shape[1]
    other = np.rint(2 * beam_column - np.arange(width)).astype(int)
    inside = (other >= 0) & (other < width)
    other = np.clip(other, 0, width - 1)
    there = ~mask[:, other] & inside
    rate = linear_smoothed(counts, mask) if rate is None else rate
    if not there.any():
        return rate
    image = rate[:, other]
    both = there & ~mask
    if both.any() and (counts[both] > 0).any():
        level = local_mean(np.where(both, counts, 0), ~both) / local_mean(np.where(both, image, 0), ~both)
        image = image * level
    return np.where(mask & there, image, rate)


def _interpolated(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """`values` (h, w), above 0, with the masked ones interpolated in the logarithm from those around."""
    filled = np.array(values, dtype=np.float64)
    if not mask.any():
        return filled
    around = binary_dilation(mask, np.ones((3, 3), dtype=bool)) & ~mask
    points, wanted = np.argwhere(around), np.argwhere(mask)
    known = np.log(filled[around])
    found = np.full(len(wanted), np.nan)
    if np.linalg.matrix_rank(points - points[0]) == 2:  # else all on one line: no triangle
        found = LinearNDInterpolator(points, known)(wanted)
    nearest = distance_transform_edt(mask, return_distances=False, return_indices=True)
    beyond = np.log(filled[tuple(nearest[:, mask])])
    filled[mask] = np.exp(np.where(np.isnan(found), beyond, found))
    return filled
