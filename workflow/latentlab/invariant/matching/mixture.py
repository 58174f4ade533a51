"""Mixture of templates in every orientation, by expectation maximisation.

Frey and Jojic 2003, "Transformation-invariant clustering using the EM algorithm", with rotations.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from latentlab.invariant.matching.polar import misfits

LEAST_IMAGES = 1e-3  # a template that explains fewer is left to vanish without a division by zero


@dataclass(frozen=True)
class Mixture:
    """Templates, and which of them in which orientation each image looks like.

    Attributes
    ----------
    score : mean log likelihood of the images times the variance, the higher the better.
    templates : spectra, complex (t, rings, frequencies). chosen : (n,) template of each image.
    orientation : (n,) its orientation, in steps of the polar grid.
    """

    score: float
    templates: Tensor
    chosen: Tensor
    orientation: Tensor


def best_mixture(
    images: Tensor,
    angles: int,
    number: int,
    variances: tuple[float, float],
    starts: int,
    iterations: int,
    generator: torch.Generator,
) -> Mixture:
    """The most likely of several mixtures that start from images drawn at random.

    Parameters
    ----------
    images : spectra, complex (n, rings, frequencies).
    number : of templates. variances : of a sample at the first and the last iteration: deterministic
    annealing.
    """
    mixtures = (fitted(images, angles, number, variances, iterations, generator) for _ in range(starts))
    return max(mixtures, key=lambda mixture: mixture.score)


def fitted(
    images: Tensor,
    angles: int,
    number: int,
    variances: tuple[float, float],
    iterations: int,
    generator: torch.Generator,
) -> Mixture:
    """A mixture from one start; arguments as of `best_mixture`."""
    templates = images[torch.randperm(len(images), generator=generator)[:number]].clone()
    first, last = variances
    for step in range(iterations):
        variance = first * (last / first) ** (step / max(1, iterations - 1))
        chosen = probabilities(misfits(images, templates, angles), variance)
        # the mean of the images, each turned back by every orientation as probable as it is
        turns = torch.fft.rfft(chosen, dim=-1)
        sums = torch.einsum("ntf,nrf->trf", turns.conj(), images)
        templates = sums / (chosen.sum((0, 2))[:, None, None] + LEAST_IMAGES)
    logits = -misfits(images, templates, angles).flatten(1) / last
    best = logits.argmax(1)
    score = float(torch.logsumexp(logits, 1).mean() * last)
    return Mixture(score, templates, best // angles, best % angles)


def probabilities(misfit: Tensor, variance: float) -> Tensor:
    """Posterior of template and orientation, (n, t, angles), all equally probable before."""
    return torch.softmax(-misfit.flatten(1) / variance, 1).reshape(misfit.shape)
