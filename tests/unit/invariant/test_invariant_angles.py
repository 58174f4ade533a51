"""Agreement of angles."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.invariant.angles import angle_errors, circular_correlation

RANDOM = np.random.default_rng(0)
ANGLE = RANDOM.uniform(-2, 2, 400)


def test_circular_correlation_ignores_a_constant_and_knows_the_sense() -> None:
    assert circular_correlation(ANGLE, ANGLE + 2.7) == pytest.approx(1)
    assert circular_correlation(ANGLE, -ANGLE) == pytest.approx(-1)


def test_circular_correlation_modulo_symmetry() -> None:
    flipped = ANGLE + np.pi * RANDOM.integers(2, size=len(ANGLE))
    assert circular_correlation(ANGLE, flipped, fold=2) == pytest.approx(1)
    assert abs(circular_correlation(ANGLE, flipped)) < 0.3


def test_circular_correlation_of_small_angles_is_pearson() -> None:
    small = 0.01 * ANGLE
    noisy = small + 0.005 * RANDOM.normal(size=len(ANGLE))
    pearson = np.corrcoef(small, noisy)[0, 1]
    assert circular_correlation(small, noisy) == pytest.approx(pearson, abs=1e-3)
    assert circular_correlation(small, np.zeros_like(small)) == 0


def test_angle_errors_are_within_the_symmetry() -> None:
    errors = angle_errors(ANGLE, ANGLE + 0.4 + np.pi * RANDOM.integers(2, size=len(ANGLE)), fold=2)
    np.testing.assert_allclose(errors, 0, atol=1e-9)


def test_angles_of_different_images_are_refused() -> None:
    with pytest.raises(ValueError, match="400 true and 3 estimated"):
        circular_correlation(ANGLE, ANGLE[:3])
