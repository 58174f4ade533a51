"""A set of tiles from a folder of US3D: sites, splits, bands, and what cannot be used."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.studies.landcover.us3d.tiny_us3d import EMPTY_TILE, SITES, VOID_TILE, WATER_TILE, write_folder

from latentlab.errors import FrameError
from latentlab.studies.landcover.data import draw
from latentlab.studies.landcover.tile_set import SPLITS, TileSet, read_extra, read_tiles
from latentlab.studies.landcover.us3d.folder import us3d_files
from latentlab.studies.landcover.us3d.source import divide
from scripts.landcover.dataset import dataset

SIZES = {
    "side": 64,
    "sites": {"train": 10, "validation": 2, "test": 8},
    "tiles": {"train": 100, "validation": 20, "test": 60},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two views of each of six sites; read it only."""
    return write_folder(tmp_path_factory.mktemp("us3d"), views=2)


@pytest.fixture(scope="module")
def tiles(folder: Path) -> TileSet:
    """The set of that folder."""
    return draw({}, SIZES, 3, us3d_files(str(folder)))


def test_no_site_is_in_two_splits_and_each_split_has_both_cities(tiles: TileSet) -> None:
    sites = [set(tiles.splits[split].factors["site"]) for split in SPLITS]
    assert sum(map(len, sites)) == len(set.union(*sites)) == len(SITES)
    for split in SPLITS:
        assert set(tiles.splits[split].factors["city"]) == {0, 1}


def test_site_and_city_are_those_of_the_file(tiles: TileSet) -> None:
    names = tiles.attributes["site_names"]
    assert names == ["_".join(site) for site in SITES]
    for part in tiles.splits.values():
        number = part.rgb[:, 0, 0, 0] // 10  # red is 10 times the site's number, plus the view
        np.testing.assert_array_equal(number, part.factors["site"])
        codes = [names[site][:3] for site in part.factors["site"]]
        assert codes == [("JAX", "OMA")[city] for city in part.factors["city"]]


def test_all_views_of_a_site_are_in_its_split(tiles: TileSet) -> None:
    train = tiles.splits["train"]
    views = {(site, red % 10) for site, red in zip(train.factors["site"], train.rgb[:, 0, 0, 0], strict=True)}
    assert views == {(site, view) for site in set(train.factors["site"]) for view in (1, 2)}


def test_a_tile_is_that_of_its_row_and_column(tiles: TileSet) -> None:
    for part in tiles.splits.values():
        np.testing.assert_array_equal(part.rgb[:, 1, 0, 0], 10 * part.factors["row"])
        np.testing.assert_array_equal(part.rgb[:, 2, 0, 0], 10 * part.factors["column"])


def test_tiles_without_labels_or_heights_are_left_out_but_water_is_kept(folder: Path) -> None:
    sizes = {**SIZES, "side": 32, "tiles": dict.fromkeys(SPLITS, 10_000)}
    files = [file for file in us3d_files(str(folder)) if "MSI" not in file.name]
    parts = draw({}, sizes, 3, files).splits
    for part in parts.values():
        places = set(zip(part.factors["row"], part.factors["column"], strict=True))
        assert len(places) == 62
        assert WATER_TILE in places
        assert not {VOID_TILE, EMPTY_TILE} & places
        assert np.isfinite(part.factors["mean_height_m"]).all()
        assert len(part) == 62 * 2 * len(set(part.factors["site"]))


def test_at_most_so_many_tiles_and_as_many_if_there_are(tiles: TileSet) -> None:
    assert {split: len(part) for split, part in tiles.splits.items()} == SIZES["tiles"]
    for part in tiles.splits.values():
        assert part.rgb.shape[1:] == (3, 64, 64)
        assert part.bands.shape[1:] == (8, 64, 64)
        assert len(part.factors["fractions"]) == len(part)


