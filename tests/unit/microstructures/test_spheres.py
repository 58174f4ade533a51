"""Packed discs and cut spheres: hard, periodic, of the volume fraction stated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from latentlab.errors import ConfigError
from latentlab.microstructures import generate, prepare
from latentlab.microstructures.drawing import draw_discs
from latentlab.microstructures.packing import random_sequential_addition
from latentlab.microstructures.spheres import Spheres

SPEC: dict[str, Any] = {"kind": "spheres", "volume_fraction": [0.1, 0.4], "radius": [8, 16]}


@settings(max_examples=20, deadline=None)
@given(
    dimensions=st.sampled_from([2, 3]),
    count=st.integers(1, 30),
    gap=st.floats(0, 2),
    seed=st.integers(0, 2**31),
)
def test_no_two_overlap(dimensions: int, count: int, gap: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    radii = rng.uniform(1.0, 3.0, count)
    centres = random_sequential_addition(rng, radii, 40.0, dimensions, gap)
    if centres is None:  # allowed only where little free space is left: random addition jams near 0.55
        assert dimensions == 2
        assert (np.pi * (radii + gap / 2) ** 2).sum() > 0.4 * 40.0**2
        return
    assert centres.shape == (count, dimensions)
    assert centres.min() >= 0
    assert centres.max() < 40
    shifts = 40.0 * np.stack(np.meshgrid(*[(-1, 0, 1)] * dimensions), axis=-1).reshape(-1, dimensions)
    for first in range(count):
        for second in range(first):
            distance = np.linalg.norm(centres[first] - centres[second] + shifts, axis=1).min()
            assert distance >= radii[first] + radii[second] + gap - 1e-9


def test_packing_that_cannot_be() -> None:
    assert random_sequential_addition(np.random.default_rng(0), np.full(9, 4.0), 16.0, 2) is None


def test_discs_are_drawn_across_the_period() -> None:
    image = np.ones((32, 32), dtype=np.uint8)
    assert (
        draw_discs(image, np.array([[0.0, 31.0], [16.5, 16.5]]), np.array([3.2, 0.3])) == 1
    )  # 0.3: no pixel
    rows, columns = np.indices((32, 32))
    down, right = np.minimum(rows, 32 - rows), np.minimum(31 - columns, columns + 1)
    np.testing.assert_array_equal(image == 0, down**2 + right**2 <= 3.2**2)


@pytest.mark.parametrize("spread", [0.0, 0.3])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_radii_fill_their_fraction_exactly(dimensions: int, spread: float) -> None:
    spec = SPEC | {"dimensions": dimensions, "spread": spread, "volume_fraction": [0.1, 0.3]}
    kind = prepare(spec, 224)
    assert isinstance(kind, Spheres)
    rng = np.random.default_rng(5)
    everything = []
    for fraction in (0.1, 0.25):
        for _ in range(20):
            radii = kind._radii(rng, fraction, 10.0)
            content = np.pi * radii**2 if dimensions == 2 else 4 / 3 * np.pi * radii**3
            assert content.sum() == pytest.approx(fraction * 224**dimensions, rel=1e-12)
            everything.append(np.log(radii / 10.0))
    logarithms = np.concatenate(everything)
    assert np.median(logarithms) == pytest.approx(0, abs=0.03)
    # a normal distribution cut at two standard deviations has 0.88 of its deviation
    assert logarithms.std() == pytest.approx(0.88 * spread, abs=0.03)


def test_discs_of_the_images() -> None:
    made = generate(SPEC | {"gap": 6, "volume_fraction": [0.1, 0.2]}, count=40, side=112, seed=3)
    for index, image in enumerate(made.images):
        tiled = np.tile(image, (2, 2))
        # a disc that the border cuts is whole in the tiled image: count those that start in one period
        labelled, _ = ndimage.label(tiled == 0)
        boxes = ndimage.find_objects(labelled)
        whole = [box for box in boxes if all(0 < side.start <= 112 and side.stop < 224 for side in box)]
        assert len(whole) == made.labels["number"][index]
        heights = [box[0].stop - box[0].start for box in whole]
        assert np.mean(heights) == pytest.approx(2 * made.labels["radius"][index], abs=1)
    labels = made.labels
    np.testing.assert_allclose(labels["volume_fraction"], (made.images == 0).mean(axis=(1, 2)), atol=1e-7)
    np.testing.assert_allclose(labels["volume_fraction"], labels["packing_fraction"], atol=0.02)
    assert labels["packing_fraction"].min() >= 0.1
    assert labels["packing_fraction"].max() <= 0.2


def test_plane_through_spheres_has_their_volume_fraction_on_average() -> None:
    spec = SPEC | {"dimensions": 3, "radius": 14, "volume_fraction": 0.2}
    made = generate(spec, count=60, side=64, seed=4)
    error = made.labels["volume_fraction"].std() / np.sqrt(60)
    assert made.labels["volume_fraction"].mean() == pytest.approx(0.2, abs=4 * error)
    assert 0 < error < 0.01
    # number of discs in a plane: density times 2 r (Torquato, sec. 2)
    radius = made.labels["radius"].mean()
    expected = 0.2 / (4 / 3 * np.pi * radius**3) * 2 * radius * 64**2
    assert made.labels["number"].mean() == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"volume_fraction": [0.1, 0.7]}, "volume_fraction: expected values from 1e-06 to 0.5"),
        ({"dimensions": 3}, "volume_fraction: expected values from 1e-06 to 0.34"),
        ({"dimensions": 4}, "dimensions: expected a number from 2 to 3, found 4"),
        ({"gap": 12}, "gap: with it the volume fraction is 1.225, over 0.5"),
        (
            {"radius": [8, 28], "volume_fraction": [0.01, 0.2]},
            "volume_fraction: 0.01 is less than one of radius 28",
        ),
        ({"radius": [1, 8]}, "radius: 6389 of 1 px are more than 5000 in a box"),
        ({"radius": [9, 8]}, "kind 'spheres': radius: the range is reversed"),
    ],
)
def test_bad_specifications(change: Mapping[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        generate(SPEC | change, count=1, side=64, seed=0)
