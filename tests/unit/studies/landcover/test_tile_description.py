"""What is computed from a tile's pixels: classes, height, colour, and the direction of its edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.landcover.test_tile_cutting import random_image

from latentlab.studies.landcover.classes import CLASSES, VOID
from latentlab.studies.landcover.cutting import AerialImage, cut
from latentlab.studies.landcover.describe import class_fractions, describe, direction, mean_height
from latentlab.studies.landcover.scenes.scene import draw_scene
from latentlab.studies.landcover.tile_set import Tiles

SIDE = 64


def stripes(angle_deg: float, period: float = 9.0, grid: bool = False) -> np.ndarray:
    """Stripes along a direction, counter-clockwise from east, or a grid of such streets: (3, 64, 64)."""
    row, column = np.indices((SIDE, SIDE)) - (SIDE - 1) / 2
    angle = np.deg2rad(angle_deg)
    across = column * np.sin(angle) + row * np.cos(angle)  # rows go south
    along = column * np.cos(angle) - row * np.sin(angle)
    wave = np.sin(2 * np.pi * across / period)
    if grid:
        wave = np.maximum(wave, np.sin(2 * np.pi * along / period))
    window = np.exp(-(across**2 + along**2) / (2 * (SIDE / 5) ** 2))  # else the tile's corners add directions
    grey = np.rint(128 + 60 * wave * window).astype(np.uint8)
    return np.repeat(grey[None], 3, axis=0)


def _phase(real: float, imaginary: float, harmonic: int) -> float:
    return float(np.rad2deg(np.angle(real + 1j * imaginary)) / harmonic)


@given(st.floats(0, 180))
@settings(max_examples=25, deadline=None)
def test_half_the_phase_of_the_second_harmonic_is_the_direction_of_stripes(angle: float) -> None:
    found = direction(stripes(angle)[None])[0]
    off = (_phase(*found[:2], 2) - angle + 90) % 180 - 90
    assert abs(off) < 1.0
    assert np.hypot(*found[:2]) > 0.85


@given(st.floats(0, 90))
@settings(max_examples=25, deadline=None)
def test_a_grid_has_no_second_harmonic_and_the_fourth_is_its_direction(angle: float) -> None:
    found = direction(stripes(angle, grid=True)[None])[0]
    assert np.hypot(*found[:2]) < 0.05
    off = (_phase(*found[2:], 4) - angle + 45) % 90 - 45
    assert abs(off) < 2.0


@pytest.mark.parametrize(("angle", "sign"), [(0, 1), (90, -1)])
def test_stripes_to_the_east_are_positive_and_to_the_north_negative(angle: float, sign: int) -> None:
    assert sign * direction(stripes(angle)[None])[0, 0] > 0.8


def test_a_quarter_turn_changes_the_sign_of_the_second_harmonic_only() -> None:
    rgb = random_image(SIDE, seed=1).rgb[None]
    before, after = direction(rgb)[0], direction(np.rot90(rgb, axes=(2, 3)))[0]
    np.testing.assert_allclose(after[:2], -before[:2], atol=1e-5)
    np.testing.assert_allclose(after[2:], before[2:], atol=1e-5)


def test_noise_has_hardly_any_direction_and_one_colour_none() -> None:
    assert np.abs(direction(random_image(SIDE, seed=2).rgb[None])).max() < 0.1
    assert (direction(np.full((1, 3, SIDE, SIDE), 77, np.uint8)) == 0).all()


def test_many_tiles_are_described_as_each_alone() -> None:
    rgb = np.random.default_rng(3).integers(0, 256, (300, 3, 8, 8), dtype=np.uint8)
    alone = np.concatenate([direction(each[None]) for each in rgb])
    np.testing.assert_allclose(direction(rgb), alone, atol=1e-6)


def test_fractions_are_of_the_pixels_that_have_a_class() -> None:
    labels = np.full((2, 10, 10), VOID, np.uint8)
    labels[0, :5] = CLASSES.index("building")
    labels[0, 5] = CLASSES.index("water")
    found = class_fractions(labels)
    expected = {"building": 50 / 60, "water": 10 / 60}
    np.testing.assert_allclose(found[0], [expected.get(name, 0) for name in CLASSES], rtol=1e-6)
    assert (found[1] == 0).all()


def test_mean_height_is_over_known_pixels() -> None:
    height = np.array([[[1, 3], [np.nan, np.nan]], [[np.nan] * 2] * 2], np.float32)
    np.testing.assert_array_equal(mean_height(height), np.array([2, np.nan], np.float32))


def test_a_tile_is_described_by_all_its_factors() -> None:
    labels = np.full((1, SIDE, SIDE), CLASSES.index("ground"), np.uint8)
    labels[0, :40] = CLASSES.index("vegetation")
    rgb = np.zeros((1, 3, SIDE, SIDE), np.uint8)
    rgb[:, 1] = 51
    height = np.full((1, SIDE, SIDE), 4.0, np.float32)
    found = describe(Tiles(rgb, None, height, labels))
    assert CLASSES[found["dominant"][0]] == "vegetation"
    np.testing.assert_allclose(found["fractions"].sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(found["mean_colour"][0], [0, 0.2, 0], rtol=1e-6)
    assert found["mean_height_m"][0] == 4
    assert found["direction"].shape == (1, 4)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_fourth_harmonic_of_a_city_centre_is_the_direction_of_its_streets(seed: int) -> None:
    scene = draw_scene("Omaha", 256, seed, land_use="downtown")
    tiles = cut(AerialImage(scene.rgb, scene.labels, scene.height))
    found = direction(tiles.rgb).mean(axis=0)
    streets = -scene.facts["street_direction_deg"]  # clockwise from north: counter-clockwise from east
    assert abs((_phase(*found[2:], 4) - streets + 45) % 90 - 45) < 10
