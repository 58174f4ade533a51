"""Encoder, posterior and decoder of one member of the family; its terms of the negative ELBO."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from latentlab.invariant.decoders import build_decoder
from latentlab.invariant.inference import Inference, Posterior
from latentlab.invariant.posteriors import (
    kl_categorical,
    kl_circle,
    kl_normal,
    kl_of_mean,
    sample_gumbel,
    sample_normal,
)
from latentlab.invariant.settings import Settings
from latentlab.invariant.transforms import Transform


@dataclass(frozen=True)
class Batch:
    """Images, what is to be drawn of them, and what is known: conditions (n, k), labels (n,), -1 = none."""

    images: Tensor
    targets: Tensor
    conditions: Tensor | None = None
    labels: Tensor | None = None


class Network(nn.Module):
    """A member of the family, without training and files."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.inference = Inference(settings)
        self.decoder = build_decoder(settings)

    def posterior(self, images: Tensor, conditions: Tensor | None = None) -> Posterior:
        """Posterior of (n, *shape) images, given (n, condition) vectors."""
        return self.inference(images, conditions)

    def sample(self, posterior: Posterior, generator: torch.Generator) -> tuple[Tensor, Transform]:
        """One sample of the continuous latents and of the transform; the means if not variational."""
        if not self.settings.variational:
            return posterior.continuous, posterior.means()

        def draw(name: str) -> Tensor | None:
            mean, deviation = getattr(posterior, name), getattr(posterior, f"{name}_deviation")
            return mean if mean is None or deviation is None else sample_normal(mean, deviation, generator)

        log_scale = draw("log_scale")
        continuous = draw("continuous")
        assert continuous is not None
        transform = Transform(draw("angle"), draw("offset"), None if log_scale is None else log_scale.exp())
        return continuous, transform

    def draw(
        self,
        continuous: Tensor,
        transform: Transform,
        classes: Tensor | None = None,
        conditions: Tensor | None = None,
    ) -> Tensor:
        """(n, *target shape) logits (bernoulli) or values (gaussian); classes are (n, K)."""
        given = [part for part in (continuous, classes, conditions) if part is not None]
        return self.decoder(torch.cat(given, dim=1) if len(given) > 1 else continuous, transform)

    def terms(self, batch: Batch, generator: torch.Generator) -> dict[str, Tensor]:
        """Terms of the negative ELBO by name, (n,) nats each: reconstruction, kl_..., label, balance."""
        posterior = self.posterior(batch.images, batch.conditions)
        terms = self.copy_terms(posterior, batch, generator)
        if posterior.classes is not None:
            terms["balance"] = kl_of_mean(torch.softmax(posterior.classes, dim=1)).expand(len(batch.images))
        if batch.labels is not None and posterior.classes is not None:
            terms["label"] = label_loss(torch.log_softmax(posterior.classes, dim=1), batch.labels)
        return terms

    def copy_terms(
        self, posterior: Posterior, batch: Batch, generator: torch.Generator, mask: Tensor | None = None
    ) -> dict[str, Tensor]:
        """The terms of images whose posterior is given, without that of the labels.

        Parameters
        ----------
        mask : (height, width) weights of the pixels, None for all 1.
        """
        continuous, transform = self.sample(posterior, generator)
        terms = {
            "reconstruction": self.reconstruction(posterior, continuous, transform, batch, generator, mask)
        }
        terms |= self.kl_terms(posterior)
        if "kl_classes" in terms and batch.labels is not None:  # a given class is not a latent
            terms["kl_classes"] = torch.where(batch.labels >= 0, 0.0, terms["kl_classes"])
        return terms

    def reconstruction(
        self,
        posterior: Posterior,
        continuous: Tensor,
        transform: Transform,
        batch: Batch,
        generator: torch.Generator,
        mask: Tensor | None,
    ) -> Tensor:
        """(n,) negative log-likelihood of the targets, expected over the classes if these are enumerated."""
        settings = self.settings
        if posterior.classes is None:
            drawn = self.draw(continuous, transform, None, batch.conditions)
            return self.misfit(drawn, batch.targets, mask)
        known = None if batch.labels is None else one_hot(batch.labels.clamp(min=0), settings.classes)
        if settings.discrete == "gumbel":
            classes = sample_gumbel(posterior.classes, settings.temperature, generator)
            if known is not None:
                classes = torch.where(batch.labels[:, None] >= 0, known, classes)
            drawn = self.draw(continuous, transform, classes, batch.conditions)
            return self.misfit(drawn, batch.targets, mask)
        weights = torch.softmax(posterior.classes, dim=1)
        if known is not None:
            weights = torch.where(batch.labels[:, None] >= 0, known, weights)
        number, each = len(continuous), settings.classes
        conditions = None if batch.conditions is None else batch.conditions.repeat_interleave(each, dim=0)
        classes = torch.eye(each, device=continuous.device).repeat(number, 1)
        drawn = self.draw(
            continuous.repeat_interleave(each, dim=0), transform.repeated(each), classes, conditions
        )
        targets = batch.targets[:, None].expand(-1, each, *batch.targets.shape[1:]).flatten(0, 1)
        return (self.misfit(drawn, targets, mask).reshape(number, each) * weights).sum(1)

    def misfit(self, drawn: Tensor, targets: Tensor, mask: Tensor | None = None) -> Tensor:
        """(n,) negative log-likelihood, nats; "gaussian" without its constant: half the sum of squares."""
        if self.settings.likelihood == "bernoulli":
            each = functional.binary_cross_entropy_with_logits(drawn, targets, reduction="none")
        else:
            each = 0.5 * (drawn - targets).square()
        if mask is not None:
            each = each * mask
        return each.flatten(1).sum(1)

    def kl_terms(self, posterior: Posterior) -> dict[str, Tensor]:
        """KL divergences from the priors, (n,) nats each."""
        settings, terms = self.settings, {}
        if settings.variational:
            if settings.latent:
                each = kl_normal(posterior.continuous, posterior.continuous_deviation)
                terms["kl_continuous"] = each.sum(1)
            if posterior.angle_deviation is not None:
                prior = settings.angle_prior
                terms["kl_angle"] = (
                    kl_circle(posterior.angle_deviation)
                    if prior is None
                    else kl_normal(posterior.angle, posterior.angle_deviation, prior)
                )
            if posterior.offset is not None:
                each = kl_normal(posterior.offset, posterior.offset_deviation, settings.translation_prior)
                terms["kl_offset"] = each.sum(1)
            if posterior.log_scale is not None:
                terms["kl_scale"] = kl_normal(
                    posterior.log_scale, posterior.log_scale_deviation, settings.scale_prior
                )
        if posterior.classes is not None:
            terms["kl_classes"] = kl_categorical(posterior.classes)
        return terms

    def encode(self, images: Tensor, conditions: Tensor | None = None) -> Posterior:
        """Posterior of images; with rotation "enumerated", of the most probable orientation."""
        return self.posterior(images, conditions)

    def shown(self, drawn: Tensor) -> Tensor:
        """Images in [0, 1] from logits (bernoulli), or the values themselves (gaussian)."""
        return torch.sigmoid(drawn) if self.settings.likelihood == "bernoulli" else drawn


def one_hot(classes: Tensor, number: int) -> Tensor:
    """(n, number) float32 of (n,) whole numbers."""
    return functional.one_hot(classes.long(), number).float()


def label_loss(log_probabilities: Tensor, labels: Tensor) -> Tensor:
    """(n,) cross-entropy of labelled images, nats; 0 where the label is -1."""
    chosen = log_probabilities.gather(1, labels.long().clamp(min=0)[:, None])[:, 0]
    return torch.where(labels >= 0, -chosen, 0.0)
