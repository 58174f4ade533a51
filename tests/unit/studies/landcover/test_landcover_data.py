"""The set of drawn scenes: splits by site, what is known of each tile, and that the seed alone decides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.landcover.test_tile_cutting import random_image

from latentlab.errors import ConfigError
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.classes import CITIES, CLASSES, VOID
from latentlab.studies.landcover.collecting import collect
from latentlab.studies.landcover.cutting import AerialImage
from latentlab.studies.landcover.data import draw
from latentlab.studies.landcover.drawn_images import FACTS
from latentlab.studies.landcover.image_source import SiteImage, take_tiles
from latentlab.studies.landcover.tile_set import SPLITS, TileSet, read_attributes, read_extra, read_tiles
from latentlab.studies.landcover.tiles_figure import draw_tiles
from latentlab.studies.landcover.tiles_table import tiles_table
from scripts.landcover.dataset import dataset

SIZES = {
    "side": 32,
    "sites": {"train": 2, "validation": 2, "test": 4},
    "tiles": {"train": 70, "validation": 10, "test": 200},
}


@pytest.fixture(scope="module")
def tiles() -> TileSet:
    """A set of eight small scenes."""
    return draw({}, SIZES, 11)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same set as the stage writes it."""
    output = tmp_path_factory.mktemp("landcover") / "tiles.h5"
    dataset(output, [], {}, SIZES, 11)
    return output


def test_no_site_is_in_two_splits_and_each_has_its_number(tiles: TileSet) -> None:
    sites = {split: set(tiles.splits[split].factors["site"]) for split in SPLITS}
    assert {split: len(each) for split, each in sites.items()} == SIZES["sites"]
    assert len(set.union(*sites.values())) == sum(SIZES["sites"].values())


def test_half_of_the_sites_of_each_split_are_of_each_city(tiles: TileSet) -> None:
    for split in SPLITS:
        factors = tiles.splits[split].factors
        cities = {(site, city) for site, city in zip(factors["site"], factors["city"], strict=True)}
        assert sum(city for _, city in cities) == len(cities) / 2


def test_at_most_so_many_tiles_evenly_of_all_sites(tiles: TileSet) -> None:
    assert {split: len(part) for split, part in tiles.splits.items()} == SIZES["tiles"]
    counts = np.unique(tiles.splits["test"].factors["site"], return_counts=True)[1]
    assert counts.tolist() == [50, 50, 50, 50]


def test_every_tile_has_pixels_of_one_size_and_known_factors(tiles: TileSet) -> None:
    for part in tiles.splits.values():
        n = len(part)
        assert part.rgb.shape == (n, 3, 32, 32)
        assert part.bands.shape == (n, 8, 32, 32)
        assert part.height.shape == part.labels.shape == (n, 32, 32)
        expected = {"fractions", "dominant", "mean_height_m", "mean_colour", "direction", "land_use", *FACTS}
        assert set(part.factors) == {*expected, "city", "site", "row", "column"}
        for values in part.factors.values():
            assert len(values) == n
            assert np.isfinite(values).all()


def test_no_place_of_an_image_is_taken_twice(tiles: TileSet) -> None:
    factors = tiles.splits["test"].factors
    places = set(zip(factors["site"], factors["row"], factors["column"], strict=True))
    assert len(places) == SIZES["tiles"]["test"]


def test_whole_test_scenes_are_kept_two_of_each_city(tiles: TileSet) -> None:
    extra = tiles.extra
    assert sorted(int(extra[f"scenes/{k}/city"]) for k in range(4)) == [0, 0, 1, 1]
    assert extra["scenes/3/rgb"].shape == (3, 256, 256)
    test = tiles.splits["test"]
    for k in range(4):
        site = sum(SIZES["sites"][split] for split in ("train", "validation")) + k
        first = np.flatnonzero(test.factors["site"] == site)[0]
        row, column = (32 * test.factors[name][first] for name in ("row", "column"))
        whole = extra[f"scenes/{k}/height"][row : row + 32, column : column + 32]
        np.testing.assert_array_equal(whole, test.height[first])


def test_the_seed_alone_decides(tiles: TileSet) -> None:
    few = {**SIZES, "sites": dict.fromkeys(SPLITS, 2)}
    again, other = draw({}, few, 11).splits["train"], draw({}, few, 12).splits["train"]
    np.testing.assert_array_equal(again.bands, tiles.splits["train"].bands)
    for name, values in tiles.splits["train"].factors.items():
        np.testing.assert_array_equal(again.factors[name], values)
    assert set(again.factors["haze"]).isdisjoint(other.factors["haze"])


def test_more_training_sites_leave_the_other_splits_as_they_are(tiles: TileSet) -> None:
    more = draw({}, {**SIZES, "sites": {"train": 4, "validation": 2, "test": 2}}, 11)
    np.testing.assert_array_equal(more.splits["validation"].rgb, tiles.splits["validation"].rgb)
    hazes = [set(each.splits["test"].factors["haze"]) for each in (more, tiles)]
    assert hazes[0] < hazes[1]
    suns = [set(each.splits["train"].factors["sun_azimuth_deg"]) for each in (tiles, more)]
    assert suns[0] < suns[1]