def test_bands_are_scaled_by_the_bright_pixels_of_training_tiles(tiles: TileSet) -> None:
    bright = tiles.attributes["bands_bright_dn"]
    train = tiles.splits["train"]
    np.testing.assert_allclose(np.percentile(train.bands, 99, axis=(0, 2, 3)), 10_000, rtol=1e-3)
    for part in tiles.splits.values():
        numbers = 100 * np.arange(1, 9) + 10 * part.factors["row"][:, None] + part.rgb[:, :1, 0, 0]
        np.testing.assert_allclose(part.bands[:, :, 5, 5], numbers * 10_000 / bright, atol=0.51)


def test_whole_test_images_are_kept(tiles: TileSet) -> None:
    assert tiles.extra["scenes/0/rgb"].shape == (3, 512, 512)
    assert {int(tiles.extra[f"scenes/{k}/city"]) for k in (0, 1)} == {0, 1}
    seen = set(tiles.splits["test"].rgb[:, 0, 0, 0])
    assert {tiles.extra[f"scenes/{k}/rgb"][0, 0, 0] for k in range(4)} <= seen


def test_pixels_are_a_third_of_a_metre_times_the_binning(tiles: TileSet) -> None:
    assert tiles.attributes["pixel_m"] == pytest.approx(0.66)
    assert tiles.attributes["source"] == "US3D, 12 images of 6 sites"


def test_the_seed_alone_decides(folder: Path, tiles: TileSet) -> None:
    files = [file for file in us3d_files(str(folder)) if "MSI" not in file.name]
    again, other = draw({}, SIZES, 3, files[::-1]), draw({}, SIZES, 4, files)
    for split in SPLITS:
        np.testing.assert_array_equal(again.splits[split].rgb, tiles.splits[split].rgb)
    sites = [[set(each.splits[split].factors["site"]) for split in SPLITS] for each in (tiles, other)]
    assert sites[0] != sites[1]


def test_a_set_without_bands_is_made_without_them(folder: Path) -> None:
    files = [file for file in us3d_files(str(folder)) if "MSI" not in file.name]
    made = draw({}, SIZES, 3, files)
    assert all(part.bands is None for part in made.splits.values())
    assert "bands_bright_dn" not in made.attributes


def test_a_damaged_file_is_named_by_the_stage(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, kinds="RGB CLS AGL")
    damaged = folder / "Train-Track1-Truth" / "OMA_212_001_AGL.tif"
    damaged.write_bytes(damaged.read_bytes()[:-2000])
    with pytest.raises(FrameError, match=r"OMA_212_001_AGL\.tif: not a readable TIFF image"):
        draw({}, SIZES, 3, us3d_files(str(folder)))


def test_the_stage_writes_the_set_and_lists_the_files_read(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "tiles.h5"
    files = us3d_files(str(folder))
    few = {**SIZES, "tiles": dict.fromkeys(SPLITS, 10)}
    dataset(output, files, {}, few, 3)
    assert len(read_tiles(output, "test", ("rgb", "bands", "height", "labels"))) == 10
    listed = bytes(read_extra(output, "files")).decode().splitlines()
    assert {line.split()[1] for line in listed} <= {file.name for file in files}
    assert all(len(line.split()[0]) == 64 for line in listed)
    with h5py.File(output) as file:
        assert file.attrs["source"].startswith("US3D")


@given(
    st.integers(3, 80),
    st.integers(3, 80),
    st.fixed_dictionaries(dict.fromkeys(SPLITS, st.integers(2, 100))),
    st.integers(0, 2**32),
)
def test_sites_are_divided_in_their_shares(jax: int, oma: int, shares: dict[str, int], seed: int) -> None:
    sites = [("JAX", f"{n:03d}") for n in range(jax)] + [("OMA", f"{n:03d}") for n in range(oma)]
    divided = divide(sites, shares, seed)
    assert sorted(site for split in SPLITS for site in divided[split]) == sites
    for code, number in (("JAX", jax), ("OMA", oma)):
        for split in SPLITS:
            own = sum(site[0] == code for site in divided[split])
            assert own >= 1
            assert own <= max(number * shares[split] / sum(shares.values()) + 1, 1)
