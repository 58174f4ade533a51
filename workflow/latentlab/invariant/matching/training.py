"""Training by matching: a start without gradients, then matching and drawing in turn."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.special import ndtri

from latentlab.errors import InvariantError
from latentlab.invariant.matching.frames import Pose, centres_and_radii, in_frame
from latentlab.invariant.matching.gauge import turns
from latentlab.invariant.matching.network import MatchedNetwork
from latentlab.invariant.matching.refine import Refined
from latentlab.invariant.matching.start import first_poses
from latentlab.invariant.posteriors import kl_normal
from latentlab.invariant.settings import Training
from latentlab.invariant.training import epochs_with_bar

MATCHINGS = 5  # in a training, beside the last one, which shows how angles depend on latents
SHARE = 0.0075  # of the images' variance about their mean that matching takes for noise
FIRST_STEPS = 400  # of the decoder on the start's poses, beside the epochs


def train_matched(
    network: MatchedNetwork, images: Tensor, training: Training, seed: int, progress: bool = False
) -> list[dict[str, float]]:
    """Train a network in place.

    Parameters
    ----------
    images : (n, *shape). training : `epochs`, `batch` and `learning_rate` are used. seed : of the start and
    the order.

    Returns
    -------
    One row an epoch: epoch, loss, reconstruction (half the sum of squares) and, of the last matching,
    kl_continuous.

    Raises
    ------
    InvariantError : the loss is not finite, or there are too few images.
    """
    generator = torch.Generator().manual_seed(seed)
    settings = network.settings
    total = float((images - images.mean(0)).square().flatten(1).sum(1).mean())
    optimiser = torch.optim.Adam(network.parameters(), lr=training.learning_rate, fused=True)
    if not network.trained:
        network.variance.fill_(max(SHARE * total, 1e-6))
        network.radius.copy_(centres_and_radii(images)[1].log().mean().exp())
        rows, pose = first_poses(network, images, total, generator)
        frames = in_frame(images[rows], pose)
        for _ in range(FIRST_STEPS):
            chosen = torch.randint(len(rows), (training.batch,), generator=generator)
            _step(network, optimiser, frames[chosen], pose.rows(chosen))
        network.trained.fill_(True)
    every = max(1, math.ceil(training.epochs / MATCHINGS))
    steps = training.epochs * math.ceil(len(images) / training.batch)
    history, offset, step, kl = [], None, 0, 0.0
    pose, spread, frames = None, None, None
    for epoch in epochs_with_bar(training.epochs, progress):
        if (epoch - 1) % every == 0:
            found, _ = network.matched(images, offset)
            pose, spread = found.pose, found.deviations.get("continuous")
            kl = _divergence(pose, spread)
            if (epoch - 1) // every < MATCHINGS - 1:
                pose = spread_as_prior(pose, network.classes)
            offset = pose.offset if settings.translation_prior else None
            frames = in_frame(images, pose)
        summed = 0.0
        for rows in torch.randperm(len(images), generator=generator).split(training.batch):
            rate = 0.5 * (1 + math.cos(math.pi * step / steps))
            optimiser.param_groups[0]["lr"] = training.learning_rate * max(rate, 0.02)
            part = pose.rows(rows)
            if spread is not None and settings.variational:
                noise = torch.randn(part.continuous.shape, generator=generator)
                part = part.but(continuous=part.continuous + noise * spread[rows].clamp(max=0.3))
            summed += _step(network, optimiser, frames[rows], part) * len(rows)
            step += 1
        mean = summed / len(images)
        if not math.isfinite(mean):
            raise InvariantError(
                f"training: the loss is {mean} after epoch {epoch}; a smaller learning_rate may help"
            )
        history.append({"epoch": float(epoch), "loss": mean, "reconstruction": mean, "kl_continuous": kl})
    found, _ = network.matched(images, offset)
    network.turns.copy_(found_turns(network, found))
    return history


def _step(network: MatchedNetwork, optimiser: torch.optim.Optimizer, frames: Tensor, pose: Pose) -> float:
    """One step of the decoder towards images in their canonical frames; half the sum of squares, mean."""
    with torch.enable_grad():
        drawn = network.canonical(pose.continuous, pose.classes)
        loss = 0.5 * (drawn - frames).square().flatten(1).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
    optimiser.step()
    return float(loss.detach())


def _divergence(pose: Pose, spread: Tensor | None) -> float:
    return 0.0 if spread is None else float(kl_normal(pose.continuous, spread.clamp(min=1e-4)).sum(1).mean())


def spread_as_prior(pose: Pose, classes: int) -> Pose:
    """The poses with each latent, in each class, replaced by the normal score of its rank."""
    continuous = pose.continuous.clone()
    for each in range(classes):
        rows = torch.where(pose.classes == each)[0]
        ranks = continuous[rows].argsort(0).argsort(0)
        continuous[rows] = ndtri((ranks + 0.5) / max(1, len(rows))).to(continuous.dtype)
    return pose.but(continuous=continuous)


@torch.no_grad()
def found_turns(network: MatchedNetwork, found: Refined) -> Tensor:
    """Coefficients (classes, p) of the turns of each class's drawing with the latents."""
    coefficients = torch.zeros_like(network.turns)
    if network.settings.latent:
        pose, angles = found.pose, network.settings.orientations
        templates = network.templates().unflatten(0, (network.classes, -1))
        for each in range(network.classes):
            rows = torch.where(pose.classes == each)[0]
            unexplained = 2 * float(found.misfit[rows].mean())
            coefficients[each] = turns(
                pose.continuous[rows], pose.angle[rows], templates[each], unexplained, angles
            )
    return coefficients
