"""Optical constants and Fresnel reflection."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.scattering import Experiment, fresnel_reflection, refractive_index


@pytest.mark.parametrize(
    ("material", "density", "delta", "beta"),
    [("Au", 19.32, 1.7404e-5, 2.145e-6), ("Si", 2.33, 2.9178e-6, 2.636e-8)],
)
def test_optical_constants_at_the_thesis_wavelength(
    material: str, density: float, delta: float, beta: float
) -> None:
    n = refractive_index(material, density, 0.096)
    assert 1.0 - n.real == pytest.approx(delta, rel=1e-4)
    assert n.imag == pytest.approx(beta, rel=1e-3)


def test_critical_angle_of_silicon() -> None:
    assert Experiment().critical_angle_deg == pytest.approx(0.138, abs=5e-4)


def test_contrast_is_the_classical_electron_radius_times_electron_density() -> None:
    # sqrt(contrast) = r_e n_e but for the L edges of gold, which take a tenth of its electrons away.
    atoms_per_nm3 = 19.32 / 196.967 * 602.214
    expected = 2.8179e-6 * 79 * atoms_per_nm3
    assert math.sqrt(Experiment().contrast) == pytest.approx(expected, rel=0.15)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.0, 10.0), st.floats(1e-8, 1e-3), st.floats(0.0, 1e-4))
def test_reflection_is_never_above_one(k_z: float, delta: float, beta: float) -> None:
    r = fresnel_reflection(k_z, 65.45, complex(1.0 - delta, beta))
    assert abs(complex(r)) <= 1.0 + 1e-12


def test_total_reflection_below_the_critical_angle_only() -> None:
    experiment = Experiment()
    k = experiment.wavenumber
    transparent = complex(experiment.substrate_index.real, 0.0)
    below, above = (np.sin(np.radians(a)) * k for a in (0.135, 0.145))
    assert abs(complex(fresnel_reflection(below, k, transparent))) == pytest.approx(1.0, abs=1e-12)
    assert abs(complex(fresnel_reflection(above, k, transparent))) < 0.6
    # An absorbing substrate keeps a little, and the transmitted wave decays into it.
    assert 0.9 < abs(complex(experiment.reflection(below))) < 1.0


def test_reflection_at_grazing_exit_is_minus_one() -> None:
    assert complex(Experiment().reflection(0.0)) == -1.0


def test_reflection_far_above_falls_with_the_fourth_power() -> None:
    experiment = Experiment()
    k_z = np.array([2.0, 4.0])
    expected = experiment.wavenumber**2 * abs(1.0 - experiment.substrate_index**2) / (4.0 * k_z**2)
    np.testing.assert_allclose(np.abs(experiment.reflection(k_z)), expected, rtol=0.01)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Xx", 1.0, 0.1), "chemical formula"),
        (("Au", -1.0, 0.1), "density_g_cm3"),
        (("Au", 19.3, float("nan")), "wavelength_nm"),
    ],
)
def test_refractive_index_refuses_what_is_wrong(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        refractive_index(*arguments)


@pytest.mark.parametrize("angle", [0.0, -0.4, 90.0, float("nan")])
def test_experiment_refuses_angles_that_do_not_graze(angle: float) -> None:
    with pytest.raises(ValueError, match="alpha_i_deg"):
        Experiment(alpha_i_deg=angle)
