"""Scores of pairs: on images whose scores are known, and summaries worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.lines.evaluation.drawn_lines import drawn_lines

from latentlab.microstructures import generate
from latentlab.studies.lines.evaluation.scores import PairScores, percent, score_pairs, summarise

SIDE = 64


def labelled(number: int, seed: int) -> tuple[torch.Tensor, dict[str, np.ndarray]]:
    drawn = drawn_lines(number, SIDE, seed)
    return drawn.images, {"orientation": drawn.orientations, "count": drawn.counts}


def made(**changes: list) -> PairScores:
    """Scores of four pairs; the originals have 1, 1, 2 and 3 lines."""
    arrays = {
        "orientation": [0, 1, -1, 1],
        "count": [1, 2, 2, 5],
        "count_half": [1, 1, 2, 3],
        "count_wrapped": [1, 2, 1, 5],
        "fraction_difference": [0.0, 10.0, 20.0, 50.0],
        "true_orientation": [0, 1, 1, 0],
        "true_count": [1, 1, 2, 3],
    }
    return PairScores(**{name: np.array(values) for name, values in {**arrays, **changes}.items()})


def test_perfect_reconstructions_are_right() -> None:
    images, labels = labelled(20, seed=1)
    summary = summarise(score_pairs(images, images.float(), labels))
    right = {
        name: value for name, value in summary.items() if name.startswith(("orientation", "lines_right"))
    }
    assert len(right) == 4 + len(np.unique(labels["count"]))
    assert set(right.values()) == {100.0}
    assert summary["fraction_difference"] == 0
    assert summary["pairs"] == 20
    assert all(summary[f"lines_median_of_{number}"] == number for number in np.unique(labels["count"]))


def test_turned_reconstructions_have_the_wrong_orientation_alone() -> None:
    images, labels = labelled(20, seed=2)
    summary = summarise(score_pairs(images, images.mT.float(), labels))
    assert summary["orientation_right"] == 0
    assert summary["lines_right"] == 100
    assert summary["fraction_difference"] == 0


def test_pale_lines_count_at_half_alone() -> None:
    images, labels = labelled(5, seed=3)
    scores = score_pairs(images, images.float().clamp_min(0.3), labels)
    assert (scores.count == 0).all()
    assert np.array_equal(scores.count_half, labels["count"])
    assert (scores.fraction_difference == 100).all()  # no pixel is below 0.05


def test_a_line_across_the_border_is_one_when_wrapped() -> None:
    image = torch.ones(1, SIDE, SIDE)
    image[:, 20:24, 5:45] = 0
    across = image.roll(30, dims=2)
    labels = {"orientation": np.array([1]), "count": np.array([1])}
    scores = score_pairs(image, across, labels)
    assert (scores.count[0], scores.count_wrapped[0]) == (2, 1)
    assert scores.orientation[0] == 1


def test_diagonals_are_told_where_the_originals_have_some() -> None:
    spec = {
        "kind": "diagonals",
        "count": [1, 3],
        "length": [56, 111],
        "thickness": [5, 9],
        "gap": 10,
        "orientations": ["falling", "rising"],
    }
    drawn = generate(spec, count=12, side=112, seed=4)
    assert set(drawn.labels["orientation"]) == {2, 3}
    images = torch.from_numpy(drawn.images)
    scores = score_pairs(images, images.float(), drawn.labels)
    assert np.array_equal(scores.orientation, drawn.labels["orientation"])


def test_scores_are_integers_and_percents() -> None:
    images, labels = labelled(4, seed=5)
    scores = score_pairs(images, torch.rand(images.shape, generator=torch.Generator().manual_seed(0)), labels)
    for name in ("orientation", "count", "count_half", "count_wrapped", "true_orientation", "true_count"):
        assert getattr(scores, name).dtype == np.int64
        assert getattr(scores, name).shape == (4,)
    assert scores.fraction_difference.dtype == np.float64


def test_summary_by_hand() -> None:
    assert summarise(made()) == {
        "pairs": 4.0,
        "orientation_right": 50.0,
        "lines_right": 50.0,
        "lines_right_at_half": 100.0,
        "lines_right_wrapped": 25.0,
        "fraction_difference": 20.0,
        "pairs_of_1": 2.0,
        "lines_right_of_1": 50.0,
        "lines_median_of_1": 1.5,
        "pairs_of_2": 1.0,
        "lines_right_of_2": 100.0,
        "lines_median_of_2": 2.0,
        "pairs_of_3": 1.0,
        "lines_right_of_3": 0.0,
        "lines_median_of_3": 5.0,
    }


def test_a_difference_that_is_not_finite_is_not_hidden() -> None:
    assert summarise(made(fraction_difference=[0.0, 1.0, np.inf, 2.0]))["fraction_difference"] == np.inf
    assert np.isnan(summarise(made(fraction_difference=[0.0, 1.0, np.nan, 2.0]))["fraction_difference"])


@settings(deadline=None, max_examples=20)
@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_percent(right: list[bool]) -> None:
    assert percent(np.array(right)) == pytest.approx(100 * sum(right) / len(right))


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4)), min_size=1, max_size=20))
def test_right_by_number_adds_up_to_all(pairs: list[tuple[int, int]]) -> None:
    count, true = np.array(pairs).T
    zeros = np.zeros(len(true))
    summary = summarise(PairScores(zeros, count, count, count, zeros, zeros, true))
    numbers, times = np.unique(true, return_counts=True)
    parts = [
        summary[f"lines_right_of_{number}"] * share for number, share in zip(numbers, times, strict=True)
    ]
    assert sum(parts) / len(true) == pytest.approx(summary["lines_right"])
