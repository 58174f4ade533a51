"""Autocorrelations of lines and the features that stand for them, against a direct transcription."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.lines.evaluation.drawn_lines import drawn_lines, reference_autocorrelation

from latentlab.studies.lines.line_statistics import (
    autocorrelation_of_features,
    line_autocorrelation,
    line_features,
    line_phase,
)


def grey(number: int, side: int, seed: int) -> torch.Tensor:
    return torch.rand(number, side, side, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_phase_of_lines_and_background() -> None:
    phase = line_phase(torch.tensor([[[0, 1], [1, 0]]], dtype=torch.uint8))
    assert phase.dtype == torch.float32
    expected = torch.tensor([[[1.0, 3.3546e-4], [3.3546e-4, 1.0]]])
    torch.testing.assert_close(phase, expected, rtol=1e-4, atol=0)


@pytest.mark.parametrize("side", [8, 9])
def test_autocorrelation_is_the_documents_centred(side: int) -> None:
    images = grey(3, side, seed=1)
    expected = torch.roll(reference_autocorrelation(images), (side // 2, side // 2), dims=(1, 2))
    torch.testing.assert_close(line_autocorrelation(images), expected, rtol=1e-10, atol=1e-12)


def test_value_at_lag_zero_is_about_the_volume_fraction() -> None:
    images = drawn_lines(5, 64, seed=1).images
    fractions = (images == 0).double().mean((1, 2))
    torch.testing.assert_close(
        line_autocorrelation(images)[:, 32, 32].double(), fractions, rtol=1e-5, atol=1e-6
    )


@given(side=st.integers(2, 9), seed=st.integers(0, 100))
@settings(max_examples=12, deadline=None)
def test_distances_of_features_are_those_of_autocorrelations(side: int, seed: int) -> None:
    images = grey(2, side, seed)
    f = reference_autocorrelation(images)
    features = line_features(images)
    assert features.shape == (2, side * (side // 2 + 1))
    distance = (features[0] - features[1]).square().sum()
    torch.testing.assert_close(distance, (f[0] - f[1]).square().mean(), rtol=1e-9, atol=1e-18)
    torch.testing.assert_close(
        autocorrelation_of_features(features, side), line_autocorrelation(images), rtol=1e-9, atol=1e-12
    )


def test_features_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(n, 40\) features, found \(2, 41\)"):
        autocorrelation_of_features(torch.zeros(2, 41), 8)
