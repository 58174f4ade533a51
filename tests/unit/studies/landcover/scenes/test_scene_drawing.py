"""Whole scenes: labels, heights and colours agree, and cities, seasons and land uses differ."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from latentlab.errors import ConfigError
from latentlab.studies.landcover.classes import CITIES, CLASSES
from latentlab.studies.landcover.scenes.layout import land_use_of
from latentlab.studies.landcover.scenes.options import SceneOptions, scene_options
from latentlab.studies.landcover.scenes.scene import Scene, draw_scene
from latentlab.studies.landcover.scenes.styles import LAND_USES

VEGETATION, WATER, GROUND, BUILDING, CLUTTER = range(len(CLASSES))
CLEAR = SceneOptions(seasons=("summer",), cloud_probability=0.0)


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """Twenty sites, by turns of both cities."""
    return [draw_scene(CITIES[k % 2], 128, 300 + k, CLEAR) for k in range(20)]


def by_tile(image: np.ndarray) -> np.ndarray:
    """Tiles (64, pixels) of an image of 8 x 8 tiles."""
    side = image.shape[0] // 8
    return image.reshape(8, side, 8, side).swapaxes(1, 2).reshape(64, -1)


def vegetation_index(scene: Scene) -> np.ndarray:
    near, red = (scene.bands[k].astype(float) for k in (6, 4))
    return (near - red) / (near + red)


def test_a_scene_has_the_promised_arrays(scenes: list[Scene]) -> None:
    for scene in scenes[:2]:
        assert (scene.rgb.shape, scene.rgb.dtype) == ((3, 128, 128), np.uint8)
        assert (scene.bands.shape, scene.bands.dtype) == ((8, 128, 128), np.uint16)
        assert (scene.height.shape, scene.height.dtype) == ((128, 128), np.float32)
        assert (scene.labels.shape, scene.labels.dtype) == ((128, 128), np.uint8)
        assert (scene.shadow.shape, scene.shadow.dtype) == ((128, 128), bool)
        assert scene.facts["season"] == 2
        assert 20 < scene.facts["sun_elevation_deg"] < 85


def test_labels_and_heights_agree_in_every_pixel(scenes: list[Scene]) -> None:
    for scene in scenes:
        height, labels = scene.height, scene.labels
        assert labels.max() < len(CLASSES)
        assert np.all(height[(labels == WATER) | (labels == GROUND)] == 0)
        assert np.all(height[labels == BUILDING] >= 2.5)
        assert np.all(height[labels == CLUTTER] > 0)
        canopy = height[labels == VEGETATION]
        assert canopy.min() > 1
        assert canopy.max() < 45
        assert 3 < np.median(canopy) < 20


def test_every_class_leads_some_tiles_and_heights_reach_from_ground_to_towers(scenes: list[Scene]) -> None:
    labels = np.concatenate([by_tile(scene.labels) for scene in scenes])
    leading = [np.bincount(tile, minlength=len(CLASSES)).argmax() for tile in labels]
    count = np.bincount(leading, minlength=len(CLASSES))
    assert np.all(count >= 4), dict(zip(CLASSES, count, strict=True))
    assert count.max() < 0.8 * len(labels)
    heights = np.concatenate([by_tile(scene.height).mean(axis=1) for scene in scenes])
    assert heights.min() < 0.1
    assert heights.max() > 20


def test_labels_agree_with_spectra_in_the_sun(scenes: list[Scene]) -> None:
    index = np.concatenate([vegetation_index(scene).ravel() for scene in scenes])
    labels = np.concatenate([scene.labels.ravel() for scene in scenes])
    lit = ~np.concatenate([scene.shadow.ravel() for scene in scenes])
    median = [np.median(index[(labels == k) & lit]) for k in range(len(CLASSES))]
    assert median[VEGETATION] > 0.4
    assert median[WATER] < 0
    assert abs(median[BUILDING]) < 0.15
    assert abs(median[CLUTTER]) < 0.15


def test_shadows_are_dark(scenes: list[Scene]) -> None:
    judged = 0
    for scene in scenes:
        ground = scene.labels == GROUND
        parts = [ground & scene.shadow, ground & ~scene.shadow]
        if min(part.sum() for part in parts) > 50:
            judged += 1
            for picture in (scene.rgb[0], scene.bands[4]):
                dark, lit = (np.median(picture[part]) for part in parts)
                assert dark < 0.85 * lit
    assert judged >= 10


def test_the_cities_differ(scenes: list[Scene]) -> None:
    winter = dataclasses.replace(CLEAR, seasons=("winter",))
    drawn = {city: [draw_scene(city, 128, seed, winter, "suburb") for seed in range(4)] for city in CITIES}
    index = {
        city: np.mean([np.median(vegetation_index(each)[each.labels == VEGETATION]) for each in found])
        for city, found in drawn.items()
    }
    assert index["Jacksonville"] > index["Omaha"] + 0.15  # evergreen beside bare trees
    directions = {
        city: [scene.facts["street_direction_deg"] for scene in scenes if scene.facts["city"] == city]
        for city in CITIES
    }
    off_north = {city: np.abs((np.array(found) + 45) % 90 - 45) for city, found in directions.items()}
    assert off_north["Jacksonville"].mean() > 10
    assert np.median(off_north["Omaha"]) < 8


def test_the_same_seed_gives_the_same_scene_and_another_seed_another() -> None:
    first, again, other = (draw_scene("Omaha", 128, seed, land_use="mixed") for seed in (5, 5, 6))
    for name in ("rgb", "bands", "height", "labels", "shadow"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert first.facts == again.facts
    assert not np.array_equal(first.labels, other.labels)


@pytest.mark.parametrize("city", CITIES)
def test_the_site_is_the_same_at_two_numbers_of_pixels(city: str) -> None:
    small, large = (draw_scene(city, side, 11, CLEAR, "suburb") for side in (256, 512))
    assert small.facts == large.facts
    assert small.height.mean() == pytest.approx(large.height.mean(), rel=0.02)
    share = [np.bincount(each.labels.ravel(), minlength=5) / each.labels.size for each in (small, large)]
    assert share[0] == pytest.approx(share[1], abs=0.01)
    # a coarse pixel has the class of one of the four fine pixels in it but for details smaller than a pixel
    fine = large.labels.reshape(256, 2, 256, 2)
    assert np.mean((fine == small.labels[:, None, :, None]).any(axis=(1, 3))) > 0.95
    coarse = [each.rgb.reshape(3, 64, k, 64, k).mean(axis=(2, 4)) for each, k in ((small, 4), (large, 8))]
    assert np.corrcoef(coarse[0].ravel(), coarse[1].ravel())[0, 1] > 0.97


def test_haze_makes_a_view_bluer_and_flatter() -> None:
    clear, hazy = (
        draw_scene("Jacksonville", 128, 21, dataclasses.replace(CLEAR, haze=(haze, haze)), "rural")
        for haze in (0.02, 0.2)
    )
    added = hazy.bands.astype(float).mean(axis=(1, 2)) - clear.bands.astype(float).mean(axis=(1, 2))
    assert added[0] > added[4] > added[6]
    assert added[0] > 0
    assert hazy.bands[4].std() < clear.bands[4].std()
    assert np.array_equal(clear.labels, hazy.labels)
    assert (clear.facts["haze"], hazy.facts["haze"]) == (0.02, 0.2)


def test_clouds_are_as_often_and_as_large_as_asked_for() -> None:
    cloudy = dataclasses.replace(CLEAR, cloud_probability=1.0, cloud_cover=(0.2, 0.2))
    scene = draw_scene("Omaha", 128, 3, cloudy, "rural")
    clear = draw_scene("Omaha", 128, 3, CLEAR, "rural")
    assert clear.facts["cloud"] == 0
    assert 0.08 < scene.facts["cloud"] < 0.35
    assert scene.bands[0].mean() > clear.bands[0].mean()
    assert np.array_equal(scene.shadow, clear.shadow)


def test_land_uses_follow_each_other() -> None:
    assert {land_use_of(seed) for seed in range(12)} == set(LAND_USES)
    for use in LAND_USES:
        assert draw_scene("Omaha", 64, 1, CLEAR, use).facts["land_use"] == use


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ConfigError, match="no city 'Paris' is drawn; expected one of Jacksonville, Omaha"):
        draw_scene("Paris", 128, 1)
    with pytest.raises(ConfigError, match="no land use 'desert' is drawn; expected one of downtown, suburb"):
        draw_scene("Omaha", 128, 1, land_use="desert")
    with pytest.raises(ConfigError, match="a scene of 32 pixels a side was asked for; expected 64 or more"):
        draw_scene("Omaha", 32, 1)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"snow": 1}, "key 'scenes.snow' is 1; expected no such key, but cloud_cover"),
        ({"seasons": ["monsoon"]}, r"scenes.seasons' is \('monsoon',\); expected some of winter, spring"),
        ({"seasons": []}, "scenes.seasons"),
        ({"haze": [0.2, 0.1]}, r"scenes.haze' is \(0.2, 0.1\); expected two numbers, low and high"),
        ({"haze": 0.1}, "scenes.haze' is 0.1; expected two numbers"),
        ({"solar_hour": [3, 9]}, "scenes.solar_hour"),
        ({"cloud_cover": [0.1, 2]}, "scenes.cloud_cover"),
        ({"cloud_probability": 2}, "scenes.cloud_probability' is 2; expected 0 to 1"),
        ({"signal_to_noise": 1}, "scenes.signal_to_noise' is 1; expected 10 or more"),
        ({"signal_to_noise": "high"}, "scenes.signal_to_noise' is 'high'; expected 10 or more"),
    ],
)
def test_a_wrong_option_is_named_with_its_key(spec: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        scene_options(spec)


def test_options_come_from_a_mapping() -> None:
    assert scene_options({}) == scene_options(None) == SceneOptions()
    options = scene_options({"seasons": ["summer"], "haze": [0.05, 0.1], "cloud_probability": 0})
    assert options == SceneOptions(seasons=("summer",), haze=(0.05, 0.1), cloud_probability=0)
