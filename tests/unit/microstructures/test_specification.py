"""Lengths of a specification in px of an image."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.errors import ConfigError
from latentlab.microstructures import KINDS, generate, prepare
from latentlab.microstructures.specification import Specification, scaled_interval


@pytest.mark.parametrize(
    ("bounds", "side", "expected"),
    [
        ((5, 9), 224, (5, 9)),
        ((5, 9), 448, (10, 18)),
        ((5, 9), 112, (2, 5)),  # 2.5 to 4.5: halves outwards, the mean stays 3.5
        ((7, 9), 112, (3, 5)),
        ((5, 9), 64, (1, 3)),  # 1.43 to 2.57
        ((112, 223), 64, (32, 64)),
        ((1, 2), 16, (1, 1)),
    ],
)
def test_scaled_interval(bounds: tuple[int, int], side: int, expected: tuple[int, int]) -> None:
    assert scaled_interval(bounds, side, least=1) == expected


@given(low=st.integers(1, 224), more=st.integers(0, 100), side=st.integers(16, 512))
def test_scaled_interval_is_within_half_a_pixel(low: int, more: int, side: int) -> None:
    first, last = scaled_interval((low, low + more), side, least=1)
    assert 1 <= first <= last
    assert first == 1 or abs(first - low * side / 224) <= 0.5
    assert last == 1 or abs(last - (low + more) * side / 224) <= 0.5


def test_a_number_stands_for_both_bounds() -> None:
    read = Specification({"kind": "k", "a": 2.5, "b": [1, 3]}, ("a", "b"))
    assert read.interval("a", 0) == (2.5, 2.5)
    assert read.whole_interval("b", 1, 3) == (1, 3)
    with pytest.raises(
        ConfigError, match=r"^microstructures of kind 'k': a: expected values from 3 to inf, found 2\.5$"
    ):
        read.interval("a", 3)


def test_every_kind_is_prepared_without_changing_its_specification() -> None:
    lines = {"count": 1, "thickness": 5, "gap": 10, "length": 60}
    specs = {
        "lines": lines | {"orientations": ["vertical"]},
        "diagonals": lines | {"orientations": ["rising"]},
        "shapes": {"shapes": ["disc"], "count": 1, "size": 20, "gap": 5},
        "random-field": {"correlation_length": 9, "volume_fraction": 0.3},
        "voronoi": {"grains": 5, "thickness": 3},
        "spheres": {"volume_fraction": 0.2, "radius": 12},
    }
    assert specs.keys() == KINDS.keys()
    for kind, keys in specs.items():
        spec = {"kind": kind} | keys
        before = repr(spec)
        made = generate(spec, count=3, side=32, seed=1)
        assert repr(spec) == before
        assert {name: values.dtype.name for name, values in made.labels.items()} == {
            "volume_fraction": "float32"
        } | {name: dtype for name, (dtype, _, _) in prepare(spec, 32).fields.items()}
        assert all(len(values) == 3 for values in made.labels.values())
        # each block alone gives the same images
        for index in range(3):
            alone = generate(spec, count=1, side=32, seed=1, first=index)
            assert (alone.images[0] == made.images[index]).all()
        assert len({image.tobytes() for image in made.images}) == 3
