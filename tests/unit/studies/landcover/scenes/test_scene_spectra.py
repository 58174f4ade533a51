"""Spectra of materials, the air's light, noise and 8-bit colours."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.landcover.classes import BANDS
from latentlab.studies.landcover.scenes import view
from latentlab.studies.landcover.scenes.atmosphere import air_above
from latentlab.studies.landcover.scenes.materials import (
    INDEX,
    KNOTS_NM,
    MIXED_WITH,
    NAMES,
    SPECTRA,
    band_centres_nm,
    band_reflectance,
    mixing_partners,
)
from latentlab.studies.landcover.scenes.seasons import seasonal, seasonal_table

TABLE = band_reflectance()
BLUE, GREEN, RED, EDGE, NEAR = 1, 2, 4, 5, 6


def index_of(name: str) -> float:
    red, near = TABLE[INDEX[name], RED], TABLE[INDEX[name], NEAR]
    return (near - red) / (near + red)


def test_each_spectrum_has_all_knots_and_is_a_reflectance() -> None:
    assert all(len(values) == len(KNOTS_NM) for values in SPECTRA.values())
    assert TABLE.shape == (len(NAMES), len(BANDS))
    assert TABLE.min() > 0
    assert TABLE.max() < 0.8
    assert all(name in INDEX and partner in INDEX for name, partner in MIXED_WITH.items())
    assert mixing_partners()[INDEX["grass"]] == INDEX["dry grass"]


@pytest.mark.parametrize(
    "name", ["grass", "crop", "broadleaf", "dark broadleaf", "spring leaf", "pine", "palm"]
)
def test_green_plants_have_the_red_edge_and_the_green_peak(name: str) -> None:
    assert index_of(name) > 0.7
    values = TABLE[INDEX[name]]
    assert values[GREEN] > values[BLUE]
    assert values[GREEN] > values[RED]
    assert values[RED] < values[EDGE] < values[NEAR]


@pytest.mark.parametrize("name", ["clear water", "black water", "green water", "brown water", "pool"])
def test_water_falls_towards_the_infrared(name: str) -> None:
    assert index_of(name) < -0.2
    assert TABLE[INDEX[name], -1] < 0.04


def test_soils_rise_to_the_red_and_dormant_plants_lie_between() -> None:
    for name in ("dry soil", "moist soil", "sand"):
        assert np.all(np.diff(TABLE[INDEX[name]]) > 0)
    for name in ("dormant grass", "bare tree", "stubble"):
        assert 0 < index_of(name) < 0.4
    assert TABLE[INDEX["new asphalt"]].max() < TABLE[INDEX["old asphalt"]].min()
    assert TABLE[INDEX["terracotta"], RED] > 3 * TABLE[INDEX["terracotta"], BLUE]


def test_seasons_change_deciduous_trees_and_no_others() -> None:
    rng = np.random.default_rng(0)
    trees = np.repeat([INDEX["broadleaf"], INDEX["pine"]], 500)
    autumn = seasonal(trees, "Omaha", "autumn", rng)
    assert len(np.unique(autumn[:500])) >= 4  # each tree its own colour
    assert np.all(seasonal(trees, "Omaha", "winter", rng)[:500] == INDEX["bare tree"])
    assert np.all(autumn[500:] == INDEX["pine"])
    assert np.all(seasonal(trees, "Omaha", "summer", rng) == trees)
    assert seasonal_table("Omaha", "winter")[INDEX["grass"]] == INDEX["dormant grass"]
    assert np.array_equal(seasonal_table("Jacksonville", "summer"), np.arange(len(NAMES)))


def test_air_and_sky_are_blue_and_haze_adds_light() -> None:
    clear, hazy = (air_above(band_centres_nm(), haze, 45.0) for haze in (0.02, 0.15))
    for air in (clear, hazy):
        assert np.all(np.diff(air.path) < 0)
        assert np.all(np.diff(air.sky / air.direct) < 0)  # so shadows are bluish
        assert np.all(air.direct + air.sky < 1)
    assert np.all(hazy.path > clear.path)
    assert np.all(hazy.direct < clear.direct)
    # thin air scatters once: depth times phase function over 4 cos(sun); less thin air a little less
    depth = np.array([0.2361, 0.0155])  # Hansen and Travis at 443 and 865 nm
    thin = depth * 0.75 * 1.5 / (4 * np.cos(np.radians(45)))
    found = air_above(np.array([443.0, 865.0]), 0.0, 45.0).path
    assert np.all((found > 0.8 * thin) & (found < thin))


def test_ground_in_shadow_is_bluish() -> None:
    air = air_above(band_centres_nm(), 0.05, 40.0)
    grey = np.full((8, 1, 2), 0.2, np.float32)
    seen = view.measured_reflectance(
        grey,
        np.array([[1.0, 0.0]], np.float32),
        np.ones((1, 2), np.float32),
        air,
        np.zeros((1, 2), np.float32),
    )
    lit, dark = (seen[:, 0, place] - air.path for place in (0, 1))
    assert np.all(dark < 0.5 * lit)
    assert dark[BLUE] / dark[NEAR] > 2 * lit[BLUE] / lit[NEAR]


def test_light_on_slopes() -> None:
    slopes = np.tan(np.radians([0.0, 30.0, -30.0, -80.0]))
    # the sun in the south, 40 degrees high; slopes rise or fall to the south
    direct, sky = view.sunlight(np.zeros(4), slopes, 40.0, 180.0)
    tilt = np.radians([0.0, 30.0, 30.0, 80.0])
    incidence = np.array([50.0, 80.0, 20.0, 30.0])
    assert direct == pytest.approx(np.cos(np.radians(incidence)) / np.sin(np.radians(40)), rel=1e-4)
    assert sky == pytest.approx((1 + np.cos(tilt)) / 2, rel=1e-4)
    assert (
        view.sunlight(np.zeros(1), np.array([np.tan(np.radians(60.0))]), 20.0, 180.0)[0] == 0
    )  # turned away


def test_noise_has_the_level_that_was_asked_for() -> None:
    rng = np.random.default_rng(1)
    for level in (0.0, 0.3):
        noisy = view.with_noise(np.full((1, 300, 300), level, np.float32), 100.0, rng)
        expected = 0.3 / 100 * (1.0 if level else view.READ_SHARE)
        assert noisy.std() == pytest.approx(expected, rel=0.03)
        assert noisy.mean() == pytest.approx(level, abs=1e-4)


def test_the_optics_keep_the_light_and_spread_a_point() -> None:
    point = np.zeros((1, 9, 9), np.float32)
    point[0, 4, 4] = 1
    spread = view.blurred(point)
    assert spread.sum() == pytest.approx(1)
    assert spread[0, 4, 4] == pytest.approx((1 - 2 * view.SPREAD) ** 2)
    assert spread[0, 4, 3] == pytest.approx(view.SPREAD * (1 - 2 * view.SPREAD))
    assert view.blurred(np.full((1, 5, 5), 0.3, np.float32)) == pytest.approx(0.3)


def test_clouds_cover_their_share_and_their_shadows_lie_away_from_the_sun() -> None:
    above, shade = view.clouds(256, (5,), 0.3, 45.0, 180.0)  # the sun in the south: shadows lie north
    assert (above > 0).mean() == pytest.approx(0.3, abs=0.12)
    assert view.clouds(64, (5,), 0.0, 45.0, 180.0)[0].max() == 0
    shift = round(view.CLOUD_HEIGHT_M / 4.0)  # px of 4 m: the height of the clouds over tan 45 degrees
    assert shade[: 256 - shift] == pytest.approx(above[shift:], abs=0.06)
