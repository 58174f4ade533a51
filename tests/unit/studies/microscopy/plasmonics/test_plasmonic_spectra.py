"""The physics of the nanoparticles: known limits, symmetries and units."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.microscopy.plasmonics.particles import KINDS, Particles
from latentlab.studies.microscopy.plasmonics.spectra import (
    EPS_BACKGROUND,
    PLASMA_EV,
    WIDTH_EV,
    depolarisation,
    energies,
    lines,
    loss,
    mode_energy,
    modes_of,
    potentials,
)


def one(
    kind: str, length: float, width: float, height: float, angle: float = 0.0, gap: float = 0.0
) -> Particles:
    def values(value: float) -> np.ndarray:
        return np.array([value], dtype=float)

    return Particles(
        np.array([KINDS.index(kind)]),
        np.zeros((1, 2)),
        values(angle),
        values(length),
        values(width),
        values(height),
        values(gap),
    )


def test_depolarisation_factors_of_spheres_and_spheroids() -> None:
    np.testing.assert_allclose(depolarisation(np.array([[5.0, 5.0, 5.0]])), 1 / 3, rtol=1e-12)
    factors = depolarisation(np.random.default_rng(0).uniform(1, 30, (50, 3)))
    np.testing.assert_allclose(factors.sum(axis=1), 1, rtol=1e-10)
    eccentricity = np.sqrt(1 - 1 / 9)  # prolate, aspect 3, closed form of Bohren and Huffman, eq. 5.33
    expected = (1 - eccentricity**2) / eccentricity**2 * (np.arctanh(eccentricity) / eccentricity - 1)
    assert depolarisation(np.array([[3.0, 1.0, 1.0]]))[0, 0] == pytest.approx(expected, rel=1e-10)


def test_a_small_sphere_has_the_froehlich_energy() -> None:
    third = np.array([1 / 3])
    energy = mode_energy(third, np.array([1e-6]), np.array([1.0]))[0]
    assert energy == pytest.approx(PLASMA_EV / np.sqrt(EPS_BACKGROUND + 2), rel=1e-6)
    assert mode_energy(third, np.array([20.0**3 / 3]), np.array([20.0]))[0] < energy  # larger: redder


def test_longer_rods_are_redder_along_and_not_across() -> None:
    short, long = (np.sort(modes_of(one("rod", length, 12, 12)).energy_ev) for length in (30, 50))
    assert long[0] < short[0] - 0.3
    assert abs(long[1] - short[1]) < 0.2


def test_a_dimers_bonding_mode_is_redder_the_closer_the_discs() -> None:
    single = modes_of(one("disc", 20, 20, 12)).energy_ev[0]
    lowest = [modes_of(one("dimer", 20, 20, 12, gap=gap)).energy_ev.min() for gap in (2.0, 6.0, 40.0)]
    assert lowest[0] < lowest[1] < lowest[2] < single
    assert lowest[2] == pytest.approx(single, abs=0.02)


def test_a_line_is_the_response_of_a_drude_ellipsoid() -> None:
    axis = energies(200, (1.0, 4.0))
    rod = one("rod", 40, 12, 12)
    modes = modes_of(rod)
    factor = (modes.energy_ev / PLASMA_EV) ** 2
    factor = factor / (1 - factor * (EPS_BACKGROUND - 1))
    epsilon = EPS_BACKGROUND - PLASMA_EV**2 / (axis * (axis + 1j * WIDTH_EV))
    volume = 20 * 6 * 6 / 3
    expected = volume * ((epsilon - 1) / (1 + factor[:, None] * (epsilon - 1))).imag
    np.testing.assert_allclose(lines(modes, axis), expected, rtol=1e-9)


@pytest.mark.parametrize(("kind", "gap"), [("disc", 0.0), ("rod", 0.0), ("cube", 0.0), ("dimer", 4.0)])
def test_charges_have_the_dipole_moment_one(kind: str, gap: float) -> None:
    width = 12.0 if kind == "rod" else 24.0
    particles = one(kind, 24.0, width, 12.0, angle=0.4, gap=gap)
    modes = modes_of(particles)
    np.testing.assert_allclose(modes.charges.sum(axis=1), 0, atol=1e-12)
    moments = np.linalg.norm(np.einsum("mc,mcj->mj", modes.charges, modes.places), axis=1)
    if kind == "dimer":  # in phase sqrt 2, in antiphase 0: amplitudes have norm 1
        np.testing.assert_allclose(np.sort(moments), [0, 0, np.sqrt(2), np.sqrt(2)], atol=1e-9)
    else:
        np.testing.assert_allclose(moments, 1, rtol=1e-9)


def test_maps_turn_with_the_particle_and_a_disc_is_round() -> None:
    axis = energies(20, (1.7, 3.8))
    points = np.random.default_rng(1).uniform(-40, 40, (30, 2))
    turn = 0.7  # counter-clockwise as displayed, y downwards
    back = points @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]).T
    rod = [one("rod", 40, 12, 12, angle=angle) for angle in (turn, 0.0)]
    np.testing.assert_allclose(loss(rod[0], points, axis), loss(rod[1], back, axis), rtol=1e-6)
    ring = 22 * np.stack([np.cos(np.arange(7)), np.sin(np.arange(7))], axis=1)
    disc = loss(one("disc", 30, 30, 12), ring, axis)
    np.testing.assert_allclose(disc, np.repeat(disc[:1], 7, axis=0), rtol=0.02)


def test_a_rods_long_mode_sits_at_its_tips_and_falls_off_outside() -> None:
    modes = modes_of(one("rod", 44, 12, 12))
    along = int(np.argmin(modes.energy_ev))
    points = np.array([[0.0, 0.0], [22.0, 0.0], [40.0, 0.0], [80.0, 0.0], [120.0, 0.0]])
    map_ = potentials(modes, points)[along] ** 2
    assert map_[0] < 1e-12 * map_[1]
    assert map_[1] > map_[2] > 3 * map_[3] > 9 * map_[4]
