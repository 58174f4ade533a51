"""Particles and their scenes: geometry, placement, pixels."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.microscopy.plasmonics.particles import KINDS, place_particles
from latentlab.studies.microscopy.plasmonics.scenes import (
    PIXEL_NM,
    corners,
    draw_scene,
    patches,
    points_of,
    root_counts,
    thickness_image,
)
from latentlab.studies.microscopy.plasmonics.spectra import energies

SPEC = {"side": 64, "particles": 12, "spacing_nm": 10, "image_dose": 200}


def test_particles_keep_their_distance_and_lie_inside() -> None:
    particles = place_particles(12, 256, 10, np.random.default_rng(0))
    assert len(particles) > 8
    edges = particles.edges()
    assert edges.min() >= -1e-9
    assert edges.max() <= 256 + 1e-9
    for number in range(len(particles)):
        others = np.delete(np.arange(len(particles)), number)
        distance = particles.select(others).edge_distance(edges[number])
        assert distance.min() > 10 - 1e-3


def test_edge_distance_is_negative_inside_and_right_outside() -> None:
    particles = place_particles(40, 600, 10, np.random.default_rng(1))
    discs = particles.select(particles.kind == KINDS.index("disc"))
    for number in range(len(discs)):
        disc = discs.select(np.array([number]))
        points = disc.centre + np.array([[0.0, 0.0], [0.0, disc.length[0] / 2 + 7]])
        inside, outside = disc.edge_distance(points)[0]
        assert inside == pytest.approx(-disc.length[0] / 2, rel=0.01)
        assert outside == pytest.approx(7, rel=0.01)


def test_thickness_in_pixels_keeps_the_volume() -> None:
    particles = place_particles(8, 256, 10, np.random.default_rng(2))
    image = thickness_image(particles, 64)
    kind, length = particles.kind, particles.length
    ellipsoid = np.pi / 6 * length * particles.width * particles.height
    factor = np.where(kind == KINDS.index("dimer"), 2.0, 1.0)
    volumes = np.where(kind == KINDS.index("cube"), length**3, factor * ellipsoid)
    assert image.sum() * PIXEL_NM**2 == pytest.approx(volumes.sum(), rel=0.03)


def test_a_patch_has_its_probe_position_in_the_middle() -> None:
    image = np.arange(64.0 * 64).reshape(64, 64)
    places = corners(64, 16)
    cut = patches(image, places, 16)
    assert cut.shape == (49 * 49, 16, 16)
    row, column = places[77]
    np.testing.assert_array_equal(cut[77], image[row - 8 : row + 8, column - 8 : column + 8])
    np.testing.assert_array_equal(points_of(places)[77], [column * PIXEL_NM, row * PIXEL_NM])


def test_a_scene_is_the_same_for_the_same_seed_and_within_its_range() -> None:
    first, second, other = (draw_scene(SPEC, np.random.default_rng(seed)).image for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()
    assert first.min() >= 0
    assert first.max() <= 1


def test_root_counts_have_the_same_noise_everywhere() -> None:
    axis, rng, dose = energies(42, (1.7, 3.8)), np.random.default_rng(0), 5e6
    counts = rng.poisson(np.array([[200.0], [20000.0]]), (2, 20000))
    deviations = root_counts(counts, axis, dose).std(axis=1)
    assert deviations[0] == pytest.approx(deviations[1], rel=0.05)


def test_a_scene_that_is_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit into 10 nm"):
        place_particles(3, 10, 1, np.random.default_rng(0))
