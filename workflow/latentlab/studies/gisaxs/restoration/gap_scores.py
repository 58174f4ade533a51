"""Scores of filled artificial gaps against the counts that were measured there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from latentlab.studies.gisaxs.restoration.artificial_gaps import Piece

BLOCK_COUNTS = 100.0  # least counts of a block: their counting error is 0.043 decades at most
RESAMPLES = 2000
LEAST_RATE = 1e-3  # photons per pixel: less is taken as this in the deviance


@dataclass(frozen=True)
class GapScore:
    """How well one method fills a frame's artificial gaps.

    error : mean over the pieces of the rms error of log10 of the counts of blocks, decades; `low` and `high`:
        its 95 % interval (bootstrap over the pieces). counting : what counting alone makes of it.
    rms : the rms error over all blocks of all pieces, decades, which the worst pieces decide.
    deviance : median over the pieces of the Poisson deviance per pixel; correlation : of log10 of the blocks'
        counts. blocks, pixels, pieces : how many were judged.
    of_pieces : (pieces,) rms error of each, decades; NaN where a piece holds fewer counts than a block.
    """

    error: float
    low: float
    high: float
    counting: float
    rms: float
    deviance: float
    correlation: float
    blocks: int
    pixels: int
    pieces: int
    of_pieces: np.ndarray = field(repr=False, compare=False)

    @property
    def numbers(self) -> dict[str, float]:
        """The numbers by name."""
        names = ("error", "low", "high", "counting", "rms", "deviance", "correlation")
        return {name: float(getattr(self, name)) for name in (*names, "blocks", "pixels", "pieces")}


def deviance(counts: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Poisson deviance of each pixel, 2 [c log(c / e) - (c - e)]; its mean is about 1 where e is right."""
    counts = np.asarray(counts, dtype=np.float64)
    expected = np.maximum(np.asarray(expected, dtype=np.float64), LEAST_RATE)
    return 2 * (counts * np.log(np.where(counts > 0, counts, expected) / expected) - (counts - expected))


def blocks_of(counts: np.ndarray, judged: np.ndarray, least: float = BLOCK_COUNTS) -> np.ndarray:
    """Numbers of blocks, int (h, w), from 0; -1 where not judged, and everywhere if all hold too few counts.

    The rectangle is halved, across its longer side, as long as both halves hold at least `least` counts.

    Parameters
    ----------
    counts : (h, w), photons per pixel. judged : bool (h, w).
    """
    numbers = np.full(counts.shape, -1)
    kept = np.where(judged, counts, 0).astype(np.float64)
    if kept.sum() < least:
        return numbers
    found = 0
    todo = [(0, counts.shape[0], 0, counts.shape[1])]
    while todo:
        top, bottom, left, right = todo.pop()
        if bottom - top >= right - left:
            middle = (top + bottom) // 2
            halves = [(top, middle, left, right), (middle, bottom, left, right)]
        else:
            middle = (left + right) // 2
            halves = [(top, bottom, left, middle), (top, bottom, middle, right)]
        if all(kept[a:b, c:d].sum() >= least for a, b, c, d in halves):
            todo += halves
            continue
        part = (slice(top, bottom), slice(left, right))
        numbers[part] = np.where(judged[part], found, -1)
        found += 1
    return numbers


def score_gaps(
    counts: np.ndarray,
    mask: np.ndarray,
    pieces: Sequence[Piece],
    expected: Mapping[str, np.ndarray],
    seed: int = 0,
) -> dict[str, GapScore]:
    """Score what several methods put into the same artificial gaps.

    Parameters
    ----------
    counts : (h, w), photons per pixel, measured inside the gaps. mask : bool (h, w), of the frame itself.
    pieces : the gaps. expected : by method, (h, w), photons per pixel. seed : of the bootstrap.

    Returns
    -------
    The score by method; NaN in all of them where no piece holds the counts of a block.
    """
    measured = [_Measured(counts[piece.inner], ~mask[piece.inner]) for piece in pieces]
    there = np.concatenate([one.counts for one in measured])
    draws = _draws(len(pieces), seed)
    scores = {}
    for name, image in expected.items():
        filled = [image[piece.inner].astype(np.float64) for piece in pieces]
        sums = [one.sums(part) for one, part in zip(measured, filled, strict=True)]
        squares = [np.log10(part / one.counts) ** 2 for one, part in zip(measured, sums, strict=True)]
        of_pieces = np.array([np.sqrt(part.mean()) if len(part) else np.nan for part in squares])
        low, high = _interval(of_pieces[draws])
        deviances = [
            deviance(one.image, part)[one.judged].mean()
            for one, part in zip(measured, filled, strict=True)
            if one.judged.any()
        ]
        logs = np.log10(np.concatenate(sums)), np.log10(there)
        scores[name] = GapScore(
            error=_mean(of_pieces),
            low=low,
            high=high,
            counting=_mean(np.array([one.counting for one in measured])),
            rms=float(np.sqrt(_mean(np.concatenate(squares)))),
            deviance=float(np.median(deviances)) if deviances else float("nan"),
            correlation=float(np.corrcoef(*logs)[0, 1]) if len(there) > 2 else float("nan"),
            blocks=len(there),
            pixels=int(sum(one.judged.sum() for one in measured)),
            pieces=len(pieces),
            of_pieces=of_pieces,
        )
    return scores


def difference(first: GapScore, second: GapScore, seed: int = 0) -> tuple[float, float, float]:
    """Error of the first less that of the second on the same pieces, decades, and its 95 % interval."""
    pairs = first.of_pieces - second.of_pieces
    low, high = _interval(pairs[_draws(len(pairs), seed)])
    return _mean(pairs), low, high


class _Measured:
    """The judged part of one piece, and its blocks' counts."""

    def __init__(self, image: np.ndarray, judged: np.ndarray) -> None:
        self.image, self.judged = image.astype(np.float64), judged
        self.numbers = blocks_of(self.image, judged)
        self.counts = self.sums(self.image)
        inverse = (1 / self.counts).mean() if len(self.counts) else np.nan
        self.counting = float(np.sqrt(inverse) / np.log(10))

    def sums(self, image: np.ndarray) -> np.ndarray:
        """Sums over the blocks (n,) of an image of the same shape, at least LEAST_RATE in each pixel."""
        inside = self.numbers >= 0
        return np.bincount(
            self.numbers[inside],
            np.maximum(image[inside], LEAST_RATE if image is not self.image else 0),
            self.numbers.max(initial=-1) + 1,
        )


def _draws(pieces: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, pieces, (RESAMPLES, pieces))


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _interval(drawn: np.ndarray) -> tuple[float, float]:
    known = ~np.isnan(drawn)
    number = known.sum(axis=1)
    means = np.where(known, drawn, 0).sum(axis=1)[number > 0] / number[number > 0]
    if not len(means):
        return float("nan"), float("nan")
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
