"""Scenes of atoms: the truth that is kept is what the image shows."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.microscopy.atoms.columns import Columns, brightness, lattice_points, turned
from latentlab.studies.microscopy.atoms.graphene import DEFECT, DOPANT, LATTICE, graphene
from latentlab.studies.microscopy.atoms.image_formation import Microscope, grey, scanned
from latentlab.studies.microscopy.atoms.interface import NIO, interface
from latentlab.studies.microscopy.atoms.perovskite import SITE_A, SITE_B, perovskite

SIDE = 160
STILL = Microscope(dose=0, background=0, drift=0, jitter=0, flyback=0)
PEROVSKITE = {
    "a": 13.0, "numbers": [38, 22], "polarisation": 1.2, "directions": 4, "domains": 5, "wall": 2.0,
    "tilt_deg": 4.0, "twin": 60, "strain": 0.0, "rotation_deg": 0.0,
}  # fmt: skip
GRAPHENE = {
    "bond": 7.0, "dopants": 0.05, "holes": 2, "radius": 4, "edge_silicon": 0.5, "disorder": 0.5, "decay": 3,
}  # fmt: skip
INTERFACE = {
    "a": 13.0, "spacing": 7.0, "numbers": [52, 25, 28, 8], "grains": 4, "largest_deg": 40, "strain": 0.0,
}  # fmt: skip


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def columns_at(*places: tuple[float, float], weight: float = 1.0) -> Columns:
    x, y = np.array(places, float).T
    return Columns(x, y, np.full(len(x), weight))


def centroid(image: np.ndarray) -> tuple[float, float]:
    rows, columns = np.indices(image.shape)
    return float((columns * image).sum() / image.sum()), float((rows * image).sum() / image.sum())


def test_a_column_lies_where_its_truth_says(rng: np.random.Generator) -> None:
    image, seen = scanned(columns_at((30.3, 41.8)), 64, STILL, rng)
    assert centroid(image) == pytest.approx((30.3, 41.8), abs=0.01)
    assert (seen.x[0], seen.y[0]) == pytest.approx((30.3, 41.8))


def test_drift_and_flyback_move_image_and_truth_alike(rng: np.random.Generator) -> None:
    microscope = Microscope(dose=0, background=0, drift=6.0, jitter=0.0, flyback=3.0)
    for place in ((9.2, 12.7), (40.4, 8.1), (22.0, 50.6)):
        image, seen = scanned(columns_at(place), 64, microscope, rng)
        assert centroid(image) == pytest.approx((seen.x[0], seen.y[0]), abs=0.15)
        assert np.hypot(seen.x[0] - place[0], seen.y[0] - place[1]) > 0.1


def test_brightness_follows_the_atomic_number(rng: np.random.Generator) -> None:
    two = Columns(np.array([20.0, 44.0]), np.full(2, 32.0), np.array([brightness(14), brightness(6)]))
    image, _ = scanned(two, 64, STILL, rng)
    assert image[:, :32].sum() / image[:, 32:].sum() == pytest.approx((14 / 6) ** 1.7, rel=0.01)


def test_the_dose_is_the_mean_number_of_electrons(rng: np.random.Generator) -> None:
    places = [(8.0 * i, 8.0 * j) for i in range(1, 12) for j in range(1, 12)]
    image, _ = scanned(columns_at(*places), 96, Microscope(dose=50.0), rng)
    assert image.mean() == pytest.approx(50, rel=0.02)
    np.testing.assert_array_equal(image, np.round(image))


def test_grey_values_span_the_unit_interval() -> None:
    image = grey(np.random.default_rng(0).normal(100, 5, (40, 40)))
    assert image.dtype == np.float32
    assert image.min() == 0
    assert image.max() == 1
    with pytest.raises(ValueError, match="expected some contrast"):
        grey(np.full((20, 20), 3.0))


def test_an_angle_turns_counter_clockwise_as_displayed() -> None:
    assert turned(2.0, np.pi / 2) == pytest.approx((0.0, -2.0), abs=1e-12)  # up is towards smaller rows
    x, y, i, j = lattice_points((5.0, 0.0), (0.0, 5.0), 40, 3)
    np.testing.assert_allclose(x, 19.5 + 5 * i)
    np.testing.assert_allclose(y, 19.5 + 5 * j)


def test_polarisation_is_the_displacement_of_b_from_its_cage(rng: np.random.Generator) -> None:
    columns, maps = perovskite({**PEROVSKITE, "tilt_deg": 0.0}, SIDE, rng)
    a_site, b_site = (columns.where(columns.truth["site"] == site) for site in (SITE_A, SITE_B))
    near = (np.abs(b_site.x - 80) < 60) & (np.abs(b_site.y - 80) < 60)
    for x, y, vector in zip(b_site.x[near], b_site.y[near], b_site.truth["polarisation"][near], strict=True):
        corners = np.argsort(np.hypot(a_site.x - x, a_site.y - y))[:4]
        centre = a_site.x[corners].mean(), a_site.y[corners].mean()
        assert (x - centre[0], y - centre[1]) == pytest.approx(tuple(vector), abs=1e-6)
    assert maps["polarisation"].shape == (SIDE, SIDE, 2)
    assert set(np.unique(maps["domain"])) == {0, 1, 2, 3}


def test_twins_turn_the_lattice_by_the_tilt_that_is_kept(rng: np.random.Generator) -> None:
    columns, _ = perovskite({**PEROVSKITE, "polarisation": 0.0}, SIDE, rng)
    a_site = columns.where(columns.truth["site"] == SITE_A)
    checked = 0
    for x, y, tilt, strain in zip(
        a_site.x, a_site.y, a_site.truth["tilt_deg"], a_site.truth["strain"], strict=True
    ):
        right = np.argmin(np.hypot(a_site.x - x - 13, a_site.y - y))
        if (
            np.hypot(a_site.x[right] - x - 13, a_site.y[right] - y) > 2
            or a_site.truth["tilt_deg"][right] != tilt
        ):
            continue
        slope = (y - a_site.y[right]) / (a_site.x[right] - x)  # upwards
        if abs(abs(slope) - np.tan(np.radians(4))) < 1e-6:  # both on one side of the wall
            assert np.degrees(np.arctan(slope)) == pytest.approx(2 * tilt, abs=0.01)
            assert slope == pytest.approx(2 * strain, rel=1e-6)
            checked += 1
    assert checked > 50


def test_each_phase_has_its_own_spacing(rng: np.random.Generator) -> None:
    columns, maps = interface(INTERFACE, SIDE, rng)
    nio = columns.where(columns.truth["phase"] == NIO)
    apart = np.hypot(nio.x[:, None] - nio.x, nio.y[:, None] - nio.y) + 1e3 * np.eye(len(nio))
    assert np.median(apart.min(axis=1)) == pytest.approx(7.0, abs=0.01)
    everything = np.hypot(columns.x[:, None] - columns.x, columns.y[:, None] - columns.y)
    assert (everything + 1e3 * np.eye(len(columns))).min() >= 0.6 * 7.0
    assert len(np.unique(maps["orientation_rad"][maps["phase"] == 1])) == 2


def test_graphene_loses_atoms_and_order_with_time(rng: np.random.Generator) -> None:
    frames = graphene(GRAPHENE, SIDE, 3, rng)
    assert len(frames[0]) > len(frames[1]) > len(frames[2])
    shares = [np.mean(frame.inside(SIDE, 10).truth["class"] == DEFECT) for frame in frames]
    assert shares[0] == 0
    assert shares[0] < shares[1] < shares[2]
    first = frames[0].inside(SIDE, 10)
    assert np.mean(first.truth["class"] == DOPANT) == pytest.approx(0.05, abs=0.04)
    assert set(np.unique(frames[2].truth["class"])) <= {LATTICE, DOPANT, DEFECT}
    np.testing.assert_array_equal(first.truth["class"] == DOPANT, first.truth["number"] == 14)


def test_graphenes_orientation_points_along_a_bond(rng: np.random.Generator) -> None:
    frame = graphene(GRAPHENE, SIDE, 2, rng)[0]
    inner = frame.inside(SIDE, 15)
    for x, y, angle in zip(inner.x[:40], inner.y[:40], inner.truth["orientation_rad"][:40], strict=True):
        end = np.add((x, y), turned(7.0, angle))
        assert np.hypot(frame.x - end[0], frame.y - end[1]).min() < 1e-6


def test_the_same_seed_gives_the_same_scene() -> None:
    both = [perovskite(PEROVSKITE, SIDE, np.random.default_rng(3))[0] for _ in range(2)]
    np.testing.assert_array_equal(both[0].x, both[1].x)
