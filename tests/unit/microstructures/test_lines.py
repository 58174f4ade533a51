"""Images of lines: their labels are what is seen in them, and each image depends on its number alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, stats

from latentlab.errors import ConfigError
from latentlab.microstructures import Microstructures, generate
from latentlab.microstructures.lines import ORIENTATIONS

LINES: dict[str, Any] = {
    "kind": "lines",
    "count": [1, 4],
    "length": [112, 223],
    "thickness": [5, 9],
    "gap": 10,
    "tries": 50,
    "orientations": ["vertical", "horizontal"],
}
HARDER = LINES | {"count": [3, 6]}
DIAGONALS = LINES | {
    "kind": "diagonals",
    "length": [56, 111],
    "orientations": ["falling", "rising"],
}
ALL_FOUR = LINES | {"diagonal_length": [56, 111], "orientations": list(ORIENTATIONS)}
THICKNESS = {64: (1, 3), 112: (2, 5), 224: (5, 9)}  # 5 to 9 px of 224 in whole px, halves rounded outwards
SCALED_GAP = {64: 3, 112: 5, 224: 10}
PLANAR = np.array([[[0] * 3] * 3, [[0, 1, 0], [1, 1, 1], [0, 1, 0]], [[0] * 3] * 3])


def components(images: np.ndarray) -> list[list[np.ndarray]]:
    """Pixels (n, 2) of the 4-connected components of phase 0, of each image."""
    labelled, _ = ndimage.label(images == 0, structure=PLANAR)
    found: list[list[np.ndarray]] = [[] for _ in images]
    for index, box in enumerate(ndimage.find_objects(labelled), start=1):
        corner = [box[1].start, box[2].start]
        found[box[0].start].append(np.argwhere(labelled[box][0] == index) + corner)
    return found


def rectangle_of(pixels: np.ndarray) -> tuple[int, int, int, int]:
    """Top, left, height, width of a component, which must fill its bounding box."""
    top, left = pixels.min(axis=0).tolist()
    height, width = (pixels.max(axis=0) - pixels.min(axis=0) + 1).tolist()
    assert len(pixels) == height * width
    return top, left, height, width


@pytest.mark.parametrize("spec", [LINES, HARDER], ids=["1-4", "3-6"])
@pytest.mark.parametrize("side", [64, 112, 224])
def test_labels_of_lines_are_what_is_seen(spec: Mapping[str, Any], side: int) -> None:
    made = generate(spec, count=150, side=side, seed=side)
    assert made.images.dtype == np.uint8
    assert made.images.shape == (150, side, side)
    assert set(np.unique(made.images)) == {0, 1}
    for index, found in enumerate(components(made.images)):
        rectangles = sorted(rectangle_of(pixels) for pixels in found)
        label = made.labels["rectangles"][index]
        expected = [tuple(row) for row in label[label[:, 0] >= 0].tolist()]
        assert sorted(expected) == rectangles
        assert made.labels["count"][index] == len(found)
        vertical = [height > width for _, _, height, width in rectangles]
        assert len(set(vertical)) == 1
        assert made.labels["orientation"][index] == (0 if vertical[0] else 1)
        assert made.labels["total_length"][index] == sum(max(row[2:]) for row in rectangles)
        black = sum(height * width for _, _, height, width in rectangles)
        assert made.labels["volume_fraction"][index] == pytest.approx(black / side**2, abs=1e-7)
        for row in rectangles:
            assert THICKNESS[side][0] <= min(row[2:]) <= THICKNESS[side][1]
            assert max(row[2:]) >= side / 2
        assert_apart(rectangles, SCALED_GAP[side])


def assert_apart(rectangles: list[tuple[int, int, int, int]], gap: int) -> None:
    for index, (top, left, height, width) in enumerate(rectangles):
        for other_top, other_left, other_height, other_width in rectangles[:index]:
            rows = max(other_top - top - height, top - other_top - other_height, 0)
            columns = max(other_left - left - width, left - other_left - other_width, 0)
            assert np.hypot(rows, columns) >= gap


@pytest.mark.parametrize("count", [[1, 4], [3, 6]], ids=["1-4", "3-6"])
@pytest.mark.parametrize("side", [64, 224])
def test_labels_of_diagonals_are_what_is_seen(count: list[int], side: int) -> None:
    made = generate(DIAGONALS | {"count": count}, count=100, side=side, seed=3)
    assert "rectangles" not in made.labels
    for index, found in enumerate(components(made.images)):
        assert made.labels["count"][index] == len(found)
        ends = made.labels["ends"][index]
        ends = ends[np.isfinite(ends[:, 0])].astype(np.float64)
        assert len(ends) == len(found)
        lengths = []
        for pixels in found:
            row, column = pixels.T.astype(np.float64)
            falling = np.cov(row, column)[0, 1] > 0
            assert made.labels["orientation"][index] == (2 if falling else 3)
            column = column if falling else side - 1 - column
            along, across = row + column, column - row
            lengths.append((np.ptp(along) + 1) / np.sqrt(2))
            assert len(pixels) == pytest.approx((np.ptp(along) + 1) * (np.ptp(across) + 1) / 2, abs=0.51)
            # one of the labelled axes runs through this component, from end to end
            middle = 0.5 * (ends[:, :2] + ends[:, 2:])
            axis = ends[np.hypot(*(middle - pixels.mean(axis=0)).T).argmin()]
            seen = axis[[1, 3]] if falling else side - 1 - axis[[1, 3]]
            assert sorted(axis[[0, 2]] + seen) == pytest.approx([along.min(), along.max()], abs=0.01)
            middles = 0.5 * (across.min() + across.max())
            assert seen - axis[[0, 2]] == pytest.approx([middles, middles], abs=0.01)
        assert sum(lengths) == pytest.approx(made.labels["total_length"][index], abs=0.36 * len(found))
        black = (made.images[index] == 0).mean()
        assert made.labels["volume_fraction"][index] == pytest.approx(black, abs=1e-7)


def test_gap_between_diagonals_is_kept() -> None:
    made = generate(DIAGONALS | {"count": [4, 6]}, count=20, side=224, seed=1)
    for found in components(made.images):
        for index, pixels in enumerate(found):
            empty = np.ones((224, 224), dtype=bool)
            empty[tuple(pixels.T)] = False
            distance = ndimage.distance_transform_edt(empty)
            for others in found[:index]:
                # between pixel centres: the free gap and at least one step of 1 / sqrt(2) px
                assert distance[tuple(others.T)].min() >= 10 + 0.7


def test_all_four_orientations_together() -> None:
    made = generate(ALL_FOUR, count=200, side=64, seed=5)
    orientation = made.labels["orientation"]
    assert np.bincount(orientation, minlength=4).min() > 25
    straight = orientation < 2
    assert (made.labels["rectangles"][straight, 0, 0] >= 0).all()
    assert (made.labels["rectangles"][~straight] == -1).all()
    assert np.isnan(made.labels["ends"][straight]).all()
    assert np.isfinite(made.labels["ends"][~straight, 0]).all()
    assert [len(found) for found in components(made.images)] == made.labels["count"].tolist()


@pytest.mark.parametrize("spec", [LINES, HARDER, DIAGONALS], ids=["1-4", "3-6", "diagonals"])
def test_counts_and_orientations_are_equally_probable(spec: Mapping[str, Any]) -> None:
    made = generate(spec, count=2000, side=64, seed=11)
    low, high = spec["count"]
    counts = np.bincount(made.labels["count"])[low : high + 1]
    assert counts.sum() == 2000
    assert stats.chisquare(counts).pvalue > 1e-3
    both = np.bincount(made.labels["orientation"])
    assert stats.chisquare(both[both > 0]).pvalue > 1e-3
    pairs = np.histogram2d(made.labels["count"], made.labels["orientation"], bins=(4, 2))[0]
    assert stats.chi2_contingency(pairs).pvalue > 1e-3


def test_places_cover_the_image_evenly() -> None:
    single = LINES | {"count": 1, "length": 112, "thickness": 7, "orientations": ["vertical"]}
    places = generate(single, count=1500, side=224, seed=2).labels["rectangles"][:, 0].astype(int)
    within = np.random.default_rng(0).random(1500)  # makes whole numbers continuous
    for start, room in ((places[:, 0], 113), (places[:, 1], 218)):
        assert stats.kstest((start + within) / room, "uniform").pvalue > 1e-3
    edge = DIAGONALS | {"count": 1, "length": 56, "thickness": 7}
    images = generate(edge, count=1500, side=64, seed=2).images == 0
    rows, columns = images.any(axis=(0, 2)), images.any(axis=(0, 1))
    assert rows.all()  # every row and column is reached
    assert columns.all()


def assert_same(one: Microstructures, other: Microstructures) -> None:
    np.testing.assert_array_equal(one.images, other.images)
    assert one.labels.keys() == other.labels.keys()
    for name, values in one.labels.items():
        np.testing.assert_array_equal(values, other.labels[name])


def test_an_image_depends_on_its_number_alone() -> None:
    whole = generate(ALL_FOUR, count=30, side=64, seed=9)
    assert_same(whole, generate(ALL_FOUR, count=30, side=64, seed=9))
    part = generate(ALL_FOUR, count=7, side=64, seed=9, first=12)
    labels = {name: values[12:19] for name, values in whole.labels.items()}
    assert_same(part, Microstructures(whole.images[12:19], labels))
    assert (generate(ALL_FOUR, count=30, side=64, seed=10).images != whole.images).any(axis=(1, 2)).all()
    assert len(generate(LINES, count=0, side=64, seed=9)) == 0


@settings(max_examples=25, deadline=None)
@given(
    side=st.integers(16, 96),
    most=st.integers(1, 4),
    thickness=st.integers(1, 12),
    gap=st.floats(0, 14),
    seed=st.integers(0, 2**31),
    diagonal=st.booleans(),
)
def test_every_specification_keeps_its_count(
    side: int, most: int, thickness: int, gap: float, seed: int, diagonal: bool
) -> None:
    spec = (DIAGONALS | {"length": [60, 100]}) if diagonal else (LINES | {"length": [80, 224]})
    spec = spec | {"count": [1, most], "thickness": thickness, "gap": gap}
    made = generate(spec, count=4, side=side, seed=seed)
    assert [len(found) for found in components(made.images)] == made.labels["count"].tolist()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "curves"}, "kind: expected one of lines, diagonals, .* found 'curves'"),
        ({"colour": 3}, "kind 'lines': colour: there is no such key; expected"),
        ({"count": [4, 1]}, r"count: the range is reversed, found \[4, 1\]"),
        ({"count": [1.5, 2]}, "count: expected whole numbers"),
        ({"count": [0, 2]}, "count: expected values from 1 to 100"),
        ({"count": "many"}, r"count: expected one number or two, \[low, high\], found 'many'"),
        ({"count": [1, True]}, "count: expected one number or two"),
        ({"length": [1, 2, 3]}, "length: expected one number or two"),
        ({"length": [112, 300]}, "length: vertical lines of 300 px do not fit an image of 224 px"),
        ({"length": [5, 200]}, "length: lines of 5 px are no longer than they are thick, 9 px"),
        ({"thickness": [float("nan"), 9]}, "thickness: expected one number or two"),
        ({"gap": -1}, "gap: expected a number from 0 to inf, found -1"),
        ({"tries": 2.5}, "tries: expected a whole number, found 2.5"),
        ({"orientations": []}, "orientations: expected a list of names"),
        ({"orientations": "vertical"}, "orientations: expected a list of names"),
        (
            {"orientations": ["vertical", "up"]},
            "orientations: there is no 'up'; expected names out of vertical",
        ),
        ({"orientations": ["vertical", "vertical"]}, "orientations: a name occurs twice"),
        ({"orientations": ["falling"]}, "kind 'lines': diagonal_length: is missing"),
        ({"count": [1, 40]}, "count: 40 vertical lines with a gap of 10 px do not fit an image of 224 px"),
    ],
)
def test_bad_specifications(change: Mapping[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        generate(LINES | change, count=1, side=224, seed=0)


def test_bad_calls() -> None:
    missing = {key: value for key, value in LINES.items() if key != "gap"}
    with pytest.raises(ConfigError, match="kind 'lines': gap: is missing"):
        generate(missing, count=1, side=224, seed=0)
    with pytest.raises(ConfigError, match="there is no 'vertical'; expected names out of falling, rising"):
        generate(DIAGONALS | {"orientations": ["vertical"]}, count=1, side=224, seed=0)
    with pytest.raises(ConfigError, match="length: falling lines of 330 px do not fit an image of 224 px"):
        generate(DIAGONALS | {"length": [56, 330]}, count=1, side=224, seed=0)
    with pytest.raises(ConfigError, match="side: expected at least 16 px, found 8"):
        generate(LINES, count=1, side=8, seed=0)
    with pytest.raises(ValueError, match="must not be negative, got -1, 0 and 0"):
        generate(LINES, count=-1, side=64, seed=0)
