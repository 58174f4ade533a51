"""Tiles as invariant models take them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.studies.landcover.invariants.drawn_tiles import SIDE, drawn_tiles

from latentlab.errors import ConfigError
from latentlab.studies.landcover.invariants.small_tiles import (
    SHIFT,
    Scale,
    averaged,
    disc,
    neighbours,
    small_splits,
)
from latentlab.studies.landcover.run_tiles import pictures


def test_tiles_are_means_of_blocks_in_the_units_of_the_training_tiles() -> None:
    train, test = drawn_tiles((0, 1)), drawn_tiles((2,), seed=5)
    small, other = small_splits(train, test, "rgb", 8)
    whole = pictures(train, "rgb")
    assert small.images.shape == (32, 3, 8, 8)
    inside = disc(8) > 0
    values = averaged(whole, 8)[:, 1, inside]
    np.testing.assert_allclose(averaged(whole, 8)[3, 1, 4, 2], whole[3, 1, 16:20, 8:12].mean(), rtol=1e-5)
    np.testing.assert_allclose(small.images[:, 1, inside], (values - values.mean()) / values.std(), atol=1e-5)
    asked = averaged(pictures(test, "rgb"), 8)[:, 1, inside]
    np.testing.assert_allclose(other.images[:, 1, inside], (asked - values.mean()) / values.std(), atol=1e-5)
    assert (small.images[:, :, ~inside] == 0).all()
    assert small_splits(train, test, "grey", 8)[0].images.shape == (32, 1, 8, 8)


def test_the_disc_is_inscribed() -> None:
    assert disc(64).mean() == pytest.approx(np.pi / 4, abs=0.01)
    assert disc(8)[0, 0] == 0
    assert disc(8)[0, 3] == 1


def test_turned_tiles_are_quarter_turns_counter_clockwise() -> None:
    tiles = drawn_tiles((0,))
    tiles.rgb[:] = 0
    tiles.rgb[:, :, :8, 12:20] = 255  # at the top
    small, _ = small_splits(tiles, tiles, "rgb", 4)
    left, below, right = (each - each.min() for each in small.turned[:, 0, 0])
    top = small.images[0, 0] - small.images[0, 0].min()
    for turns, turned in enumerate((left, below, right), start=1):
        np.testing.assert_array_equal(turned, np.rot90(top, turns))
    assert left[:, 0].sum() > left[:, 3].sum()


def test_shifted_tiles_are_cut_from_two_neighbours() -> None:
    tiles = drawn_tiles((0, 1))
    small, _ = small_splits(tiles, tiles, "rgb", 8)
    assert len(small.shifted) == 2 * 4 * 3  # the last of each row has no neighbour
    step = SIDE // SHIFT
    place = 5
    row = small.shifted_rows[place]
    whole = pictures(tiles, "rgb")
    beyond = np.concatenate([whole[row][..., step:], whole[row + 1][..., :step]], axis=-1)
    scale = Scale.of(averaged(whole, 8))
    np.testing.assert_allclose(small.shifted[place], scale.standardised(averaged(beyond[None], 8))[0])


def test_a_constant_channel_is_not_divided_by_0() -> None:
    scale = Scale.of(np.full((3, 2, 8, 8), 0.5, np.float32))
    assert (scale.standardised(np.full((1, 2, 8, 8), 0.5)) == 0).all()


def test_neighbours_are_of_the_same_image() -> None:
    factors = drawn_tiles((4, 9)).factors
    left, right = neighbours(factors)
    for name in ("site", "row"):
        np.testing.assert_array_equal(factors[name][left], factors[name][right])
    np.testing.assert_array_equal(factors["column"][left] + 1, factors["column"][right])
    alone = {name: values[:1] for name, values in factors.items()}
    assert len(neighbours(alone)[0]) == 0


def test_a_side_that_tiles_cannot_have_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"tiles of 32 px cannot be averaged to 12 px; expected a divisor"):
        small_splits(drawn_tiles((0,)), drawn_tiles((1,)), "rgb", 12)
