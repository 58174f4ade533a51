"""Mean errors against whole sets, and the comparison of two samples of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.unit.studies.lines.evaluation.drawn_lines import drawn_lines, reference_autocorrelation

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.overfitting import mean_errors, two_sample_test


@given(seed=st.integers(0, 1000), side=st.integers(4, 9), block=st.integers(1, 30))
@settings(max_examples=12, deadline=None)
def test_mean_errors_are_those_of_all_pairs(seed: int, side: int, block: int) -> None:
    rng = np.random.default_rng([seed])
    others = torch.from_numpy(rng.integers(0, 2, (23, side, side)).astype(np.uint8))
    images = torch.from_numpy(rng.random((5, side, side)).astype(np.float32))
    pairs = (images.double()[:, None] - others.double()).square().mean((1, 2, 3))
    np.testing.assert_allclose(mean_errors(images, [others], block=block), pairs.numpy(), rtol=1e-5)
    f, g = reference_autocorrelation(images), reference_autocorrelation(others)
    pairs = (f[:, None] - g).square().mean((1, 2, 3))
    found = mean_errors(images, [others[:9], others[9:]], "statistics", block=block)
    np.testing.assert_allclose(found, pairs.numpy(), rtol=1e-4, atol=1e-9)


def test_mean_errors_of_lines() -> None:
    images, others = drawn_lines(4, 64, seed=1).images, drawn_lines(40, 64, seed=2).images
    f, g = reference_autocorrelation(images), reference_autocorrelation(others)
    expected = (f[:, None] - g).square().mean((1, 2, 3)).numpy()
    np.testing.assert_allclose(mean_errors(images, [others], "statistics"), expected, rtol=1e-5)
    expected = (images.double()[:, None] - others.double()).square().mean((1, 2, 3)).numpy()
    np.testing.assert_allclose(mean_errors(images, lambda: others.split(7)), expected, rtol=1e-5)


def test_mean_errors_of_an_empty_set() -> None:
    with pytest.raises(ArtifactError, match="is empty"):
        mean_errors(torch.ones(1, 8, 8), [])
    with pytest.raises(ArtifactError, match="there are no reconstructions"):
        mean_errors(torch.ones(0, 8, 8), [torch.ones(1, 8, 8)])


def test_test_of_samples_by_hand() -> None:
    with pytest.warns(stats.DegenerateDataWarning):
        test = two_sample_test(np.array([1.0, 2.0, 3.0]), np.array([4.0, 6.0, 8.0]), seed=1)
    assert test.statistic == 1.0
    assert test.p_value == pytest.approx(0.1)  # 2 of the 20 orders of 3 and 3
    assert test.effect == pytest.approx((2 - 6) / math.sqrt((2 * 1 + 2 * 4) / 4))
    assert math.isnan(test.effect_low)  # of 3 values some resample is constant


def test_equal_distributions_and_shifted_ones() -> None:
    rng = np.random.default_rng([5])
    a, b = rng.normal(2.0, 3.0, 800), rng.normal(2.0, 3.0, 600)
    same, apart = two_sample_test(a, b, seed=2, resamples=500), two_sample_test(a + 1.5, b, seed=2)
    assert same.effect_low < 0 < same.effect_high
    assert same.p_value > 0.01
    assert apart.p_value < 1e-8
    assert apart.effect_low < 0.5 < apart.effect_high
    assert 0.1 < apart.effect_high - apart.effect_low < 0.35  # 2 x 1.96 sqrt(1 / 800 + 1 / 600) = 0.21
    assert apart.statistic == stats.ks_2samp(a + 1.5, b).statistic


def test_the_seed_decides() -> None:
    rng = np.random.default_rng([6])
    a, b = rng.random(50), rng.random(40)
    assert two_sample_test(a, b, seed=3, resamples=200) == two_sample_test(a, b, seed=3, resamples=200)
    other = two_sample_test(a, b, seed=4, resamples=200)
    assert other.effect_low != two_sample_test(a, b, seed=3, resamples=200).effect_low


@pytest.mark.parametrize(
    ("a", "message"),
    [
        ([1.0], "at least 2 values each, found 1 and 2"),
        ([1.0, math.nan], "not finite"),
        ([2.0, 2.0], "both constant"),
    ],
)
def test_samples_that_cannot_be_compared(a: list[float], message: str) -> None:
    with pytest.raises(ArtifactError, match=message):
        two_sample_test(np.array(a), np.array([3.0, 3.0]), seed=1)
    with pytest.raises(ValueError, match="two vectors"):
        two_sample_test(np.ones((2, 2)), np.ones(2), seed=1)