def test_an_unknown_setting_of_the_scenes_is_refused() -> None:
    with pytest.raises(ConfigError, match="fog"):
        draw({"fog": 1}, SIZES, 11)


def test_the_stage_writes_the_set_with_equal_bytes(written: Path, tmp_path: Path, tiles: TileSet) -> None:
    read = read_tiles(written, "test", ("rgb", "bands", "height", "labels"))
    np.testing.assert_array_equal(read.bands, tiles.splits["test"].bands)
    np.testing.assert_array_equal(read.factors["direction"], tiles.splits["test"].factors["direction"])
    attributes = read_attributes(written)
    assert (attributes["source"], attributes["pixel_m"]) == ("drawn scenes", 4.0)
    assert tuple(attributes["class_names"]) == CLASSES
    assert tuple(attributes["city_names"]) == CITIES
    assert read_extra(written, "scenes/0/labels").shape == (256, 256)
    dataset(tmp_path / "again.h5", [], {}, SIZES, 11)
    assert (tmp_path / "again.h5").read_bytes() == written.read_bytes()


@given(st.integers(1, 6), st.integers(1, 400), st.integers(1, 20), st.lists(st.integers(0, 64), min_size=6))
@settings(max_examples=40, deadline=None)
def test_tiles_are_taken_until_there_are_enough(
    number: int, most: int, together: int, void: list[int]
) -> None:
    read = []

    def image(index: int) -> AerialImage:
        read.append(index)
        found = random_image(16, seed=index, bands=False)
        labels = np.zeros((16, 16), np.uint8)
        rows, columns = np.divmod(np.arange(void[index]), 8)
        for row, column in zip(rows, columns, strict=True):
            labels[2 * row : 2 * row + 2, 2 * column : 2 * column + 2] = VOID
        return AerialImage(found.rgb, labels, np.zeros((16, 16), np.float32))

    def images() -> Iterator[SiteImage]:
        for index in range(number):
            yield SiteImage(index % 2, index, lambda index=index: image(index))

    taken = take_tiles(list(images()), most, np.random.default_rng(0), together)
    usable = [64 - count for count in void[:number]]
    counts = np.bincount(taken.factors["site"], minlength=number)
    assert read == list(range(len(read)))  # each once, in order
    assert len(taken) <= min(most, sum(usable))
    assert all(count <= have for count, have in zip(counts, usable, strict=True))
    if len(taken) < most:
        # the last image gives all that is missing, so what lacks is what it did not have
        assert counts[-1] == usable[-1]
    for index in read[:-1]:
        assert counts[index] >= min(together, usable[index])


def test_the_order_of_tiles_mixes_sites(tiles: TileSet) -> None:
    first = tiles.splits["test"].factors["site"][:20]
    assert len(set(first)) > 2


def test_a_set_whose_images_have_no_bands_has_none() -> None:
    image = random_image(64, seed=1, bands=False)
    sites = {split: [SiteImage(0, number, lambda: image)] for number, split in enumerate(SPLITS)}
    found = collect(sites, {"side": 8, "tiles": dict.fromkeys(SPLITS, 5)}, 1, {"source": "noise"})
    assert all(part.bands is None for part in found.splits.values())
    assert "scenes/0/bands" not in found.extra


def test_table_counts_sites_and_tiles_and_shares_add_up(written: Path, tiles: TileSet) -> None:
    table = tiles_table(Inputs({}, {"tile-set": written}), {})
    data = table.data
    assert data["sites"].tolist() == [1, 1, 1, 1, 2, 2]
    assert data["tiles"].sum() == sum(SIZES["tiles"].values())
    for kind in ("dominant", "pixels"):
        np.testing.assert_allclose(data[[f"{kind}_{name}" for name in CLASSES]].sum(axis=1), 100, rtol=1e-4)
    factors = tiles.splits["test"].factors
    own = factors["city"] == 1
    assert data["mean_height_m"].iloc[-1] == pytest.approx(factors["mean_height_m"][own].mean(), rel=1e-5)
    ground = 100 * np.mean(factors["dominant"][own] == CLASSES.index("ground"))
    assert data["dominant_ground"].iloc[-1] == pytest.approx(ground)
    assert table.note == "From drawn scenes; a pixel is 4 m wide."
    assert [len(part.columns) for part in table.parts] == [10, 7]


def test_figure_has_a_row_a_class_and_says_how_many_tiles(written: Path, tiles: TileSet) -> None:
    figure = draw_tiles(Inputs({}, {"tile-set": written}), {})
    assert len(figure.axes) == len(CLASSES) * len(CITIES)
    factors = tiles.splits["test"].factors
    for place, axis in enumerate(figure.axes):
        dominant, city = divmod(place, len(CITIES))
        own = factors["city"] == city
        expected = int((own & (factors["dominant"] == dominant)).sum())
        assert axis.get_xlabel() == f"{expected} of {int(own.sum())} tiles"
