"""Cutting an image into tiles loses nothing, and binning keeps means, known heights and frequent labels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from latentlab.studies.landcover.classes import CLASSES, VOID
from latentlab.studies.landcover.cutting import AerialImage, bin_image, cut, usable
from latentlab.studies.landcover.tile_set import PIXELS, Tiles


def random_image(side: int, seed: int, bands: bool = True) -> AerialImage:
    """An image of random pixels, with void labels and unknown heights among them."""
    rng = np.random.default_rng(seed)
    height = rng.normal(5, 3, (side, side)).astype(np.float32)
    height[rng.random((side, side)) < 0.2] = np.nan
    return AerialImage(
        rgb=rng.integers(0, 256, (3, side, side), dtype=np.uint8),
        labels=rng.choice([*range(len(CLASSES)), VOID], (side, side)).astype(np.uint8),
        height=height,
        bands=rng.integers(0, 2**16, (8, side, side), dtype=np.uint16) if bands else None,
        facts={"haze": 0.1},
    )


def _put_together(tiles: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    side = tiles.shape[-1]
    whole = np.zeros((*tiles.shape[1:-2], 8 * side, 8 * side), tiles.dtype)
    for tile, row, column in zip(tiles, rows, columns, strict=True):
        whole[..., row * side : (row + 1) * side, column * side : (column + 1) * side] = tile
    return whole


@pytest.mark.parametrize("side", [1024, 512])
def test_tiles_put_together_are_the_image(side: int) -> None:
    image = random_image(side, seed=1)
    tiles = cut(image)
    assert tiles.rgb.shape == (64, 3, side // 8, side // 8)
    for name in PIXELS:
        whole = _put_together(getattr(tiles, name), tiles.factors["row"], tiles.factors["column"])
        np.testing.assert_array_equal(whole, getattr(image, name))


def test_an_image_without_bands_gives_tiles_without_bands() -> None:
    image = random_image(64, seed=2, bands=False)
    assert cut(image).bands is None
    assert bin_image(image, 32).bands is None


def test_an_image_of_the_right_size_is_not_changed() -> None:
    image = random_image(64, seed=3)
    assert bin_image(image, 64) is image


@pytest.mark.parametrize("factor", [2, 4])
def test_binning_keeps_means_types_and_facts(factor: int) -> None:
    image = random_image(256, seed=4)
    binned = bin_image(image, 256 // factor)
    assert binned.facts == image.facts
    for name in ("rgb", "bands"):
        before, after = getattr(image, name), getattr(binned, name)
        assert after.dtype == before.dtype
        squares = before.reshape(len(before), 256 // factor, factor, 256 // factor, factor)
        np.testing.assert_allclose(after, squares.mean(axis=(2, 4)), atol=0.5)
        np.testing.assert_allclose(after.mean(axis=(1, 2)), before.mean(axis=(1, 2)), atol=0.05)


def test_heights_are_means_of_the_known_ones() -> None:
    image = random_image(32, seed=5)
    image.height[:4, :4] = np.nan
    binned = bin_image(image, 8).height
    assert np.isnan(binned[0, 0])
    for row, column in ((0, 1), (3, 7), (5, 2)):
        square = image.height[4 * row : 4 * row + 4, 4 * column : 4 * column + 4]
        assert binned[row, column] == pytest.approx(np.nanmean(square, dtype=float), abs=1e-5)


@given(arrays(np.uint8, (2, 2), elements=st.sampled_from([0, 1, 2, 3, 4, VOID])))
@settings(max_examples=60, deadline=None)
def test_labels_are_the_most_frequent(square: np.ndarray) -> None:
    image = AerialImage(np.zeros((3, 2, 2), np.uint8), square, np.zeros((2, 2), np.float32))
    label = bin_image(image, 1).labels[0, 0]
    counts = {code: int((square == code).sum()) for code in range(256)}
    most = max(counts.values())
    assert label == min(code for code in counts if counts[code] == most)  # void has the highest code


@pytest.mark.parametrize("side", [48, 100])
def test_a_side_that_does_not_divide_the_image_is_refused(side: int) -> None:
    with pytest.raises(ValueError, match=f"a multiple of {side} px, found 64 px"):
        bin_image(random_image(64, seed=6), side)


def test_an_image_that_cannot_be_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="a side that is a multiple of 8 px, found 60 x 60 px"):
        cut(random_image(60, seed=7))


def test_a_tile_is_usable_if_at_most_half_is_void_and_a_height_is_known() -> None:
    labels = np.zeros((4, 4, 4), np.uint8)
    height = np.zeros((4, 4, 4), np.float32)
    labels[0, :2] = VOID  # just half
    labels[1, :2], labels[1, 3, 3] = VOID, VOID
    height[2] = np.nan
    height[3, 1:] = np.nan
    tiles = Tiles(np.zeros((4, 3, 4, 4), np.uint8), None, height, labels)
    assert usable(tiles).tolist() == [True, False, False, True]
