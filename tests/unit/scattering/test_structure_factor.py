"""The one-dimensional paracrystal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.scattering import structure_factor, structure_factor_pixel_average

distances = st.floats(1.0, 15.0)
widths = st.floats(0.01, 0.5)


@given(st.floats(0.01, 5.0), distances, widths)
@settings(max_examples=50, deadline=None)
def test_agrees_with_the_definition(q: float, D: float, relative: float) -> None:
    phi = np.exp(-0.5 * (q * relative * D) ** 2 + 1j * q * D)
    expected = ((1.0 + phi) / (1.0 - phi)).real
    assert float(structure_factor(q, D, relative * D)) == pytest.approx(expected, rel=1e-6, abs=1e-10)


@given(distances, widths)
@settings(max_examples=30, deadline=None)
def test_limits(D: float, relative: float) -> None:
    omega = relative * D
    near_zero = structure_factor(np.array([0.0, 1e-200, 1e-12, 1e-8, 1e-5]), D, omega)
    np.testing.assert_allclose(near_zero, relative**2, rtol=1e-7)
    assert float(structure_factor(8.0 / omega, D, omega)) == pytest.approx(1.0, abs=1e-12)


@given(st.lists(st.floats(-10.0, 10.0), min_size=1, max_size=20), distances, widths)
@settings(max_examples=30, deadline=None)
def test_positive_and_even(q: list[float], D: float, relative: float) -> None:
    s = structure_factor(np.array(q), D, relative * D)
    assert np.all(s > 0.0)
    assert np.all(np.isfinite(s))
    np.testing.assert_array_equal(s, structure_factor(-np.array(q), D, relative * D))


def test_peaks_stand_at_multiples_of_two_pi_over_d() -> None:
    q = np.linspace(0.1, 2.0, 20001)
    s = structure_factor(q, 10.0, 0.5)
    peaks = q[1:-1][(s[1:-1] > s[:-2]) & (s[1:-1] > s[2:])]
    np.testing.assert_allclose(peaks[:3], 2.0 * np.pi / 10.0 * np.arange(1, 4), rtol=0.02)
    assert peaks[0] == pytest.approx(2.0 * np.pi / 10.0, rel=2e-3)


@given(distances, widths, st.floats(0.002, 0.03))
@settings(max_examples=15, deadline=None)
def test_pixel_average_agrees_with_numerical_integration(D: float, relative: float, width: float) -> None:
    q = np.linspace(0.0, 4.6, 60)
    nodes, weights = np.polynomial.legendre.leggauss(12)
    edges = np.linspace(-0.5, 0.5, 401)
    offsets = (edges[:-1, None] + 0.5 * np.diff(edges)[:, None] * (nodes + 1.0)).ravel()
    offset_weights = np.tile(0.5 * weights / 400, 400)
    expected = structure_factor(q[:, None] + width * offsets, D, relative * D) @ offset_weights
    found = structure_factor_pixel_average(q, width, D, relative * D)
    np.testing.assert_allclose(found, expected, rtol=5e-4)


def test_pixel_average_loses_no_narrow_peak() -> None:
    # The peak at 2 pi / D is 1e-4 of a pixel wide; its area, 2 pi in q D, must be in the pixels all the same.
    D, omega, width = 10.0, 0.001, 0.01
    q = 0.4 + width * np.arange(40)
    found = structure_factor_pixel_average(q, width, D, omega)
    assert found.sum() * width * D == pytest.approx(2.0 * np.pi, rel=1e-3)
    assert found.max() * width * D > 0.99 * 2.0 * np.pi


def test_pixel_average_over_a_wide_window() -> None:
    q = np.linspace(0.0, 4.0, 9)
    fine = q[:, None] + np.linspace(-0.5, 0.5, 40001)
    expected = structure_factor(fine, 15.0, 1.5).mean(axis=1)
    np.testing.assert_allclose(structure_factor_pixel_average(q, 1.0, 15.0, 1.5), expected, rtol=1e-3)


@pytest.mark.parametrize(("D", "omega"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (1.0, np.nan)])
def test_wrong_distances_are_refused(D: float, omega: float) -> None:
    with pytest.raises(ValueError, match="D_nm and omega_nm"):
        structure_factor(1.0, D, omega)
    with pytest.raises(ValueError, match="D_nm and omega_nm"):
        structure_factor_pixel_average(1.0, 0.01, D, omega)


def test_wrong_window_is_refused() -> None:
    with pytest.raises(ValueError, match="width"):
        structure_factor_pixel_average(1.0, 0.0, 10.0, 1.0)
