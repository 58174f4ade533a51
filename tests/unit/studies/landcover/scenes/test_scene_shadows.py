"""Cast shadows: their length, their direction, and an independent ray test."""

from __future__ import annotations

import math

import numpy as np
import pytest

from latentlab.studies.landcover.scenes.scene import draw_scene
from latentlab.studies.landcover.scenes.shadows import cast_shadows
from latentlab.studies.landcover.scenes.shapes import SITE_M
from latentlab.studies.landcover.scenes.sun import LATITUDE_DEG, sun_position

STEP = 0.25  # of the independent ray, px


def reached(height: np.ndarray, pixel_m: float, elevation: float, azimuth: float, row, column, spread: int):
    """Slow test of single rays: whether something within `spread` px beside the ray stands in the light, by
    how
    many m at most."""
    east, south = math.sin(math.radians(azimuth)), -math.cos(math.radians(azimuth))
    rise = pixel_m * math.tan(math.radians(elevation))
    most = -np.inf
    own = height[row, column]
    for k in range(2, int((height.max() - own) / rise / STEP) + 8):
        way = STEP * k
        r, c = row + 0.5 + way * south, column + 0.5 + way * east
        if not (0 <= r < height.shape[0] and 0 <= c < height.shape[1]):
            break
        part = height[
            max(int(r) - spread, 0) : int(r) + spread + 1, max(int(c) - spread, 0) : int(c) + spread + 1
        ]
        if (abs(int(r) - row) > spread) or (abs(int(c) - column) > spread):
            most = max(most, (part.max() if spread >= 0 else 0) - own - way * rise)
    return most


@pytest.mark.parametrize("case", range(24))
def test_a_box_casts_a_shadow_of_its_height_over_the_tangent(case: int) -> None:
    rng = np.random.default_rng(case)
    elevation, azimuth = rng.uniform(22, 75), rng.uniform(0, 360)
    pixel_m, height = rng.choice([1.0, 2.0]), rng.uniform(8, 40)
    side, half = 240, 8
    field = np.zeros((side, side), np.float32)
    middle = side // 2
    field[middle - half : middle + half + 1, middle - half : middle + half + 1] = height
    shadow = cast_shadows(field, pixel_m, elevation, azimuth)
    assert not shadow[field > 0].any()  # a level roof is lit
    length = height / math.tan(math.radians(elevation)) / pixel_m  # px
    away = -math.sin(math.radians(azimuth)), math.cos(math.radians(azimuth))  # column, row: from the sun
    # along the ray through the box's centre: from the box's edge to the shadow's end
    edge = (half + 0.5) / max(abs(away[0]), abs(away[1]))
    way = np.arange(0, side / 2 - 2, 0.1)
    columns, rows = (np.floor(middle + 0.5 + way * part).astype(int) for part in away)
    dark = way[shadow[rows, columns]]
    if length > 2:
        assert dark.min() == pytest.approx(edge, abs=1.5)  # at a corner
        assert dark.max() == pytest.approx(edge + length, abs=1.0)
    # as much ground is dark as the box sweeps: its width across the light times the length
    width = (2 * half + 1) * (abs(away[0]) + abs(away[1]))
    assert shadow.sum() == pytest.approx(width * length, abs=width + length)  # a pixel at the rim


def test_light_from_the_four_sides() -> None:
    field = np.zeros((21, 21), np.float32)
    field[10, 10] = 5.0
    for azimuth, row, column in ((0, 1, 0), (90, 0, -1), (180, -1, 0), (270, 0, 1)):
        shadow = cast_shadows(field, 1.0, 45.0, azimuth)
        found = {tuple(each) for each in np.argwhere(shadow)}
        assert found == {(10 + row * k, 10 + column * k) for k in range(1, 6)}


@pytest.mark.parametrize(
    ("city", "seed", "land_use"), [("Omaha", 3, "downtown"), ("Jacksonville", 8, "mixed")]
)
def test_shadows_of_a_scene_agree_with_single_rays(city: str, seed: int, land_use: str) -> None:
    scene = draw_scene(city, 512, seed, land_use=land_use)
    elevation, azimuth = scene.facts["sun_elevation_deg"], scene.facts["sun_azimuth_deg"]
    rng = np.random.default_rng(seed)
    pixels = rng.integers(8, 504, (500, 2))
    dark = np.array([scene.shadow[tuple(each)] for each in pixels])
    pixel_m = SITE_M / 512
    exact = np.array([reached(scene.height, pixel_m, elevation, azimuth, *each, 0) for each in pixels])
    assert np.mean((exact > 0) == dark) > 0.94  # the rest lies within a pixel of a shadow's edge:
    # a dark pixel has something in its light one pixel beside its ray at most, and two pixels' fall lower
    tolerance = 1.5 * pixel_m * math.tan(math.radians(elevation))
    near = np.array([reached(scene.height, pixel_m, elevation, azimuth, *each, 1) for each in pixels[dark]])
    assert np.mean(near > -tolerance) > 0.995
    assert 0.05 < dark.mean() < 0.7


def test_the_sun_stands_where_it_does() -> None:
    noon = {city: sun_position(latitude, 172, 12.0) for city, latitude in LATITUDE_DEG.items()}
    for city, latitude in LATITUDE_DEG.items():
        assert noon[city][0] == pytest.approx(90 - latitude + 23.45, abs=0.1)  # midsummer
        assert noon[city][1] == pytest.approx(180, abs=0.5)
        assert sun_position(latitude, 355, 12.0)[0] == pytest.approx(90 - latitude - 23.45, abs=0.1)
        assert sun_position(latitude, 81, 12.0)[0] == pytest.approx(90 - latitude, abs=0.5)  # equinox
        elevation, azimuth = sun_position(latitude, 81, 6.0)
        assert (elevation, azimuth) == pytest.approx((0, 90), abs=0.5)  # rises in the east
        assert 90 < sun_position(latitude, 172, 10.0)[1] < 180 < sun_position(latitude, 172, 14.0)[1]
