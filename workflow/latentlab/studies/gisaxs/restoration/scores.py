"""How far an estimate is from the expectation of the counts: inside the gaps and outside."""

from __future__ import annotations

import numpy as np

from latentlab.studies.gisaxs.restoration.measurement import Measured
from latentlab.studies.gisaxs.restoration.score_names import PLACES

LEAST = 1e-4  # photons per pixel: estimates below it are raised to it, as their logarithm is compared
WIDTHS = (1, 3, 6, 10, 15, 25, 65)  # px: bounds of the classes of gap width


def error_decades(expected: np.ndarray, measured: Measured) -> np.ndarray:
    """log10 of an estimate over the true expectation, (h, w)."""
    return np.log10(np.maximum(expected, LEAST)) - np.log10(measured.expectation)


def scores(expected: np.ndarray, measured: Measured) -> dict[str, float]:
    """The SCORES of an estimate (h, w) in photons per pixel.

    `*_error` is the rms of log10(estimate / expectation), decades; `*_error_counting` the rms of the
    difference in units of the counting error, the square root of the expectation. The two correlations are
    Pearson's over the gap pixels of one image, of intensity and of its logarithm. NaN where there is no gap.
    """
    error, true = error_decades(expected, measured), measured.expectation
    counting = (expected - true) / np.sqrt(true)
    found = {}
    for place, pixels in zip(PLACES, (measured.gaps, ~measured.mask), strict=True):
        found[f"{place}_error"] = _rms(error[pixels])
        found[f"{place}_error_counting"] = _rms(counting[pixels])
    pair = (
        np.maximum(expected, LEAST)[measured.gaps].astype(np.float64),
        true[measured.gaps].astype(np.float64),
    )
    found["gap_correlation"] = _correlation(*pair)
    found["gap_log_correlation"] = _correlation(*(np.log10(values) for values in pair))
    return found


def coverages(expected: np.ndarray, deviation: np.ndarray, measured: Measured) -> dict[str, float]:
    """The COVERAGES of a stated deviation (h, w), decades: share of errors within it, and within twice it."""
    ratio = np.abs(error_decades(expected, measured)) / deviation
    found = {}
    for times, suffix in ((1, ""), (2, "_2")):
        for place, pixels in zip(PLACES, (measured.gaps, ~measured.mask), strict=True):
            found[f"{place}_covered{suffix}"] = (
                float((ratio[pixels] <= times).mean()) if pixels.any() else np.nan
            )
    return found


def gap_widths(gaps: np.ndarray) -> np.ndarray:
    """Width of the gap that a pixel lies in, px: the shorter of its runs along row and column, (h, w)."""
    return np.minimum(_runs(gaps), _runs(gaps.T).T)


def _runs(gaps: np.ndarray) -> np.ndarray:
    """Length of the run of True along the row that each pixel lies in; 0 where False."""
    height, width = gaps.shape
    padded = np.zeros((height, width + 2), dtype=np.int8)
    padded[:, 1:-1] = gaps
    change = np.diff(padded, axis=1)
    lengths = np.zeros(gaps.shape, dtype=np.int64)
    (rows, starts), (_, ends) = np.nonzero(change == 1), np.nonzero(change == -1)
    for row, start, end in zip(rows, starts, ends, strict=True):
        lengths[row, start:end] = end - start
    return lengths


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values.astype(np.float64) ** 2))) if values.size else np.nan


def _correlation(found: np.ndarray, true: np.ndarray) -> float:
    if len(true) < 3 or not found.std() or not true.std():
        return np.nan
    return float(np.corrcoef(found, true)[0, 1])
