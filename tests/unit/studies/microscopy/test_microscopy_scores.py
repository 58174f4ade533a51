"""Scores of latents against known factors."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.microscopy import scores

RANDOM = np.random.default_rng(0)
ANGLE = RANDOM.uniform(-2, 2, 400)


def test_angle_scores_hold_the_value_between_interval_and_null() -> None:
    classes = np.arange(len(ANGLE)) % 2
    estimate = ANGLE + 0.1 * RANDOM.normal(size=len(ANGLE))
    estimate[classes == 1] += np.pi * RANDOM.integers(2, size=(classes == 1).sum())
    found = scores.angle_scores(ANGLE, estimate, classes, {0: 1, 1: 2}, seed=1)
    for score in found.values():
        assert score.null < 0.2 < 0.9 < score.low <= score.value <= score.high
    assert found == scores.angle_scores(ANGLE, estimate, classes, {0: 1, 1: 2}, seed=1)


def test_offset_r2_takes_off_a_constant_only() -> None:
    offset = RANDOM.normal(size=(300, 2))
    assert scores.offset_r2(offset, offset + np.array([3, -1])) == pytest.approx(1)
    assert scores.offset_r2(offset, np.zeros_like(offset)) == pytest.approx(0)
    assert scores.offset_r2(offset, -offset) < -1


def test_centres_of_the_canonical_image_are_a_convention() -> None:
    offset = RANDOM.normal(size=(len(ANGLE), 2))
    classes = np.arange(len(ANGLE)) % 3
    centre = np.array([[0.3, 0.1], [-0.2, 0.0], [0.0, 0.5]])[classes]
    # counter-clockwise as displayed, y downwards: the right goes to the top
    cosine, sine = np.cos(ANGLE), np.sin(ANGLE)
    turned = np.stack(
        [cosine * centre[:, 0] + sine * centre[:, 1], -sine * centre[:, 0] + cosine * centre[:, 1]], 1
    )
    moved = scores.without_centres(offset, offset + turned, ANGLE, classes)
    np.testing.assert_allclose(moved, offset, atol=1e-9)


def test_best_spearman_is_of_any_monotone_latent() -> None:
    factor = RANDOM.uniform(size=200)
    latents = np.stack([RANDOM.normal(size=200), -np.exp(5 * factor)], 1)
    assert scores.best_spearman(factor, latents) == pytest.approx(1)
    assert scores.spearman(factor, np.ones(200)) == 0


def test_mutual_information_gap_is_one_for_one_latent_and_none_for_copies() -> None:
    factor = RANDOM.uniform(size=4000)
    noise = RANDOM.normal(size=4000)
    assert scores.mutual_information_gap(factor, np.stack([factor**3, noise], 1)) > 0.95
    assert scores.mutual_information_gap(factor, np.stack([factor, factor], 1)) == pytest.approx(0)
    assert scores.mutual_information_gap(factor, np.stack([noise, noise[::-1]], 1)) < 0.02


def test_partitions() -> None:
    from sklearn.metrics import adjusted_rand_score

    truth, found = RANDOM.integers(4, size=200), RANDOM.integers(5, size=200)
    assert scores.adjusted_rand_index(truth, found) == pytest.approx(adjusted_rand_score(truth, found))
    assert scores.adjusted_rand_index(truth, (truth + 1) % 4) == 1
    assert scores.hungarian_accuracy(truth, (truth + 1) % 4) == 1
    assert scores.hungarian_accuracy(np.array([0, 0, 1, 1]), np.array([7, 7, 7, 3])) == 0.75


def test_mixture_and_neighbours_find_separate_clouds() -> None:
    classes = np.arange(300) % 3
    latents = RANDOM.normal(size=(300, 2)) * 0.1 + np.array([[0, 0], [3, 0], [0, 3]])[classes]
    assert scores.adjusted_rand_index(classes, scores.mixture_classes(latents, 3, seed=0)) == 1
    train, test = slice(0, 200), slice(200, 300)
    assert scores.neighbour_accuracy(latents[train], classes[train], latents[test], classes[test]) == 1
    wrong = RANDOM.permutation(classes[train])
    assert scores.neighbour_accuracy(latents[train], wrong, latents[test], classes[test]) < 0.6


def test_semi_supervised_accuracy_counts_images_without_label() -> None:
    truth, labels = np.array([0, 1, 1, 0]), np.array([0, -1, -1, -1])
    probabilities = np.array([[0.1, 0.9], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4]])
    assert scores.semi_supervised_accuracy(truth, probabilities, labels) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="without a label"):
        scores.semi_supervised_accuracy(truth, probabilities, truth)


def test_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="same number of rows"):
        scores.spearman(np.zeros(3), np.zeros(4))
