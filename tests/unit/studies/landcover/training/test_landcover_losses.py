"""Losses and the weight of the KL divergence, by name."""

from __future__ import annotations

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from latentlab.errors import ConfigError
from latentlab.studies.landcover.training.losses import beta_at, kl_nats, reconstruction_error


def test_the_kl_divergence_is_that_of_the_distributions() -> None:
    generator = torch.Generator().manual_seed(1)
    mean, log_variance = torch.randn(2, 200, 5, generator=generator, dtype=torch.float64)
    expected = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(dim=1)
    torch.testing.assert_close(kl_nats(mean, log_variance), expected)


def test_a_standard_normal_distribution_and_a_plain_autoencoder_have_no_divergence() -> None:
    zeros = torch.zeros(3, 4)
    assert kl_nats(zeros, zeros).tolist() == [0, 0, 0]
    assert kl_nats(torch.ones(3, 4), None).tolist() == [0, 0, 0]


def test_mae_is_the_mean_of_all_values() -> None:
    x, x_hat = torch.zeros(2, 3, 4, 4), torch.zeros(2, 3, 4, 4)
    x_hat[0, 0] = -0.5
    assert reconstruction_error("mae", x, x_hat).item() == pytest.approx(0.5 / 6)


def test_a_constant_beta_stays() -> None:
    record = {"beta": 0.25, "beta_schedule": "constant"}
    assert {beta_at(record, step, 100) for step in (0, 50, 99)} == {0.25}


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ConfigError, match="loss: found 'colour', expected one of mae"):
        reconstruction_error("colour", torch.zeros(1), torch.zeros(1))
    with pytest.raises(ConfigError, match="beta_schedule: found 'steep', expected one of constant"):
        beta_at({"beta": 1.0, "beta_schedule": "steep"}, 0, 1)
