"""The one-dimensional paracrystal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.scattering import structure_factor

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


@pytest.mark.parametrize(("D", "omega"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (1.0, np.nan)])
def test_wrong_distances_are_refused(D: float, omega: float) -> None:
    with pytest.raises(ValueError, match="D_nm and omega_nm"):
        structure_factor(1.0, D, omega)
