"""Scores of linear models, on latents of which it is known what they hold."""

from __future__ import annotations

import math

import numpy as np
import pytest

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.properties import classification_score, regression_score


def latents(number: int, seed: int) -> np.ndarray:
    return np.random.default_rng([seed]).normal(size=(number, 4)) * [1.0, 100.0, 0.01, 0.0] + 5


def test_a_linear_property_is_read_whatever_its_scale() -> None:
    fit, test = latents(200, 1), latents(100, 2)
    for column in (0, 1, 2):
        score = regression_score(fit, 3 * fit[:, column] - 7, test, 3 * test[:, column] - 7)
        assert score > 0.9999


def test_noise_is_not_read() -> None:
    fit, test = latents(200, 1), latents(100, 2)
    rng = np.random.default_rng([3])
    assert regression_score(fit, rng.normal(size=200), test, rng.normal(size=100)) < 0.1
    assert math.isnan(regression_score(fit, fit[:, 0], test, np.ones(100)))


def test_half_the_variance_is_half_the_score() -> None:
    fit, test = latents(4000, 1), latents(4000, 2)
    rng = np.random.default_rng([4])
    noisy = [split[:, 0] + rng.normal(size=4000) for split in (fit, test)]
    assert regression_score(fit, noisy[0], test, noisy[1]) == pytest.approx(0.5, abs=0.05)


def test_classes() -> None:
    fit, test = latents(300, 1), latents(200, 2)
    sides = [np.digitize(split[:, 1], [-50, 60]) for split in (fit, test)]
    score = classification_score(fit, sides[0], test, sides[1])
    assert score.accuracy > 0.9
    assert score.commonest == np.mean(sides[1] == 1)
    shuffled = np.random.default_rng([5]).permutation(sides[0])
    assert classification_score(fit, shuffled, test, sides[1]).accuracy < score.commonest + 0.1


def test_bad_input_is_refused() -> None:
    fit = latents(10, 1)
    with pytest.raises(ValueError, match="of two splits"):
        regression_score(fit, fit[:9, 0], fit, fit[:, 0])
    with pytest.raises(ValueError, match="of two splits"):
        classification_score(fit, fit[:, 0], fit[:, :2], fit[:, 0])
    with pytest.raises(ArtifactError, match="not finite"):
        regression_score(fit, fit[:, 0], fit * np.nan, fit[:, 0])
    with pytest.raises(ArtifactError, match="at least two classes, found only 1"):
        classification_score(fit, np.ones(10, dtype=int), fit, np.ones(10, dtype=int))
    with pytest.raises(ArtifactError, match="is empty"):
        regression_score(fit, fit[:, 0], fit[:0], fit[:0, 0])
