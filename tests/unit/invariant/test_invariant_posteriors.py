"""Samples and KL divergences, against torch.distributions and Monte Carlo."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import distributions

from latentlab.invariant.posteriors import (
    capacity_term,
    kl_categorical,
    kl_circle,
    kl_normal,
    sample_gumbel,
    sample_normal,
    wrapped_entropy,
)


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(7)


@pytest.mark.parametrize("prior", [1.0, 0.1])
def test_kl_of_normals(prior: float, generator: torch.Generator) -> None:
    mean, deviation = torch.randn(50, generator=generator), torch.rand(50, generator=generator) + 0.05
    expected = distributions.kl_divergence(
        distributions.Normal(mean, deviation), distributions.Normal(0.0, prior)
    )
    torch.testing.assert_close(kl_normal(mean, deviation, prior), expected, rtol=1e-4, atol=1e-4)


def test_kl_of_categories(generator: torch.Generator) -> None:
    logits = 3 * torch.randn(20, 5, generator=generator)
    expected = distributions.kl_divergence(
        distributions.Categorical(logits=logits), distributions.Categorical(logits=torch.zeros(20, 5))
    )
    torch.testing.assert_close(kl_categorical(logits), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("deviation", [0.05, 0.5, 0.69, 0.71, 1.0, 1.8, 3.0, 8.0])
def test_entropy_of_the_wrapped_normal(deviation: float) -> None:
    angle = np.linspace(-np.pi, np.pi, 20001)[:-1]
    turns = 2 * np.pi * np.arange(-12, 13)[:, None]
    density = np.exp(-0.5 * ((angle + turns) / deviation) ** 2).sum(0) / (deviation * math.sqrt(2 * np.pi))
    expected = -(density * np.log(np.maximum(density, 1e-300))).sum() * (2 * np.pi / 20000)
    assert float(wrapped_entropy(torch.tensor([deviation]))[0]) == pytest.approx(expected, abs=1e-3)


def test_kl_from_the_circle_vanishes_for_wide_posteriors_and_has_a_gradient() -> None:
    deviation = torch.tensor([0.01, 0.3, 0.8, 2.0, 10.0], requires_grad=True)
    kl = kl_circle(deviation)
    assert bool((kl[:-1] > kl[1:]).all())
    assert kl[-1].item() == pytest.approx(0.0, abs=1e-4)
    kl.sum().backward()
    assert bool((deviation.grad[:4] < 0).all())
    assert bool(torch.isfinite(deviation.grad).all())


def test_normal_samples(generator: torch.Generator) -> None:
    samples = sample_normal(torch.full((20000,), 2.0), torch.full((20000,), 0.5), generator)
    assert float(samples.mean()) == pytest.approx(2.0, abs=0.02)
    assert float(samples.std()) == pytest.approx(0.5, abs=0.02)


def test_gumbel_samples_choose_by_their_probability(generator: torch.Generator) -> None:
    probabilities = torch.tensor([0.6, 0.3, 0.1])
    samples = sample_gumbel(probabilities.log().expand(20000, 3), 0.67, generator)
    torch.testing.assert_close(samples.sum(1), torch.ones(20000))
    shares = torch.bincount(samples.argmax(1)) / 20000
    torch.testing.assert_close(shares, probabilities, atol=0.02, rtol=0)


@pytest.mark.parametrize(
    ("step", "most", "expected"),
    [(0, math.inf, 60), (500, math.inf, 15), (2000, math.inf, 90), (1000, 1.0, 30)],
)
def test_the_capacity_grows_linearly_and_then_stays(step: int, most: float, expected: float) -> None:
    term = capacity_term(torch.tensor(2.0), (5.0, 1000, 30.0), step, most)
    assert float(term) == pytest.approx(expected)
