"""Images of discs, squares, triangles and crosses: labels against what is seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from latentlab.errors import ConfigError
from latentlab.microstructures import generate
from latentlab.microstructures.drawing import SHAPES, shape_mask

SPEC: dict[str, Any] = {
    "kind": "shapes",
    "shapes": ["disc", "square", "triangle", "cross"],
    "count": [1, 4],
    "size": [20, 60],
    "gap": 10,
}
GAP = {64: 3, 224: 10}


@pytest.mark.parametrize("side", [64, 224])
def test_labels_are_what_is_seen(side: int) -> None:
    made = generate(SPEC, count=120, side=side, seed=4)
    assert np.bincount(made.labels["shape"], minlength=4).min() > 10
    assert np.bincount(made.labels["count"], minlength=5)[1:].min() > 10
    for index, image in enumerate(made.images):
        labelled, count = ndimage.label(image == 0)
        assert count == made.labels["count"][index]
        boxes = ndimage.find_objects(labelled)
        sizes = []
        for number, (rows, columns) in enumerate(boxes, start=1):
            size = rows.stop - rows.start
            assert columns.stop - columns.start == size
            sizes.append(size)
            mask = shape_mask(SHAPES[made.labels["shape"][index]], size)
            np.testing.assert_array_equal(labelled[rows, columns] == number, mask)
            for other_rows, other_columns in boxes[: number - 1]:
                down = max(other_rows.start - rows.stop, rows.start - other_rows.stop, 0)
                right = max(other_columns.start - columns.stop, columns.start - other_columns.stop, 0)
                assert np.hypot(down, right) >= GAP[side]
        labels = made.labels["size"][index]
        assert sorted(labels[labels >= 0].tolist()) == sorted(sizes)
        assert 20 * side / 224 - 0.5 <= min(sizes) <= max(sizes) <= 60 * side / 224 + 0.5
        assert made.labels["volume_fraction"][index] == pytest.approx((image == 0).mean(), abs=1e-7)


@pytest.mark.parametrize("size", [3, 4, 5, 6, 17, 40, 61])
def test_masks_fill_their_square(size: int) -> None:
    share = {"disc": np.pi / 4, "square": 1.0, "triangle": 0.5, "cross": 5 / 9}
    for shape in SHAPES:
        mask = shape_mask(shape, size)
        assert mask.shape == (size, size)
        assert mask[0].any()
        assert mask[-1].any()
        assert mask[:, 0].any()
        assert mask[:, -1].any()
        assert ndimage.label(mask)[1] == 1
        np.testing.assert_array_equal(mask, mask[:, ::-1])
        # the outline's pixels, 4 x size of them, are the rounding
        assert abs(mask.mean() - share[shape]) <= 1.2 / size
    np.testing.assert_array_equal(shape_mask("cross", size), shape_mask("cross", size).T)
    np.testing.assert_array_equal(shape_mask("disc", size), shape_mask("disc", size).T)


def test_only_the_shapes_asked_for() -> None:
    made = generate(SPEC | {"shapes": ["cross", "disc"]}, count=40, side=64, seed=0)
    assert set(made.labels["shape"].tolist()) == {SHAPES.index("disc"), SHAPES.index("cross")}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shapes": ["star"]}, "kind 'shapes': shapes: there is no 'star'; expected names out of disc"),
        ({"size": [20, 300]}, "size: a shape of 300 px does not fit an image of 224 px"),
        ({"count": 30, "size": 60}, "count: 30 shapes with a gap of 10 px do not fit an image of 224 px"),
    ],
)
def test_bad_specifications(change: Mapping[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        generate(SPEC | change, count=1, side=224, seed=0)


def test_unknown_shape() -> None:
    with pytest.raises(ValueError, match="there is no shape 'star'"):
        shape_mask("star", 5)
