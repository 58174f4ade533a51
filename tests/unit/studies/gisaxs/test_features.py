"""Features of patterns, on curves whose features are known."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.gisaxs.features import form_factor_contrast, peak_width, side_maximum_q, yoneda_row


def test_yoneda_row_is_that_of_the_maximum() -> None:
    intensity = np.ones((5, 7))
    intensity[3, 2] = 4.0
    intensity[1, 6] = 3.9
    assert yoneda_row(intensity) == 3
    assert isinstance(yoneda_row(intensity), int)


def test_side_maximum_lies_beyond_the_specular() -> None:
    q_y = np.linspace(0, 1, 11)
    intensity = np.zeros((3, 11))
    intensity[1] = [100, 90, 50, 1, 2, 3, 20, 4, 3, 2, 1]  # the specular, then the side maximum at 0.6
    intensity[2, 8] = 30.0  # brighter, but in another row
    assert side_maximum_q(intensity, q_y) == pytest.approx(0.6)
    assert side_maximum_q(intensity, q_y, lowest=0.65) == pytest.approx(0.7)


def test_lowest_itself_is_not_beyond() -> None:
    q_y = np.array([0.0, 0.25, 0.5, 0.75])
    assert side_maximum_q(np.array([[9.0, 8.0, 1.0, 2.0]]), q_y, lowest=0.25) == 0.75


def test_peak_width_of_a_triangle() -> None:
    """S from 1 up to 5 and back over 4 each way: half the height above 1 is 3, 2 away on each side."""
    q = np.linspace(0, 10, 1001)
    structure = 1 + np.maximum(0, 4 - np.abs(q - 5))
    assert peak_width(q, structure) == pytest.approx(4.0, abs=0.03)


@pytest.mark.parametrize("sigma", [0.2, 0.5])
def test_peak_width_of_a_gaussian(sigma: float) -> None:
    q = np.linspace(0, 10, 4001)
    structure = 1 + 3 * np.exp(-0.5 * ((q - 4) / sigma) ** 2)
    assert peak_width(q, structure) == pytest.approx(2 * np.sqrt(2 * np.log(2)) * sigma, abs=0.01)


def test_peak_width_is_that_of_the_highest_peak() -> None:
    q = np.linspace(0, 10, 4001)
    narrow = 3 * np.exp(-0.5 * ((q - 3) / 0.1) ** 2)
    wide = np.exp(-0.5 * ((q - 7) / 0.5) ** 2)
    assert peak_width(q, 1 + narrow + wide) == pytest.approx(0.2355, abs=0.01)


def test_peak_that_does_not_fall_on_both_sides() -> None:
    q = np.linspace(0, 1, 50)
    for structure in (1 + q, 2 - q):
        with pytest.raises(ValueError, match="on both sides"):
            peak_width(q, structure)


def test_contrast_is_the_largest_rise_in_decades() -> None:
    assert form_factor_contrast(np.array([100.0, 1.0, 10.0, 0.1, 10.0, 5.0])) == pytest.approx(2.0)
    assert form_factor_contrast(np.array([100.0, 10.0, 10.0, 1e-3])) == 0.0
    assert form_factor_contrast(np.array([1.0, 10.0, 1.0, 1000.0])) == pytest.approx(3.0)
