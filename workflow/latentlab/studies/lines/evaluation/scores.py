"""What the document scores on pairs of an image and its reconstruction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from latentlab.studies.lines.evaluation.line_counts import count_lines, threshold
from latentlab.studies.lines.evaluation.orientation import HORIZONTAL, orientation
from latentlab.studies.lines.evaluation.volume_fractions import volume_fraction_difference

HALF = 0.5  # the other threshold that counts are given at: halfway between line and background


@dataclass(frozen=True)
class PairScores:
    """Scores of pairs, one value per pair.

    Attributes
    ----------
    orientation, count : of the reconstruction, int64; orientation -1 where it cannot be determined.
    count_half : the count at a threshold of 0.5 in place of THRESHOLD, int64.
    count_wrapped : the count with opposite borders joined: the statistics are periodic, and a decoder may
        draw a line across the border.
    fraction_difference : volume-fraction difference in per cent, float64.
    true_orientation, true_count : of the original.
    """

    orientation: np.ndarray
    count: np.ndarray
    count_half: np.ndarray
    count_wrapped: np.ndarray
    fraction_difference: np.ndarray
    true_orientation: np.ndarray
    true_count: np.ndarray


def has_lines(labels: Mapping[str, np.ndarray]) -> bool:
    """Whether a set's labels give orientation and number of lines."""
    return {"orientation", "count"} <= set(labels)


def measured_orientation(images: torch.Tensor, true: np.ndarray) -> np.ndarray:
    """Orientation of images, int64 (n,); with diagonals if the set's `true` ones have some."""
    return orientation(images, diagonals=bool((true > HORIZONTAL).any())).cpu().numpy().astype(np.int64)


def score_pairs(
    originals: torch.Tensor, reconstructions: torch.Tensor, labels: Mapping[str, np.ndarray]
) -> PairScores:
    """Orientation and number of lines of reconstructions, and volume-fraction differences.

    Parameters
    ----------
    originals, reconstructions : (n, side, side), background 1, lines 0.
    labels : the originals' true "orientation" and "count". Diagonals are possible if the originals have some.

    Source: document, appendix B, judged by eye; see `orientation` and `count_lines` for the rules here.
    """
    black = threshold(reconstructions)
    return PairScores(
        orientation=measured_orientation(reconstructions, labels["orientation"]),
        count=count_lines(black),
        count_half=count_lines(threshold(reconstructions, HALF)),
        count_wrapped=count_lines(black, periodic=True),
        fraction_difference=volume_fraction_difference(originals, reconstructions),
        true_orientation=np.asarray(labels["orientation"], dtype=np.int64),
        true_count=np.asarray(labels["count"], dtype=np.int64),
    )


def summarise(scores: PairScores) -> dict[str, float]:
    """Numbers of pairs, per cent of these right, medians of counts, mean volume-fraction difference (%)."""
    right = scores.count == scores.true_count
    summary = {
        "pairs": float(len(right)),
        "orientation_right": percent(scores.orientation == scores.true_orientation),
        "lines_right": percent(right),
        "lines_right_at_half": percent(scores.count_half == scores.true_count),
        "lines_right_wrapped": percent(scores.count_wrapped == scores.true_count),
        "fraction_difference": float(scores.fraction_difference.mean()),
    }
    for number in np.unique(scores.true_count):
        of_these = scores.true_count == number
        summary[f"pairs_of_{number}"] = float(of_these.sum())
        summary[f"lines_right_of_{number}"] = percent(right[of_these])
        summary[f"lines_median_of_{number}"] = float(np.median(scores.count[of_these]))
    return summary


def percent(right: np.ndarray) -> float:
    """Share of True in per cent."""
    return 100 * float(np.mean(right))
