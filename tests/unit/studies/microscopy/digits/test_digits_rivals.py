"""What is known of digits without a network: components, filters, clusters, colours, few labels, slant."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.microscopy.digits.clusters import found_classes
from latentlab.studies.microscopy.digits.colours import mean_colour, nearest_class, neighbour_colour
from latentlab.studies.microscopy.digits.components import (
    as_rows,
    class_means,
    components,
    mean_squared_error,
)
from latentlab.studies.microscopy.digits.drawing import enlarged, noisy
from latentlab.studies.microscopy.digits.few_labels import rival_accuracies, summary_of
from latentlab.studies.microscopy.digits.restoration import psnr, restored_by_rivals
from latentlab.studies.microscopy.digits.sources import shipped_digits
from latentlab.studies.microscopy.digits.style import slant, within_classes
from latentlab.studies.microscopy.scores import adjusted_rand_index


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Three hundred digits of 16 x 16 px, and their classes."""
    images, classes = shipped_digits()
    return enlarged(images[:300], 16, 12), classes[:300]


def test_components_restore_what_lies_in_them() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(50, 3)) @ rng.normal(size=(3, 20)) + rng.normal(size=20)
    basis = components(rows, 3)
    np.testing.assert_allclose(basis.restored(rows), rows, atol=1e-8)
    np.testing.assert_allclose(basis.axes.T @ basis.axes, np.eye(3), atol=1e-10)
    spread = basis.coordinates(rows).var(axis=0)
    assert list(spread) == sorted(spread, reverse=True)
    # the best of all two-dimensional subspaces: what is left is the variance of the third component
    error = mean_squared_error(rows, components(rows, 2).restored(rows)) * 20
    assert error == pytest.approx(spread[2])


def test_class_means_follow_the_class() -> None:
    rows = np.array([[0.0], [2.0], [10.0]])
    means = class_means(rows, np.array([3, 3, 7]), np.array([7, 3]))
    np.testing.assert_array_equal(means, [[10.0], [1.0]])


def test_psnr_of_a_known_error() -> None:
    truth = np.zeros((2, 4, 4))
    found = np.stack([np.full((4, 4), 0.1), np.full((4, 4), -3.0)])
    np.testing.assert_allclose(psnr(truth, found), [20.0, 120.0])


def test_every_rival_removes_noise(digits: tuple[np.ndarray, np.ndarray]) -> None:
    rng = np.random.default_rng(1)
    clean = digits[0]
    given = noisy(clean, {"kind": "gaussian", "sd": 0.3}, rng)
    found = restored_by_rivals(given[:240], clean[:240], given[240:])
    before = psnr(clean[240:], given[240:]).mean()
    for name, (_, images) in found.items():
        assert images.shape == given[240:].shape
        assert psnr(clean[240:], images).mean() > before + 3, name


def test_clusters_are_digits_better_than_chance(digits: tuple[np.ndarray, np.ndarray]) -> None:
    images, classes = digits
    for name, found in found_classes(images[:200], images[200:], 10, seed=0).items():
        assert adjusted_rand_index(classes[200:], found) > 0.35, name


def test_the_nearest_image_knows_the_colour_and_the_mean_does_not(
    digits: tuple[np.ndarray, np.ndarray],
) -> None:
    images, classes = digits
    guessed = neighbour_colour(images[200:], images[:200], classes[:200])
    assert (nearest_class(guessed) == classes[200:]).mean() > 0.8
    assert len(np.unique(nearest_class(mean_colour(images[200:], classes[:200])))) == 1


def test_more_labels_help_the_rivals(digits: tuple[np.ndarray, np.ndarray]) -> None:
    rows, classes = as_rows(digits[0]), digits[1]

    def accuracies(count: int) -> dict[str, float]:
        labels = np.full(200, -1)
        for digit in range(10):
            labels[np.flatnonzero(classes[:200] == digit)[: count // 10]] = digit
        return rival_accuracies(rows[:200], labels, rows[200:], classes[200:])

    few, many = accuracies(10), accuracies(100)
    assert set(few) == {"neighbour", "logistic"}
    for name in few:
        assert 20 < few[name] < many[name] <= 100


def test_the_summary_of_few_labels_is_mean_and_range() -> None:
    accuracy = np.arange(12.0).reshape(3, 2, 2)
    found = summary_of(accuracy, [10, 50])
    assert found["accuracy_ssvae_50"] == 2.5
    assert (found["accuracy_logistic_10_low"], found["accuracy_logistic_10_high"]) == (8.0, 9.0)
    assert len(found) == 18


def test_slant_of_a_leaning_stroke() -> None:
    image = np.zeros((2, 21, 21))
    rows = np.arange(5, 16)
    image[0, rows, 10] = 1
    image[1, rows, 10 - (rows - 10) // 2] = 1  # upper end to the right
    upright, leaning = slant(image)
    assert upright == pytest.approx(0.0)
    assert leaning == pytest.approx(0.5, abs=0.05)


def test_within_classes_takes_the_mean_off() -> None:
    values = within_classes(np.array([1.0, 3.0, 10.0]), np.array([0, 0, 4]))
    np.testing.assert_array_equal(values, [-1.0, 1.0, 0.0])
