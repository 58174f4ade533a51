"""Whether a filled frame can be used: beside the references, in its total, block by block, at its maxima."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from latentlab.studies.gisaxs.restoration.frame_filling import (
    ADAPTED,
    CHOSEN,
    METHOD_TITLES,
    NETWORK,
    FilledFrame,
)
from latentlab.studies.gisaxs.restoration.gap_scores import difference

TOTAL = 0.02  # relative: how far the total of the expected counts may be from that of the measured ones
BLOCK = 16  # pixels, side of a block of the chi-square map
DEVIATIONS = 5.0  # of counting, by which a block's chi-square may exceed 1
MODEL_ERROR = 0.1  # beyond those: what hundreds of pixels can show but nobody can see
WORST = 0.05  # share of the blocks that may fail
LEAST_PIXELS = 32  # measured ones, of a block that is judged
FEWEST_GAPS = 4  # with photons enough, to judge by
PROFILE_ROWS = 0.08  # of the height, above the horizon, over which the side maxima are looked for
PROMINENCE = 0.03  # of the natural logarithm of the profile, and five standard deviations of counting


@dataclass(frozen=True)
class FillingVerdict:
    """What was found.

    Attributes
    ----------
    share : expected over measured counts, outside the mask. chi_square : float32 (n, m), sum (c - e)^2 / e
        over its number in blocks of 16 x 16 pixels, NaN where fewer than 32 were measured. failing : bool
        (n, m), the blocks that exceed 1 by more than counting allows. maxima, lost : side maxima in the
        measured profile above the horizon, and how many of them the expected profile does not have.
    error : of the chosen method in artificial gaps, decades. best, best_error : the best reference's.
    low, high : 95 % interval of the difference of the two errors on the same gaps, decades. surely : whether
        the interval of the difference lies below 0 for every reference.
    reasons : why the frame is not to be used, in words; none where it can be.
    """

    share: float
    chi_square: np.ndarray
    failing: np.ndarray
    maxima: int
    lost: int
    error: float
    best: str
    best_error: float
    low: float
    high: float
    surely: bool
    reasons: tuple[str, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons

    @property
    def beside_best(self) -> str:
        """The chosen method beside the best reference, in words."""
        title = METHOD_TITLES[self.best]
        numbers = (
            f"{self.error:.4f} decades in artificial gaps, the best reference ({title}) {self.best_error:.4f}"
        )
        if self.surely:
            return f"{numbers}: below every reference's, by more than chance (95 % intervals)"
        return f"{numbers}: below every reference's, but by no more than chance (95 % intervals)"

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if self.usable:
            return f"gaps filled: error {self.beside_best}"
        return f"do not use: {'; '.join(self.reasons)}"

    @property
    def summary(self) -> dict[str, float]:
        """The numbers by name."""
        return {
            "counts_share": self.share,
            "chi_square_median": float(np.nanmedian(self.chi_square)),
            "failing_blocks": float(self.failing.sum()),
            "blocks": float(np.isfinite(self.chi_square).sum()),
            "side_maxima": float(self.maxima),
            "side_maxima_lost": float(self.lost),
            "gap_error": self.error,
            "gap_error_best_reference": self.best_error,
            "gap_error_difference_low": self.low,
            "gap_error_difference_high": self.high,
            "usable": float(self.usable),
        }


def judge_filling(frame: FilledFrame, beam_column: float, horizon_row: float) -> FillingVerdict:
    """Judge a filled frame.

    It is not to be used where the error in artificial gaps is not below that of every reference; where the
    expected counts differ from the measured ones by more than 2 % in total; where the chi-square of more than
    5 % of the blocks exceeds 1.1 by more than five standard deviations of counting; or where a side maximum
    is lost.

    Parameters
    ----------
    frame : from `frame_filling.fill_gaps`. beam_column, horizon_row : in its pixels.
    """
    valid = ~frame.mask
    measured = float(frame.counts[valid].sum(dtype=np.float64))
    share = float(frame.expected[valid].sum(dtype=np.float64)) / measured
    chi_square, failing = chi_square_blocks(frame.counts, frame.expected, frame.mask)
    maxima, lost = side_maxima(frame.counts, frame.expected, frame.mask, beam_column, horizon_row)
    scores = frame.scores
    chosen = scores[CHOSEN]
    references = {name: score for name, score in scores.items() if name not in (NETWORK, ADAPTED, CHOSEN)}
    best = min(references, key=lambda name: np.nan_to_num(references[name].error, nan=np.inf))
    _, low, high = difference(chosen, references[best])
    surely = all(difference(chosen, score)[2] < 0 for score in references.values())
    blocks = int(np.isfinite(chi_square).sum())
    reasons = []
    judged = int(np.isfinite(chosen.of_pieces).sum())
    if judged < FEWEST_GAPS:
        reasons.append(f"only {judged} artificial gaps hold the 100 photons that a score needs")
    elif chosen.error >= references[best].error:
        reasons.append(
            f"in artificial gaps {METHOD_TITLES[best]} has an error of {references[best].error:.4f} decades, "
            f"this {chosen.error:.4f} (95 % interval of the difference {low:.4f} to {high:.4f})"
        )
    if abs(share - 1) > TOTAL:
        reasons.append(
            f"expected over measured counts {share:.3f}, allowed {1 - TOTAL:.2f} to {1 + TOTAL:.2f}"
        )
    if failing.sum() > WORST * blocks:
        reasons.append(f"chi-square above what counting allows in {failing.sum()} of {blocks} blocks")
    if lost:
        reasons.append(f"{lost} of {maxima} side maxima lost")
    return FillingVerdict(
        share,
        chi_square,
        failing,
        maxima,
        lost,
        chosen.error,
        best,
        references[best].error,
        low,
        high,
        surely,
        tuple(reasons),
    )


def chi_square_blocks(
    counts: np.ndarray, expected: np.ndarray, mask: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean of (c - e)^2 / e in blocks of 16 x 16 pixels, and where it exceeds 1.1 more than counting allows.

    A Poisson count has a chi-square of mean 1 and variance 2 + 1 / e. Returns float32 and bool (n, m); NaN
    and False where fewer than 32 pixels of a block were measured. Arguments: (h, w), photons per pixel, and
    True where not measured.
    """
    height, width = counts.shape
    shape = -(-height // BLOCK), -(-width // BLOCK)
    numbers = (np.arange(height) // BLOCK)[:, None] * shape[1] + np.arange(width) // BLOCK
    valid = ~mask
    c, e = counts[valid].astype(np.float64), np.maximum(expected[valid].astype(np.float64), 1e-6)

    def sums(values: np.ndarray) -> np.ndarray:
        return np.bincount(numbers[valid], values, shape[0] * shape[1]).reshape(shape)

    pixels = sums(np.ones(len(c)))
    judged = pixels >= LEAST_PIXELS
    number = np.maximum(pixels, 1)
    mean = np.where(judged, sums((c - e) ** 2 / e) / number, np.nan)
    scatter = np.sqrt(sums(2 + 1 / e)) / number
    failing = judged & (np.nan_to_num(mean) > 1 + MODEL_ERROR + DEVIATIONS * scatter)
    return mean.astype(np.float32), failing


def side_maxima(
    counts: np.ndarray, expected: np.ndarray, mask: np.ndarray, beam_column: float, horizon_row: float
) -> tuple[int, int]:
    """How many side maxima the rows above the horizon have, and how many of them the expected counts lose.

    The sum over these rows against the column, smoothed; columns with less than half of the rows measured are
    left out. A maximum stands out by 3 % and by five standard deviations of counting. It is lost where the
    expected profile, over the same pixels, has no maximum of half that height within the width of smoothing.
    """
    height, width = counts.shape
    last = int(np.clip(round(horizon_row), 0, height - 1))
    rows = slice(max(0, last + 1 - max(4, round(PROFILE_ROWS * height))), last + 1)
    valid = ~mask[rows]
    pixels = valid.sum(axis=0)
    there = pixels >= valid.shape[0] / 2
    if there.sum() < 16:
        return 0, 0
    smoothing = max(2.0, width / 150)
    norm = np.maximum(gaussian_filter1d(np.where(there, pixels, 0).astype(np.float64), smoothing), 1e-9)

    def profile(image: np.ndarray) -> np.ndarray:
        sums = np.where(valid & there, image[rows], 0).sum(axis=0, dtype=np.float64)
        return np.maximum(gaussian_filter1d(sums, smoothing), 1e-9)

    found, kept = profile(counts), profile(expected)
    logarithm, other = np.log(found / norm), np.log(kept / norm)
    noise = 1 / np.sqrt(np.maximum(found * 2 * np.sqrt(np.pi) * smoothing, 1e-9))
    peaks, seen = find_peaks(logarithm, prominence=PROMINENCE)
    columns = np.arange(width)
    inside = gaussian_filter1d(there.astype(np.float64), smoothing) > 0.9
    maxima = lost = 0
    for peak, prominence, left, right in zip(
        peaks, seen["prominences"], seen["left_bases"], seen["right_bases"], strict=True
    ):
        beside = abs(columns[peak] - beam_column) > 4 * smoothing
        base = max(left, right, key=logarithm.__getitem__)  # the prominence is the height above this one
        # a valley lies between it and the beam: noise may shift the beam's own maximum
        between = slice(*sorted((int(peak), int(np.clip(round(beam_column), 0, width - 1)))))
        prominence = min(prominence, logarithm[peak] - logarithm[between].min(initial=logarithm[peak]))
        if not beside or not inside[peak] or prominence < DEVIATIONS * np.hypot(noise[peak], noise[base]):
            continue
        maxima += 1
        near, heights = find_peaks(other, prominence=prominence / 2)
        if not (np.abs(near - peak) <= 2 * smoothing).any() or not len(heights["prominences"]):
            lost += 1
    return maxima, lost
