"""Orientation of lines: right on every drawn image, and silent where there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.lines.evaluation.drawn_lines import drawn_lines

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.orientation import anisotropy, orientation


def diagonal(side: int, thickness: int, rising: bool) -> torch.Tensor:
    """One line at 45 degrees, side // 2 pixels long in rows and columns."""
    image = torch.ones(1, side, side, dtype=torch.uint8)
    for step in range(side // 4, side // 4 + side // 2):
        image[0, step, step : step + thickness] = 0
    return image.flip(2) if rising else image


@pytest.mark.parametrize(("side", "counts"), [(64, (1, 4)), (112, (3, 6)), (224, (1, 4))])
def test_every_drawn_orientation_is_found(side: int, counts: tuple[int, int]) -> None:
    drawn = drawn_lines(40, side, seed=side + 1, counts=counts)
    np.testing.assert_array_equal(orientation(drawn.images).numpy(), drawn.orientations)
    np.testing.assert_array_equal(orientation(drawn.images, diagonals=True).numpy(), drawn.orientations)
    axes, diagonals = anisotropy(drawn.images)
    assert axes.abs().min() > 0.8
    assert diagonals.abs().max() < 0.05


def test_one_line_by_hand() -> None:
    """12 x 2 px at lag 1: 12 of 24 pixels lose their partner across, 2 along: (12 - 2) / (12 + 2)."""
    image = torch.ones(1, 32, 32)
    image[0, 4:16, 7:9] = 0
    axes, diagonals = anisotropy(image, longest_lag=1 / 32)
    assert axes.item() == pytest.approx(10 / 14, rel=1e-3)
    assert diagonals.item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("side", [64, 224])
@pytest.mark.parametrize("rising", [False, True])
def test_diagonals(side: int, rising: bool) -> None:
    image = diagonal(side, max(2, side // 32), rising)
    assert orientation(image, diagonals=True).tolist() == [3 if rising else 2]
    assert orientation(image).tolist() == [-1]


def test_no_orientation() -> None:
    empty, black, square = torch.ones(64, 64), torch.zeros(64, 64), torch.ones(64, 64)
    square[20:30, 20:30] = 0
    speck = torch.ones(64, 64)
    speck[5, 5:8] = 0
    images = torch.stack([empty, black, square, speck])
    assert orientation(images).tolist() == [-1] * 4
    assert orientation(images, diagonals=True).tolist() == [-1] * 4
    axes, _ = anisotropy(images)
    assert [math.isnan(value) for value in axes.tolist()] == [True, True, False, True]


def test_margin() -> None:
    image = torch.ones(1, 64, 64)
    image[0, 20:33, 20:30] = 0  # 13 x 10 px: anisotropy about 0.13
    assert 0.1 < float(anisotropy(image)[0]) < 0.2
    assert orientation(image).tolist() == [0]
    assert orientation(image, margin=0.3).tolist() == [-1]


def test_noise_and_blur_do_not_change_it() -> None:
    drawn = drawn_lines(20, 64, seed=2)
    grey = torch.nn.functional.avg_pool2d(drawn.images[:, None].float(), 3, 1, 1, count_include_pad=False)
    noise = 0.05 * torch.randn(grey.shape, generator=torch.Generator().manual_seed(1))
    found = orientation((grey + noise).clamp(0, 1)[:, 0])
    told = found >= 0  # lines 1 px thick are blurred away
    assert told.sum() > 10
    np.testing.assert_array_equal(found[told].numpy(), drawn.orientations[told.numpy()])


@given(seed=st.integers(0, 1000), shift=st.tuples(st.integers(0, 63), st.integers(0, 63)))
@settings(max_examples=10, deadline=None)
def test_shift_turn_and_transposition(seed: int, shift: tuple[int, int]) -> None:
    image = drawn_lines(1, 64, seed).images
    axes, diagonals = anisotropy(torch.cat([image, image.roll(shift, (1, 2)), image.flip((1, 2))]))
    torch.testing.assert_close(axes, axes[:1].expand(3))
    torch.testing.assert_close(diagonals, diagonals[:1].expand(3), rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(anisotropy(image.mT)[0], -axes[:1])


def test_bad_images_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(n, side, side\)"):
        orientation(torch.ones(2, 8, 9))
    with pytest.raises(ArtifactError, match="not finite"):
        orientation(torch.full((1, 8, 8), float("inf")))
