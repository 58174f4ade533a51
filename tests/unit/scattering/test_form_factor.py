"""The hemisphere, its four DWBA terms and the size average."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.scattering import (
    AngularGrid,
    Experiment,
    dwba_amplitude,
    hemisphere_amplitude,
    size_averages,
    size_distribution,
)

EXPERIMENT = Experiment()
GRID = AngularGrid.from_degrees([0.0, 0.1, 0.138, 0.4, 1.3, 3.9], [-2.0, -0.3, 0.0, 0.3, 2.0, 4.0])
radii = st.floats(0.1, 20.0)
transfers = st.floats(-5.0, 5.0)


@given(radii)
@settings(max_examples=20, deadline=None)
def test_amplitude_tends_to_the_volume(radius: float) -> None:
    volume = 2.0 / 3.0 * np.pi * radius**3
    assert complex(hemisphere_amplitude(0.0, 0.0, radius)) == pytest.approx(volume, rel=1e-12)
    assert abs(complex(hemisphere_amplitude(1e-5, -1e-5, radius))) == pytest.approx(volume, rel=1e-6)


@given(radii, transfers, transfers)
@settings(max_examples=40, deadline=None)
def test_real_part_is_half_a_sphere(radius: float, q: float, v: float) -> None:
    # f(q, v) + f(q, -v) is the whole sphere, whose form factor has a closed form.
    x = radius * np.hypot(q, v)
    sphere = 4.0 * np.pi * radius**3 * ((np.sin(x) - x * np.cos(x)) / x**3 if x > 1e-3 else 1.0 / 3.0)
    volume = 4.0 / 3.0 * np.pi * radius**3
    found = 2.0 * complex(hemisphere_amplitude(q, v, radius)).real
    assert found == pytest.approx(sphere, abs=1e-6 * volume if x <= 1e-2 else 1e-11 * volume)


@given(radii, st.floats(0.05, 5.0))
@settings(max_examples=30, deadline=None)
def test_along_the_normal_it_is_the_integral_of_discs(radius: float, v: float) -> None:
    z, weights = np.polynomial.legendre.leggauss(200)
    z = 0.5 * radius * (z + 1.0)
    expected = np.sum(0.5 * radius * weights * np.pi * (radius**2 - z**2) * np.exp(1j * v * z))
    assert complex(hemisphere_amplitude(0.0, v, radius)) == pytest.approx(expected, abs=1e-11 * radius**3)


@given(radii, transfers, transfers)
@settings(max_examples=30, deadline=None)
def test_scaling_and_symmetry(radius: float, q: float, v: float) -> None:
    f = complex(hemisphere_amplitude(q, v, radius))
    tolerance = 1e-12 * radius**3
    unit = complex(hemisphere_amplitude(q * radius, v * radius, 1.0))
    assert f == pytest.approx(radius**3 * unit, abs=10 * tolerance)
    assert complex(hemisphere_amplitude(q, -v, radius)) == pytest.approx(f.conjugate(), abs=tolerance)
    assert complex(hemisphere_amplitude(-q, v, radius)) == pytest.approx(f, abs=tolerance)


@pytest.mark.parametrize("radius", [0.5, 7.5, 25.0])
def test_quadrature_has_converged(radius: float) -> None:
    q, v = np.meshgrid(np.linspace(0.0, 4.6, 12), np.linspace(-5.0, 5.0, 11))
    chosen = hemisphere_amplitude(q, v, radius)
    np.testing.assert_allclose(
        chosen, hemisphere_amplitude(q, v, radius, n_nodes=300), atol=1e-11 * radius**3
    )


def test_dwba_is_the_sum_of_four_terms() -> None:
    k = EXPERIMENT.wavenumber
    k_i, k_f = k * np.sin(EXPERIMENT.alpha_i_rad), k * np.sin(GRID.alpha_f_rad)[:, None]
    r_i, r_f = EXPERIMENT.reflection(k_i), EXPERIMENT.reflection(k_f)
    q = GRID.q_parallel(EXPERIMENT)
    expected = (
        hemisphere_amplitude(q, -k_f - k_i, 3.0)
        + r_i * hemisphere_amplitude(q, k_i - k_f, 3.0)
        + r_f * hemisphere_amplitude(q, k_f - k_i, 3.0)
        + r_i * r_f * hemisphere_amplitude(q, k_f + k_i, 3.0)
    )
    np.testing.assert_allclose(dwba_amplitude(3.0, GRID, EXPERIMENT), expected, atol=1e-11)


def test_nothing_is_scattered_along_the_surface() -> None:
    amplitude = dwba_amplitude(4.0, GRID, EXPERIMENT)
    assert np.all(amplitude[0] == 0.0)
    assert np.all(np.abs(amplitude[1:]) > 0.0)


def test_pattern_is_the_same_left_and_right() -> None:
    amplitude = dwba_amplitude(4.0, GRID, EXPERIMENT)
    np.testing.assert_allclose(amplitude[:, [0, 1]], amplitude[:, [4, 3]], rtol=1e-12, atol=1e-12)


def test_intensity_peaks_at_the_yoneda_line() -> None:
    grid = AngularGrid.from_degrees(np.linspace(0.02, 0.38, 181), [0.5])
    brightest = np.argmax(np.abs(dwba_amplitude(2.0, grid, EXPERIMENT)))
    assert np.degrees(grid.alpha_f_rad[brightest]) == pytest.approx(EXPERIMENT.critical_angle_deg, abs=0.01)


@given(st.floats(0.5, 7.5), st.floats(0.001, 0.5), st.integers(2, 150), st.floats(1.0, 5.0))
@settings(max_examples=40, deadline=None)
def test_size_distribution(R: float, relative: float, n: int, half_widths: float) -> None:
    radii_nm, weights = size_distribution(R, relative, n, half_widths)
    half_width = np.sqrt(2.0 * np.log(2.0)) * relative * R
    assert len(radii_nm) == len(weights) == n
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert radii_nm[0] == pytest.approx(max(0.0, R - half_widths * half_width), abs=1e-12)
    assert radii_nm[-1] == pytest.approx(R + half_widths * half_width, rel=1e-12)
    # At one half width from R the density is half of its maximum.
    density = np.exp(-0.5 * (half_width / (relative * R)) ** 2)
    assert density == pytest.approx(0.5)
    np.testing.assert_allclose(
        weights / weights.max(),
        (w := 0.5 ** (((radii_nm - R) / half_width) ** 2)) / w.max(),
        atol=1e-10,
    )


def test_moments_of_a_narrow_size_distribution() -> None:
    radii_nm, weights = size_distribution(4.0, 0.1)
    assert weights @ radii_nm == pytest.approx(4.0, abs=1e-12)
    assert np.sqrt(weights @ (radii_nm - 4.0) ** 2) == pytest.approx(0.4, rel=1e-4)


def test_monodisperse_is_one_radius() -> None:
    radii_nm, weights = size_distribution(4.0, 0.0)
    assert radii_nm.tolist() == [4.0]
    assert weights.tolist() == [1.0]


def test_a_vanishing_width_is_no_division_by_zero() -> None:
    for relative in (1e-17, 1e-300, 5e-324):
        radii_nm, weights = size_distribution(4.0, relative)
        np.testing.assert_allclose(radii_nm, 4.0)
        assert weights.sum() == pytest.approx(1.0)


def test_averages_are_weighted_sums() -> None:
    one, two = dwba_amplitude(1.0, GRID, EXPERIMENT), dwba_amplitude(2.0, GRID, EXPERIMENT)
    averages = size_averages([1.0, 2.0, 0.0], [0.25, 0.5, 0.25], GRID, EXPERIMENT)
    np.testing.assert_allclose(
        averages.mean_square, 0.25 * np.abs(one) ** 2 + 0.5 * np.abs(two) ** 2, rtol=1e-12
    )
    np.testing.assert_allclose(averages.mean_amplitude, 0.25 * one + 0.5 * two, rtol=1e-12)


@pytest.mark.parametrize(
    ("radii_nm", "weights", "message"),
    [([1.0, 2.0], [1.0], "equal length"), ([1.0], [-1.0], "weights"), ([-1.0], [1.0], "radius")],
)
def test_averages_refuse_what_is_wrong(radii_nm: list, weights: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        size_averages(radii_nm, weights, GRID, EXPERIMENT)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 0.1), "R_nm"),
        ((np.nan, 0.1), "R_nm"),
        ((1.0, -0.1), "sigma_over_R"),
        ((1.0, 0.1, 1), "n must"),
        ((1.0, 0.1, 10, 0.0), "half_widths"),
    ],
)
def test_size_distribution_refuses_what_is_wrong(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        size_distribution(*arguments)
