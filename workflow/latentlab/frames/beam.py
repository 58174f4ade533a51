"""Find the sample horizon and the beam in a detector frame."""

from __future__ import annotations

import numpy as np
from scipy import fft

from latentlab.errors import FrameError
from latentlab.frames.frame import Frame

MINIMUM_SYMMETRY = 0.2
MINIMUM_EDGE = 0.02
MINIMUM_SIGNIFICANCE = 6.0
MINIMUM_OVERLAP = 0.15


def find_beam(
    frame: Frame, *, horizon_row: int | None = None, beam_column: int | None = None
) -> tuple[int, int]:
    """Find (horizon_row, beam_column), the detector pixel at alpha_f = 0 and 2theta_f = 0.

    The beam column is the axis of mirror symmetry (Schaefer, sec. 2.5.5) of the logarithm of the counts over
    the valid pixels: the column about which their masked correlation with the mirror image is largest, first
    over all rows, then once more over those just above the horizon (a rotated detector tilts the axis). The
    horizon is the upper edge of the sample's shadow: the largest drop, going down, of the mean logarithm of
    the counts beside the beam. As the transmitted intensity falls to zero at alpha_f = 0, the horizon is
    the lower end of that drop: the last row that exceeds the shadow by a tenth of the drop.

    Parameters
    ----------
    frame : as returned by `read_frame`.
    horizon_row, beam_column : known values in detector pixels; only those that are None are searched for.

    Raises
    ------
    FrameError : no clear axis of symmetry or no clear edge of a shadow.
    """
    logarithm = np.where(frame.mask, 0.0, np.log1p(np.where(frame.mask, 0, frame.counts)))
    valid = ~frame.mask
    height, width = valid.shape
    given_column = beam_column
    if beam_column is None:
        beam_column, symmetry = _mirror_axis(logarithm, valid)
        if symmetry < MINIMUM_SYMMETRY:
            raise FrameError(
                f"{frame.source}: no axis of mirror symmetry found (best correlation {symmetry:.2f}, needed "
                f"{MINIMUM_SYMMETRY}); give the beam column"
            )
    if horizon_row is None:
        beside = np.abs(np.arange(width) - beam_column)
        # Without the beam and its stops, and without pixels far away, where a small rotation moves the edge.
        band = (beside > 0.02 * width) & (beside < 0.2 * width)
        horizon_row = _shadow_edge(logarithm[:, band], valid[:, band], frame.source)
    if given_column is None:
        above = slice(max(0, horizon_row + 1 - max(16, height // 20)), horizon_row + 1)
        if valid[above].any():
            near = (beam_column, max(2, width // 100))
            beam_column, _ = _mirror_axis(logarithm[above], valid[above], near=near)
    return horizon_row, beam_column


def _mirror_axis(
    logarithm: np.ndarray, valid: np.ndarray, near: tuple[int, int] | None = None
) -> tuple[int, float]:
    """Column of the mirror axis and the correlation about it; `near`: (column, how far to look, pixels).

    All axes at once by Fourier transform: the self-convolution of a row pairs pixels x and s - x, so that
    s / 2 is the axis. The mean of each row, over the pairs with both pixels valid, is subtracted.
    """
    height, width = valid.shape
    strips = np.arange(0, height, max(1, height // 256))  # the mean of a few rows has less noise
    pixels = np.add.reduceat(valid, strips, axis=0, dtype=np.int64)
    signal = np.add.reduceat(logarithm, strips, axis=0) / np.maximum(pixels, 1)
    there = (pixels > 0).astype(np.float64)
    length = fft.next_fast_len(2 * width, real=True)
    transforms = [fft.rfft(values, length) for values in (there, signal, signal**2)]

    def paired(first: int, second: int) -> np.ndarray:
        return fft.irfft(transforms[first] * transforms[second], length)[:, : 2 * width - 1]

    pairs, total = np.round(paired(0, 0)), paired(1, 0)
    means = total**2 / np.maximum(pairs, 1)
    covariance = np.where(pairs > 0, paired(1, 1) - means, 0).sum(axis=0)
    variance = np.where(pairs > 0, paired(2, 0) - means, 0).sum(axis=0)
    overlap = pairs.sum(axis=0) / there.sum()
    # Where the true variance is 0, rounding leaves about 1e-12 of the total.
    known = (overlap >= MINIMUM_OVERLAP) & (variance > 1e-9 * variance.max(initial=0))
    if near is not None:
        known &= np.abs(np.arange(2 * width - 1) / 2 - near[0]) <= near[1]
    if not known.any():
        return (near[0] if near is not None else width // 2), 0.0
    correlation = np.where(known, covariance / np.where(known, variance, 1), 0)
    # Weighted by the structure that is paired: otherwise an axis through a side maximum near the edge of
    # the frame, where the beam itself has no mirror image, could have the largest correlation.
    best = int(np.where(known, correlation * np.sqrt(np.where(known, variance, 0)), -np.inf).argmax())
    return (best + 1) // 2, float(correlation[best])


def _shadow_edge(logarithm: np.ndarray, valid: np.ndarray, source: str) -> int:
    """Last row above the sample's shadow: the lower end of the largest drop of the mean logarithm."""
    pixels = valid.sum(axis=1)
    there = pixels >= max(1, valid.shape[1] // 10)
    profile = np.where(there, logarithm.sum(axis=1) / np.maximum(pixels, 1), 0.0)
    window = max(8, len(profile) // 100)
    if len(profile) < 4 * window:
        raise FrameError(
            f"{source}: {len(profile)} rows are too few to find the horizon; give the horizon row"
        )
    # Means over the rows [i, i + window) that hold valid pixels, for every i.
    rows = np.convolve(there, np.ones(window), mode="valid")
    means = np.convolve(profile, np.ones(window), mode="valid") / np.maximum(rows, 1)
    known = np.minimum(rows[:-window], rows[window:]) >= 3
    drop = np.where(known, means[:-window] - means[window:], -np.inf)
    edge = int(drop.argmax())
    around = edge + np.flatnonzero(there[edge : edge + 3 * window])
    # Standard error of the drop, from the scatter between neighbouring rows.
    error = np.diff(profile[around]).std() / np.sqrt(window) if len(around) > 2 else np.inf
    if not known.any() or drop[edge] < MINIMUM_EDGE or drop[edge] < MINIMUM_SIGNIFICANCE * error:
        raise FrameError(f"{source}: no edge of a sample shadow stands out; give the horizon row")
    shadow = np.median(profile[around[around >= edge + window]])
    foot = shadow + 0.1 * (profile[around].max() - shadow)
    dark = np.flatnonzero(profile[around] <= foot)
    return int(around[max(0, dark[0] - 1)])
