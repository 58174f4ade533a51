"""Tiles as invariant models take them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.studies.landcover.invariants.drawn_tiles import SIDE, drawn_tiles

from latentlab.errors import ConfigError
from latentlab.studies.landcover.invariants.small_tiles import SHIFT, averaged, disc, neighbours, small_tiles
from latentlab.studies.landcover.run_tiles import pictures


def test_tiles_are_means_of_blocks_in_a_disc() -> None:
    tiles = drawn_tiles((0, 1))
    small = small_tiles(tiles, "rgb", 8)
    whole = pictures(tiles, "rgb")
    assert small.images.shape == (32, 3, 8, 8)
    np.testing.assert_allclose(small.images[3, 1, 4, 2], whole[3, 1, 16:20, 8:12].mean(), rtol=1e-5)
    assert (small.images[:, :, disc(8) == 0] == 0).all()
    assert 0.7 < disc(64).mean() < np.pi / 4 + 0.01
    assert small_tiles(tiles, "grey", 8).images.shape == (32, 1, 8, 8)


def test_turned_tiles_are_quarter_turns_counter_clockwise() -> None:
    tiles = drawn_tiles((0,))
    tiles.rgb[:] = 0
    tiles.rgb[:, :, :8, 12:20] = 255  # at the top
    small = small_tiles(tiles, "rgb", 4)
    left, below, right = small.turned[:, 0, 0]
    assert left[:, 0].sum() == below[3].sum() == right[:, 3].sum() == small.images[0, 0, 0].sum() > 0


def test_shifted_tiles_are_cut_from_two_neighbours() -> None:
    tiles = drawn_tiles((0, 1))
    small = small_tiles(tiles, "rgb", 8)
    assert len(small.shifted) == 2 * 4 * 3  # the last of each row has no neighbour
    step = SIDE // SHIFT
    place = 5
    row = small.shifted_rows[place]
    whole = pictures(tiles, "rgb")
    beyond = np.concatenate([whole[row][..., step:], whole[row + 1][..., :step]], axis=-1)
    expected = averaged(beyond[None], 8)[0] * disc(8)
    np.testing.assert_allclose(small.shifted[place], expected)


def test_neighbours_are_of_the_same_image() -> None:
    factors = drawn_tiles((4, 9)).factors
    left, right = neighbours(factors)
    for name in ("site", "row"):
        np.testing.assert_array_equal(factors[name][left], factors[name][right])
    np.testing.assert_array_equal(factors["column"][left] + 1, factors["column"][right])
    alone = {name: values[:1] for name, values in factors.items()}
    assert len(neighbours(alone)[0]) == 0


def test_a_side_that_tiles_cannot_have_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"side: tiles of 32 px cannot be averaged to 12 px"):
        small_tiles(drawn_tiles((0,)), "rgb", 12)
