"""Figures of whole scenes and of spectra, drawn from a set of tiles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from latentlab.errors import ArtifactError
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.classes import CITIES, CLASSES, VOID
from latentlab.studies.landcover.scenes import figures
from latentlab.studies.landcover.scenes.scene import draw_scene
from latentlab.studies.landcover.tile_set import SPLITS, Tiles, TileSet, write_tiles


def write_set(path: Path, extra: dict[str, np.ndarray]) -> Inputs:
    tiles = Tiles(np.zeros((1, 3, 16, 16), np.uint8))
    write_tiles(
        path,
        TileSet(dict.fromkeys(SPLITS, tiles), extra, {"pixel_m": 8.0, "source": "a test"}),
        rule="test",
        record={},
        inputs={},
        code="",
    )
    return Inputs({}, {"tile-set": path})


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    extra: dict[str, np.ndarray] = {}
    for number, city in enumerate(CITIES):
        scene = draw_scene(city, 128, 7, land_use="waterfront")
        for name in ("rgb", "bands", "height", "labels"):
            extra[f"scenes/{number}/{name}"] = getattr(scene, name)
        for name in ("season", "sun_elevation_deg"):
            extra[f"scenes/{number}/{name}"] = np.array(scene.facts[name])
        extra[f"scenes/{number}/city"] = np.array(number)
    return write_set(tmp_path_factory.mktemp("scenes") / "tiles.h5", extra)


def test_each_scene_is_a_row_with_north_at_the_top(inputs: Inputs) -> None:
    figure = figures.draw_scenes(inputs, {})
    pictures = [axis for axis in figure.axes if axis.images and axis.get_xlim()[1] == 1024]
    assert len(pictures) == 8
    assert all(axis.get_ylim() == (1024, 0) for axis in pictures)
    assert pictures[0].get_ylabel().startswith("Jacksonville")
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == list(CLASSES)
    assert any("height above ground (m)" in axis.get_xlabel() for axis in figure.axes)


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    extra = {"scenes/0/rgb": np.zeros((3, 128, 128), np.uint8), "scenes/0/city": np.array(1)}
    figure = figures.draw_scenes(write_set(tmp_path / "tiles.h5", extra), {})
    texts = [text.get_text() for axis in figure.axes for text in axis.texts]
    assert texts == ["not given"] * 3


def test_a_set_without_whole_images_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="no whole image is kept; expected 'extra/scenes/0/rgb'"):
        figures.draw_scenes(write_set(tmp_path / "tiles.h5", {}), {})


def test_measured_spectra_are_those_of_the_classes(inputs: Inputs) -> None:
    spectra = figures.class_spectra(inputs.artifacts["tile-set"])
    assert spectra.shape == (2, 5, 3, 8)
    water = spectra[:, CLASSES.index("water"), 1]
    assert np.all(water[:, 6] < water[:, 4])
    assert water[CITIES.index("Omaha"), 4] > 1.5 * water[CITIES.index("Jacksonville"), 4]  # brown beside dark
    known = np.isfinite(spectra).all(axis=(2, 3))
    assert np.all(np.diff(spectra[known], axis=1) >= 0)  # quartiles in their order
    figure = figures.draw_spectra(inputs, {})
    assert len(figure.axes) == 6
    assert all(axis.get_xlabel() and axis.get_ylabel() for axis in figure.axes)


def test_colours_of_classes_and_of_the_near_infrared() -> None:
    labels = np.array([[0, 1], [4, VOID]])
    picture = figures.class_picture(labels)
    assert picture.shape == (2, 2, 4)
    assert len(np.unique(picture.reshape(-1, 4), axis=0)) == 4
    bands = np.zeros((8, 8, 8), np.uint16)
    bands[6, :, 4:] = 4000  # plants
    shown = figures.false_colour(bands)
    assert tuple(shown[0, 7]) == (255, 0, 0)
    assert tuple(shown[0, 0]) == (0, 0, 0)
