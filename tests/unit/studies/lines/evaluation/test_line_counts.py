"""Counts of lines, against the generator's truth and images drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from tests.unit.studies.lines.evaluation.drawn_lines import drawn_lines

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.line_counts import count_lines, threshold


def blank(side: int = 16, number: int = 1) -> torch.Tensor:
    return torch.ones(number, side, side, dtype=torch.uint8)


def test_threshold_is_zero_below_and_one_otherwise() -> None:
    pixels = torch.tensor([[[0.0, 0.0499, 0.05], [0.06, 1.0, -1.0]]])
    assert threshold(pixels).tolist() == [[[0, 0, 1], [1, 1, 0]]]
    assert threshold(pixels, level=0.5).tolist() == [[[0, 0, 0], [0, 1, 0]]]
    assert threshold(pixels).dtype == torch.uint8
    with pytest.raises(ArtifactError, match="not numbers"):
        threshold(torch.tensor([float("nan")]))


@pytest.mark.parametrize(
    ("side", "counts"), [(64, (1, 4)), (112, (1, 4)), (112, (3, 6)), (224, (1, 4)), (224, (3, 6))]
)
def test_every_drawn_count_is_found(side: int, counts: tuple[int, int]) -> None:
    drawn = drawn_lines(60, side, seed=side, counts=counts)
    found = count_lines(drawn.images)
    assert found.dtype == np.int64
    np.testing.assert_array_equal(found, drawn.counts)
    assert set(found) == set(range(counts[0], counts[1] + 1))


def test_empty_and_black_images() -> None:
    images = torch.cat([blank(), 0 * blank(), blank()])
    assert count_lines(images).tolist() == [0, 1, 0]
    assert count_lines(images, periodic=True).tolist() == [0, 1, 0]
    assert count_lines(images[:0]).tolist() == []


def test_diagonal_neighbours_do_not_connect() -> None:
    image = blank()
    image[0, 2:6, 2:6] = 0
    image[0, 6:10, 6:10] = 0
    assert count_lines(image).tolist() == [2]
    image[0, 6, 5] = 0
    assert count_lines(image).tolist() == [1]


def test_components_do_not_connect_across_images() -> None:
    assert count_lines(torch.zeros(5, 8, 8, dtype=torch.uint8)).tolist() == [1] * 5


def test_specks_below_the_stated_area_do_not_count() -> None:
    image = blank(20)
    image[0, 3, 2:10] = 0  # 8 px
    image[0, 8, 2:9] = 0  # 7 px
    share = 16 / 400
    assert count_lines(image, thinnest_line=share, speck=7.5 / 16).tolist() == [1]
    assert count_lines(image, thinnest_line=share, speck=6.5 / 16).tolist() == [2]
    assert count_lines(image, thinnest_line=share, speck=0.6).tolist() == [0]


def test_more_images_than_are_labelled_at_a_time() -> None:
    drawn = drawn_lines(10, 32, seed=3)
    np.testing.assert_array_equal(count_lines(drawn.images.repeat(30, 1, 1)), np.tile(drawn.counts, 30))


def test_lines_cut_by_the_border() -> None:
    image = blank(20)
    image[0, :5, 4:7] = 0
    image[0, 14:, 4:7] = 0  # the same line, periodically
    image[0, 8:11, :4] = 0
    image[0, 8:11, 15:] = 0  # and another
    assert count_lines(image).tolist() == [4]
    assert count_lines(image, periodic=True).tolist() == [2]


@given(seed=st.integers(0, 1000), shift=st.tuples(st.integers(0, 11), st.integers(0, 11)))
@settings(max_examples=20, deadline=None)
def test_periodic_counts_do_not_see_shifts(seed: int, shift: tuple[int, int]) -> None:
    noise = np.random.default_rng([seed]).random((3, 12, 12)) < 0.6
    images = torch.from_numpy(noise.astype(np.uint8))
    counts = count_lines(images, speck=0.5, periodic=True)
    shifted = count_lines(images.roll(shift, dims=(1, 2)), speck=0.5, periodic=True)
    np.testing.assert_array_equal(counts, shifted)
    by_label = [ndimage.label(image == 0)[1] for image in noise]
    np.testing.assert_array_equal(count_lines(images, speck=0.0), by_label)


def test_grey_images_and_other_ranks_are_refused() -> None:
    with pytest.raises(ValueError, match="threshold them first"):
        count_lines(torch.full((1, 4, 4), 0.4))
    with pytest.raises(ValueError, match=r"shape \(n, side, side\), found \(4, 4\)"):
        count_lines(torch.ones(4, 4))
