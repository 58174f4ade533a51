"""Gaps filled from the pixels around them: exact where the logarithm is linear."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.log_scale import FLOOR
from latentlab.studies.gisaxs.gap_interpolation import GapInterpolation

SIDE = 24


@pytest.fixture
def crossed() -> np.ndarray:
    """A horizontal and a vertical gap that cross, from border to border, as between detector modules."""
    gaps = np.zeros((SIDE, SIDE), dtype=bool)
    gaps[9:12] = True
    gaps[:, 15:17] = True
    return gaps


def log_linear(*slopes: tuple[float, float]) -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    return np.stack([10.0 ** (1 + a * rows + b * columns) for a, b in slopes]).astype(np.float32)


def test_a_pattern_that_is_linear_in_the_logarithm_comes_back(crossed: np.ndarray) -> None:
    images = log_linear((0.05, -0.02), (-0.1, 0.03))
    damaged = np.where(crossed, np.float32(0), images)
    filled = GapInterpolation(crossed).fill(damaged)
    np.testing.assert_allclose(filled, images, rtol=1e-5)
    assert np.array_equal(filled[:, ~crossed], images[:, ~crossed])
    assert not damaged[:, crossed].any()  # the input is left as it is


def test_what_is_inside_the_gaps_is_not_looked_at(crossed: np.ndarray) -> None:
    images = log_linear((0.05, 0.0))
    other = np.where(crossed, np.float32(1e9), images)
    fill = GapInterpolation(crossed).fill
    assert np.array_equal(fill(other), fill(images))


def test_a_gap_at_a_corner_gets_the_nearest_value() -> None:
    gaps = np.zeros((SIDE, SIDE), dtype=bool)
    gaps[:3, :3] = True
    images = np.full((1, SIDE, SIDE), 2.0, dtype=np.float32)
    images[:, 3, 0] = 5.0
    filled = GapInterpolation(gaps).fill(images)
    assert filled[0, 0, 0] in np.float32([2, 5])
    assert np.isfinite(filled).all()
    assert filled[0, 2, 0] == pytest.approx(5.0, rel=1e-5)


def test_pixels_without_intensity_are_at_the_floor(crossed: np.ndarray) -> None:
    images = np.zeros((1, SIDE, SIDE), dtype=np.float32)
    images[0, 0, 0] = 10.0
    filled = GapInterpolation(crossed).fill(images)
    np.testing.assert_allclose(filled[0][crossed], 10.0 * FLOOR, rtol=1e-5)


@pytest.mark.parametrize("value", [False, True])
def test_no_gap_or_nothing_else(value: bool) -> None:
    with pytest.raises(ValueError, match="pixels inside the gaps and outside"):
        GapInterpolation(np.full((4, 4), value))
