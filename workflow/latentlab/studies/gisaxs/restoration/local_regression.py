"""Expected counts by local Poisson regression: mask-normalised smoothing, and the logarithm as a local plane.

Local likelihood (Loader, Local Regression and Likelihood, Springer 1999, ch. 4): the pixels around one point,
weighted by a Gaussian, are taken as Poisson counts whose logarithm of the rate is a constant or a plane; its
value at the point is the expected count. Masked pixels have no weight.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates, spline_filter

from latentlab.studies.gisaxs.restoration.checks import check_measured

# rate at the wanted pixels from (width, smoothed mask, smoothed counts, wanted pixels)
Estimate = Callable[[float, np.ndarray, np.ndarray, np.ndarray], np.ndarray]

WIDTHS = (1.2, 1.8, 2.7, 4.0, 6.0, 9.0, 14.0, 21.0)  # standard deviations of the weights, pixels
TRUNCATE = 6.0  # standard deviations: a steep slope moves the weight outward
STEEPEST = 1.5  # natural logarithm of the rate over one width
SLOPE = 0.5  # prior standard deviation of the slope, natural logarithm of the rate per pixel
SMALLEST_WEIGHT = 1e-12
LEAST_CURVATURE = 0.05  # of the likelihood, where few pixels on one side are measured
MEASURED = 0.2  # least share of the weights on measured pixels
COMPLETE = 3e-6  # share of the weights on masked pixels that changes nothing
STEPS = 6  # of Newton
PRECISION = 1e-2  # of a width


def local_mean(
    counts: np.ndarray, mask: np.ndarray, photons: float = 50.0, narrowest: float = 1.2
) -> np.ndarray:
    """Mask-normalised Gaussian smoothing: the weighted mean of the counts of the measured pixels.

    Each pixel takes the narrowest Gaussian that holds `photons` counts and enough measured pixels. The
    defaults are the best of a few on simulated patterns of 10^4 to 10^7 photons with gaps of 9 and 4 pixels.

    Parameters
    ----------
    counts : (h, w), photons per pixel, 0 or more. mask : bool (h, w), True where not measured.
    photons : counts that the weights should hold. narrowest : standard deviation of the weights, pixels.

    Returns
    -------
    float64 (h, w), photons per pixel, above 0.
    """
    counted, valid = _prepared(counts, mask)

    def estimate(width: float, weight: np.ndarray, total: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        return total[wanted] / weight[wanted]

    return _blended(counted, valid, photons, narrowest, estimate)


def local_plane(
    counts: np.ndarray, mask: np.ndarray, photons: float = 50.0, narrowest: float = 2.7
) -> np.ndarray:
    """Local Poisson regression with log rate = a + b d over the displacement d from the pixel.

    With Gaussian weights of standard deviation s, the sum over the measured pixels of weight x exp(b d) is
    exp(s^2 b^2 / 2) H(x + s^2 b), where H is the mask smoothed by the same Gaussian. So the likelihood's
    maximum obeys u + s^2 grad log H(x + u) = m, where u = s^2 b and m is the counts' mean displacement: all
    pixels are solved at once, and no pixel needs its own sums. Exact for a rate that is an exponential.

    Parameters and result are those of `local_mean`.
    """
    counted, valid = _prepared(counts, mask)

    def estimate(width: float, weight: np.ndarray, total: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        return _plane(counted, valid, width, weight, total, wanted)

    return _blended(counted, valid, photons, narrowest, estimate)


def _prepared(counts: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    check_measured(counts, mask)
    return np.where(mask, 0.0, counts).astype(np.float64), (~mask).astype(np.float64)


def smooth(image: np.ndarray, width: float, order: tuple[int, int] = (0, 0)) -> np.ndarray:
    """The image smoothed by a Gaussian, or its derivatives; 0 outside of the image. (h, w) as the image."""
    radius = max(1, int(np.ceil(TRUNCATE * width)))
    return gaussian_filter(image, width, order=order, mode="constant", radius=radius)


def _blended(
    counted: np.ndarray, valid: np.ndarray, photons: float, narrowest: float, estimate: Estimate
) -> np.ndarray:
    """Estimates of two neighbouring widths, blended in the logarithm where they hold `photons` counts.

    The counts under a width are 2 pi s^2 times the weighted sum. A pixel takes the narrowest width with
    enough of them (and of the measured pixels), and the one below in the share that its counts reach.
    """
    widths = [width for width in WIDTHS if width >= narrowest]
    weights = [np.maximum(smooth(valid, width), SMALLEST_WEIGHT).astype(np.float32) for width in widths]
    totals = [np.maximum(smooth(counted, width), 0).astype(np.float32) for width in widths]
    areas = [2 * np.pi * width**2 for width in widths]
    position = np.maximum(
        _position(totals, [photons / area for area in areas]), _position(weights, [MEASURED] * len(widths))
    )
    logarithm = np.zeros(counted.shape)
    everywhere = valid.sum()
    lowest = min(counted.sum() / everywhere, 0.5 / (2 * np.pi * widths[-1] ** 2))
    for index, width in enumerate(widths):
        share = np.clip(1 - np.abs(position - index), 0, None)
        wanted = share > 0
        if wanted.any():
            values = estimate(width, weights[index], totals[index], wanted)
            logarithm[wanted] += share[wanted] * np.log(np.maximum(values, lowest))
    return np.exp(logarithm)


def _position(values: list[np.ndarray], enough: list[float]) -> np.ndarray:
    """Index of the narrowest width whose value is enough, less the share of the step that is not needed."""
    position = np.full(values[0].shape, len(values) - 1.0, dtype=np.float32)
    for index in range(len(values) - 1, 0, -1):
        low, high = (values[i] / np.float32(enough[i]) for i in (index - 1, index))
        share = np.clip((1 - low) / np.maximum(high - low, SMALLEST_WEIGHT), 0, 1)
        position = np.where(high >= 1, np.minimum(position, index - 1 + share), position)
    return position


def _plane(
    counted: np.ndarray,
    valid: np.ndarray,
    width: float,
    weight: np.ndarray,
    total: np.ndarray,
    wanted: np.ndarray,
) -> np.ndarray:
    """The rate of the local plane at the wanted pixels, (n,)."""
    variance, furthest = width**2, STEEPEST * width
    counts = np.maximum(total[wanted].astype(np.float64), 1e-300)
    # the weighted sum of d x counts is s^2 times the gradient of the smoothed counts
    mean = variance * np.stack([smooth(counted, width, order)[wanted] for order in ((1, 0), (0, 1))]) / counts
    ridge = 1 / (2 * np.pi * variance * counts * variance * SLOPE**2)
    # all pixels around are measured: H is 1
    move = np.clip(mean / (1 + ridge), -furthest, furthest)
    norm = np.ones(len(counts))
    partly = np.flatnonzero(weight[wanted] < 1 - COMPLETE)
    if len(partly):
        where = np.argwhere(wanted)[partly].T
        move[:, partly], norm[partly] = _beside_masks(
            valid, width, where, mean[:, partly], ridge[partly], move[:, partly]
        )
    return counts * np.exp(-0.5 * (move**2).sum(axis=0) / variance) / norm


def _beside_masks(
    valid: np.ndarray, width: float, where: np.ndarray, mean: np.ndarray, ridge: np.ndarray, move: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Newton's solutions u (2, n) at the pixels `where` (2, n), from `move`, and H(x + u) (n,)."""
    variance, furthest = width**2, STEEPEST * width
    pad = int(np.ceil(furthest)) + 3
    there = np.pad(valid, pad)
    # the mask's smoothed value, gradient and curvature: Gaussian derivatives, interpolated by cubic splines
    orders = ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2))
    smoothed = [spline_filter(smooth(there, width, order), mode="nearest") for order in orders]

    def at(index: int) -> np.ndarray:
        places = where + pad + move
        return map_coordinates(smoothed[index], places, order=3, mode="nearest", prefilter=False)

    for _ in range(STEPS):
        weight = np.maximum(at(0), SMALLEST_WEIGHT)
        slope = np.stack([at(1), at(2)]) / weight
        miss = move * (1 + ridge) + variance * slope - mean
        yy = np.maximum(1 + ridge + variance * (at(3) / weight - slope[0] ** 2), LEAST_CURVATURE)
        xy = variance * (at(4) / weight - slope[0] * slope[1])
        xx = np.maximum(1 + ridge + variance * (at(5) / weight - slope[1] ** 2), LEAST_CURVATURE)
        determinant = np.maximum(yy * xx - xy**2, LEAST_CURVATURE * yy * xx)
        step = np.stack([xx * miss[0] - xy * miss[1], yy * miss[1] - xy * miss[0]]) / determinant
        step = np.clip(step, -0.5 * width, 0.5 * width)
        move = np.clip(move - step, -furthest, furthest)
        if np.abs(step).max(initial=0) < PRECISION * width:
            break
    return move, np.maximum(at(0), SMALLEST_WEIGHT)
