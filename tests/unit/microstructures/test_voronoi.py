"""Grain boundaries: against the distance from every seed, periodic, as thick as stated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from latentlab.errors import ConfigError
from latentlab.microstructures import generate
from latentlab.microstructures.voronoi import boundaries

SPEC: dict[str, Any] = {"kind": "voronoi", "grains": [10, 40], "thickness": [3, 6]}


def direct(seeds: np.ndarray, side: int, thickness: float) -> np.ndarray:
    """`boundaries` from all seeds within two periods."""
    shifts = side * np.mgrid[-2:3, -2:3].reshape(2, -1).T
    images = (shifts[:, None] + seeds).reshape(-1, 2)
    pixels = np.indices((side, side)).reshape(2, -1).T
    squared = ((pixels[:, None] - images) ** 2).sum(axis=2)
    own = squared.argmin(axis=1)
    between = np.sqrt(((images[own][:, None] - images) ** 2).sum(axis=2))
    between[np.arange(len(pixels)), own] = np.nan
    distance = np.nanmin((squared - squared.min(axis=1)[:, None]) / (2 * between), axis=1)
    return (distance <= 0.5 * thickness).reshape(side, side)


@settings(max_examples=15, deadline=None)
@given(
    grains=st.integers(1, 12),
    side=st.integers(16, 24),
    thickness=st.floats(1, 12),
    seed=st.integers(0, 2**31),
)
def test_boundaries_against_all_seeds(grains: int, side: int, thickness: float, seed: int) -> None:
    seeds = np.random.default_rng(seed).uniform(0, side, (grains, 2))
    np.testing.assert_array_equal(boundaries(seeds, side, thickness), direct(seeds, side, thickness))


def test_a_shift_of_the_seeds_shifts_the_periodic_image() -> None:
    seeds = np.random.default_rng(1).uniform(0, 48, (9, 2))
    shifted = boundaries((seeds + np.array([11, 30])) % 48, 48, 2.5)
    np.testing.assert_array_equal(np.roll(boundaries(seeds, 48, 2.5), (11, 30), axis=(0, 1)), shifted)


def test_thickness_of_a_straight_boundary() -> None:
    # two seeds side by side: boundaries half way between them, at columns 16.25 and 48.25, and with their own
    # images at row 32
    image = boundaries(np.array([[0.0, 0.25], [0.0, 32.25]]), 64, 5.0)
    columns = np.flatnonzero(image[10])
    assert columns.tolist() == [14, 15, 16, 17, 18, 46, 47, 48, 49, 50]
    assert np.flatnonzero(image[:, 0]).tolist() == [30, 31, 32, 33, 34]


def test_grains_are_parted() -> None:
    seeds = np.random.default_rng(3).uniform(0, 96, (40, 2))
    delta = np.abs(np.indices((96, 96)).reshape(2, -1, 1) - seeds.T[:, None, :])
    cell = (np.minimum(delta, 96 - delta) ** 2).sum(axis=0).argmin(axis=1).reshape(96, 96)
    labelled, count = ndimage.label(~boundaries(seeds, 96, 1.5))
    inside = [np.unique(cell[labelled == number]) for number in range(1, count + 1)]
    assert all(len(cells) == 1 for cells in inside)  # no 4-connected way from one grain to another
    assert len(np.unique(np.concatenate(inside))) == 40


def test_labels() -> None:
    made = generate(SPEC, count=25, side=96, seed=2)
    assert made.images.dtype == np.uint8
    np.testing.assert_allclose(
        made.labels["volume_fraction"], (made.images == 0).mean(axis=(1, 2)), atol=1e-7
    )
    assert 10 <= made.labels["grains"].min() < 16
    assert 34 < made.labels["grains"].max() <= 40
    assert 3 * 96 / 224 <= made.labels["thickness"].min() <= made.labels["thickness"].max() <= 6 * 96 / 224
    # more and thicker boundaries are blacker: their length grows with the root of the number of grains
    expected = np.sqrt(made.labels["grains"]) * made.labels["thickness"]
    assert np.corrcoef(expected, made.labels["volume_fraction"])[0, 1] > 0.9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"grains": [40, 10]}, "grains: the range is reversed"),
        ({"grains": 0}, "grains: expected values from 1 to 256"),
        ({"thickness": -1}, "thickness: expected values from 0 to 224"),
        ({"width": 1}, "kind 'voronoi': width: there is no such key"),
    ],
)
def test_bad_specifications(change: Mapping[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        generate(SPEC | change, count=1, side=64, seed=0)
