"""Means of the structure factor over pixels: against brute force, at every pixel, however narrow a peak."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.scattering import AngularGrid, Experiment, StructureFactorCurve, structure_factor_mean
from latentlab.scattering.structure_factor_mean import phase_step

GRID, EXPERIMENT = AngularGrid.isgisaxs(), Experiment()
LOW, HIGH = GRID.q_range(EXPERIMENT)
distances = st.floats(1.0, 15.0)
widths = st.floats(0.01, 0.5)


def brute_force(low: np.ndarray, high: np.ndarray, D: float, relative: float) -> np.ndarray:
    """Mean over each range of the definition itself, panels half as wide as the narrowest peak."""
    panels = int(np.ceil(np.max((high - low) * D) / min((2 * np.pi * relative) ** 2 / 2, 0.1)))
    nodes, weights = np.polynomial.legendre.leggauss(12)
    inside = ((np.arange(panels)[:, None] + 0.5 * (nodes + 1.0)) / panels).ravel()
    q = low[:, None] + (high - low)[:, None] * inside
    phi = np.exp(-0.5 * (q * relative * D) ** 2 + 1j * q * D)
    return ((1.0 + phi) / (1.0 - phi)).real @ np.tile(0.5 * weights / panels, panels)


def beside_peaks(D: float, relative: float) -> np.ndarray:
    """Flat indices of pixels, one edge of which cuts a peak: where the mean changes fastest."""
    order = np.arange(1, max(2, int(HIGH.max() * D / (2 * np.pi)) + 1))
    targets = (2 * np.pi * order[:, None] + np.array([-1.0, 0.0, 1.0]) * (order[:, None] * relative) ** 2) / D
    rows = np.arange(0, 499, 31)
    return np.unique([row * 500 + np.abs(HIGH[row] - t).argmin() for row in rows for t in targets.ravel()])


@given(distances, widths, st.integers(0, 999))
@settings(max_examples=25, deadline=None)
def test_every_pixel_is_within_half_a_percent(D: float, relative: float, seed: int) -> None:
    some = np.random.default_rng(seed).integers(0, LOW.size, 40)
    pixels = np.concatenate([some, beside_peaks(D, relative)])
    low, high = LOW.ravel()[pixels], HIGH.ravel()[pixels]
    found = structure_factor_mean(low, high, D, relative * D)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, brute_force(low, high, D, relative), rtol=5e-3)


@pytest.mark.parametrize("omega_over_D", [0.005, 0.01, 0.1])
def test_no_peak_is_lost(omega_over_D: float) -> None:
    """Pixels side by side hold the whole integral, though a peak is some hundred times narrower than one."""
    D, edges = 10.0, np.linspace(0.4, 0.8, 41)
    found = structure_factor_mean(edges[:-1], edges[1:], D, omega_over_D * D)
    whole = structure_factor_mean(edges[:1], edges[-1:], D, omega_over_D * D)
    assert found.mean() == pytest.approx(float(whole[0]), rel=1e-6)
    if omega_over_D < 0.02:  # nearly all is the peak at 2 pi / D, whose area is 2 pi in q D
        assert whole[0] * 0.4 * D == pytest.approx(2 * np.pi, rel=0.03)


@given(distances, distances, widths)
@settings(max_examples=20, deadline=None)
def test_one_curve_holds_every_distance(first: float, second: float, relative: float) -> None:
    q = np.linspace(0.01, 2.0, 50)
    curve = StructureFactorCurve.of(relative, 2.1 * 15.0)
    one = curve.mean(q / first, (q + 0.02) / first, first)
    other = curve.mean(q / second, (q + 0.02) / second, second)
    np.testing.assert_allclose(one, other, rtol=1e-4)


def test_a_finer_curve_is_the_same() -> None:
    """One library has one step, that of its narrowest entry."""
    narrow, low, high = phase_step(0.01), LOW[::50, ::7], HIGH[::50, ::7]
    own = StructureFactorCurve.of(0.1, HIGH.max() * 15.0)
    finer = StructureFactorCurve.of(0.1, HIGH.max() * 15.0, narrow)
    np.testing.assert_allclose(own.mean(low, high, 15.0), finer.mean(low, high, 15.0), rtol=1e-3)


def test_what_is_wrong_is_refused() -> None:
    curve = StructureFactorCurve.of(0.1, 10.0)
    with pytest.raises(ValueError, match="q D reaches 20 rad, the curve only 10"):
        curve.mean(np.array([1.0]), np.array([2.0]), 10.0)
    with pytest.raises(ValueError, match=r"omega/D is 0\.004, expected 0\.005 or more"):
        structure_factor_mean(np.array([1.0]), np.array([2.0]), 10.0, 0.04)
    with pytest.raises(ValueError, match="D_nm must be a positive number"):
        structure_factor_mean(np.array([1.0]), np.array([2.0]), 0.0, 0.1)
    with pytest.raises(ValueError, match="largest q D must be positive"):
        StructureFactorCurve.of(0.1, np.nan)
