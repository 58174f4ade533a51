"""Differences of volume fractions, by numbers worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.volume_fractions import black_pixels, volume_fraction_difference


def with_black(*numbers: int) -> torch.Tensor:
    """Images of 8 x 8 px, the first so many black."""
    return torch.stack([(torch.arange(64) >= number).to(torch.uint8).view(8, 8) for number in numbers])


def test_black_pixels_are_those_below_the_level() -> None:
    assert black_pixels(with_black(0, 7, 64)).tolist() == [0, 7, 64]
    grey = torch.full((1, 8, 8), 0.04)
    grey[0, 0] = 0.05
    assert black_pixels(grey).tolist() == [56]
    assert black_pixels(grey, level=0.01).tolist() == [0]


def test_difference_in_per_cent_to_four_decimals() -> None:
    difference = volume_fraction_difference(with_black(6, 6, 40, 7), with_black(8, 6, 30, 6))
    assert difference.tolist() == [33.3333, 0.0, 25.0, 14.2857]


def test_reconstructions_are_thresholded() -> None:
    reconstruction = with_black(10).float()
    reconstruction[reconstruction == 0] = 0.03
    reconstruction[0, 7] = 0.3  # grey, above the level
    assert volume_fraction_difference(with_black(10), reconstruction).tolist() == [0.0]
    assert volume_fraction_difference(with_black(10), reconstruction, level=0.5).tolist() == [80.0]


def test_originals_without_black_pixels() -> None:
    difference = volume_fraction_difference(with_black(0, 0), with_black(3, 0))
    assert difference[0] == math.inf
    assert math.isnan(difference[1])


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ArtifactError, match=r"of one shape, found \(1, 8, 8\) and \(2, 8, 8\)"):
        volume_fraction_difference(with_black(3), with_black(3, 4))
