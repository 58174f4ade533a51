"""Samples of the posteriors, and their Kullback-Leibler (KL) divergences from the priors, in nats."""

from __future__ import annotations

import math

import torch
from torch import Tensor

# below this deviation the part of a normal posterior beyond half a turn is less than 1e-5
WRAPS_FROM = 0.7  # rad
TERMS = 25  # of the wrapped normal's series; the first one left out is below 1e-5 at WRAPS_FROM


def sample_normal(mean: Tensor, deviation: Tensor, generator: torch.Generator) -> Tensor:
    """One reparametrised sample of each normal distribution; the noise is drawn on the generator's device."""
    noise = torch.randn(mean.shape, generator=generator, device=generator.device)
    return mean + deviation * noise.to(mean.device)


def sample_gumbel(logits: Tensor, temperature: float, generator: torch.Generator) -> Tensor:
    """(n, K) relaxed one-hot samples (Jang et al. 2017, eq. 2) of (n, K) logits."""
    uniform = torch.rand(logits.shape, generator=generator, device=generator.device)
    noise = -torch.log(-torch.log(uniform.clamp(1e-10, 1 - 1e-7)))
    return torch.softmax((logits + noise.to(logits.device)) / temperature, dim=1)


def kl_normal(mean: Tensor, deviation: Tensor, prior: float = 1.0) -> Tensor:
    """KL of N(mean, deviation^2) from N(0, prior^2), elementwise."""
    return 0.5 * ((mean.square() + deviation.square()) / prior**2 - 1) - torch.log(deviation / prior)


def wrapped_entropy(deviation: Tensor) -> Tensor:
    """Entropy, nats, of a normal distribution of `deviation` rad, wrapped onto the circle.

    Source: Mardia and Jupp, Directional Statistics (2000), series of the wrapped normal; below WRAPS_FROM the
    entropy of the normal distribution itself, which then differs by less than 1e-3.
    """
    narrow = 0.5 * math.log(2 * math.pi * math.e) + torch.log(deviation)
    square = deviation.clamp(min=WRAPS_FROM).square()[..., None]
    n = torch.arange(1, TERMS + 1, device=deviation.device, dtype=deviation.dtype)
    powers = torch.exp(-n * square)
    signs = 1 - 2 * (n % 2)
    euler = torch.log1p(-powers).sum(-1)
    series = (signs / n * torch.exp(-0.5 * (n * n + n) * square) / (1 - powers)).sum(-1)
    wide = math.log(2 * math.pi) - euler + 2 * series
    return torch.where(deviation < WRAPS_FROM, narrow, wide)


def kl_circle(deviation: Tensor) -> Tensor:
    """KL of a wrapped normal posterior of `deviation` rad from the uniform distribution on the circle."""
    return math.log(2 * math.pi) - wrapped_entropy(deviation)


def kl_categorical(logits: Tensor) -> Tensor:
    """(n,) KL of softmax(logits), (n, K), from the uniform distribution over the K classes."""
    log = torch.log_softmax(logits, dim=-1)
    return (log.exp() * log).sum(-1) + math.log(logits.shape[-1])


def kl_of_mean(probabilities: Tensor) -> Tensor:
    """KL of the mean of (n, K) probabilities from the uniform distribution over the K classes; scalar.

    0 if all classes are used equally often; log K if all images are in one class.
    """
    mean = probabilities.mean(0)
    return torch.xlogy(mean, mean).sum() + math.log(len(mean))


def capacity_term(
    kl: Tensor, capacity: tuple[float, float, float], step: int, most: float = math.inf
) -> Tensor:
    """gamma |KL - C(t)|, with C growing linearly from 0 to its final value.

    Parameters
    ----------
    kl : nats. capacity : final C in nats, steps until it is reached, gamma. step : steps taken.
    most : bound of C, nats (log K for K classes).

    Source: lecture, slide Joint VAE; Dupont 2018, eq. 7.
    """
    final, steps, gamma = capacity
    aim = min(final, most) * (min(1.0, step / steps) if steps else 1.0)
    return gamma * (kl - aim).abs()
