"""Rotation by enumeration: rotated copies of each image, and the probability that each is the upright one.

Gradient descent on one angle ends in a local minimum as soon as the angles spread over a large part of the
circle. Here the encoder sees every image in `orientations` equally spaced orientations, and gives each copy a
logit, a residual angle within half a spacing, and latents. The loss is the expectation over
q(k) = softmax(logits) of each copy's own loss, in the frame of the copy, plus the KL divergence of q from the
uniform distribution. Published relatives: TARGET-VAE (Nasiri and Bepler 2022).
"""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor

from latentlab.invariant.inference import Posterior
from latentlab.invariant.matching.network import MatchedNetwork
from latentlab.invariant.moments import ambiguous_angle
from latentlab.invariant.network import Batch, Network, label_loss
from latentlab.invariant.posteriors import kl_categorical, kl_of_mean
from latentlab.invariant.settings import Settings
from latentlab.invariant.transforms import Transform, disc_mask, turned, warp


class EnumeratedNetwork(Network):
    """A member of the family whose rotation is found by enumeration."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        number = settings.orientations
        # only what lies in the inscribed disc is seen in every orientation
        self.register_buffer("mask", disc_mask(*settings.shape[1:]), persistent=False)
        self.register_buffer("angles", torch.arange(number) * (2 * math.pi / number), persistent=False)

    def turns(self, images: Tensor) -> Tensor:
        """(n, orientations) angles, rad, that are tried; in the frame of moments they turn with the image."""
        if self.settings.frame == "image":
            return self.angles.expand(len(images), -1)
        shifted = self.settings.translation_prior > 0
        return self.angles + ambiguous_angle(images, self.settings.orientations, shifted=shifted)[:, None]

    def copies(self, images: Tensor, turns: Tensor) -> Tensor:
        """(n * orientations, channels, height, width): each image turned back by each of its angles."""
        repeated = images[:, None].expand(-1, turns.shape[1], -1, -1, -1).flatten(0, 1)
        return warp(repeated, Transform(angle=-turns.flatten()), tuple(images.shape[2:]))

    def repeated(self, batch: Batch) -> Batch:
        """The batch with every orientation of every image, conditions and labels repeated."""
        number = self.settings.orientations
        same = batch.targets is batch.images
        turns = self.turns(batch.images)
        images = self.copies(batch.images, turns)

        def repeat(values: Tensor | None) -> Tensor | None:
            return None if values is None else values.repeat_interleave(number, dim=0)

        targets = images if same else self.copies(batch.targets, turns)
        return Batch(images, targets, repeat(batch.conditions), repeat(batch.labels))

    def terms(self, batch: Batch, generator: torch.Generator) -> dict[str, Tensor]:
        """Terms of the negative ELBO by name, (n,) nats each; kl_angle is that of the orientations."""
        copies = self.repeated(replace(batch, images=batch.images * self.mask))
        posterior = self.posterior(copies.images, copies.conditions)
        assert posterior.orientation is not None
        logits = posterior.orientation.reshape(len(batch.images), -1)
        chosen = torch.softmax(logits, dim=1)
        terms = {
            name: (values.reshape_as(chosen) * chosen).sum(1)
            for name, values in self.copy_terms(posterior, copies, generator, self.mask).items()
        }
        terms["kl_angle"] = kl_categorical(logits)
        if posterior.classes is not None:
            each = torch.softmax(posterior.classes, dim=1).reshape(*chosen.shape, -1)
            classes = (each * chosen[:, :, None]).sum(1)
            terms["balance"] = kl_of_mean(classes).expand(len(batch.images))
            if batch.labels is not None:
                terms["label"] = label_loss(torch.log(classes.clamp(min=1e-12)), batch.labels)
        return terms

    def encode(self, images: Tensor, conditions: Tensor | None = None) -> Posterior:
        """Posterior of the most probable orientation; its angle is the whole one, its offset the image's."""
        number = self.settings.orientations
        given = None if conditions is None else conditions.repeat_interleave(number, dim=0)
        images = images * self.mask
        turns = self.turns(images)
        posterior = self.posterior(self.copies(images, turns), given)
        assert posterior.orientation is not None
        assert posterior.angle is not None
        logits = posterior.orientation.reshape(len(images), number)
        best = logits.argmax(1)
        rows = torch.arange(len(images), device=images.device) * number + best
        values = {name: value[rows] for name, value in vars(posterior).items() if value is not None}
        turn = turns.gather(1, best[:, None])[:, 0]
        whole = values["angle"] + turn
        values["angle"] = torch.atan2(torch.sin(whole), torch.cos(whole))
        every = posterior.angle.reshape(len(images), number) + turns
        values["angle_deviation"] = circular_deviation(every, torch.softmax(logits, dim=1))
        if "offset" in values:
            values["offset"] = turned(values["offset"], turn)
        return Posterior(**values)


def circular_deviation(angles: Tensor, weights: Tensor) -> Tensor:
    """(n,) circular standard deviation, rad, of (n, k) angles of the given weights: sqrt(-2 log R)."""
    x, y = (torch.cos(angles) * weights).sum(1), (torch.sin(angles) * weights).sum(1)
    return torch.sqrt((-torch.log((x.square() + y.square()).clamp(1e-12, 1.0))).clamp(min=0))


def build_network(settings: Settings) -> Network:
    """The network that the settings describe, with weights from torch's global generator."""
    if settings.rotation == "matched":
        return MatchedNetwork(settings)
    return EnumeratedNetwork(settings) if settings.rotation == "enumerated" else Network(settings)
