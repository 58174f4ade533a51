"""The loss: the ELBO's terms with their weights, or held at a capacity that grows during training."""

from __future__ import annotations

import math

from torch import Tensor

from latentlab.invariant.posteriors import capacity_term
from latentlab.invariant.settings import Settings, Training

CONTINUOUS = ("continuous", "angle", "offset", "scale")


def loss(terms: dict[str, Tensor], settings: Settings, training: Training, step: int, steps: int) -> Tensor:
    """Loss of a batch from its mean terms (lecture, slides Invariant VAE and Joint VAE).

    Parameters
    ----------
    terms : scalar nats by name: reconstruction, kl_..., label, balance.
    step : steps taken. steps : of the whole training.

    Returns
    -------
    Scalar: reconstruction + sum of beta KL; with a capacity, gamma |sum of beta KL - C(step)| instead of the
    sum, for the continuous parts and for the classes. The balance, which is no part of the ELBO, is added.
    """
    total = terms["reconstruction"]
    weights = {name: getattr(training, f"beta_{name}") for name in CONTINUOUS}
    if settings.rotation == "enumerated":
        weights["angle"] = ramp(training.angle_weight_start, training.beta_angle, step / steps)
    if training.continuous_weight_start is not None:
        weights["continuous"] = ramp(training.continuous_weight_start, training.beta_continuous, step / steps)
    parts = [weights[name] * terms[f"kl_{name}"] for name in CONTINUOUS if f"kl_{name}" in terms]
    if parts:
        kl = sum(parts[1:], parts[0])
        capacity = training.capacity_continuous
        total = total + (kl if capacity is None else capacity_term(kl, capacity, step))
    if "kl_classes" in terms:
        kl = training.beta_classes * terms["kl_classes"]
        capacity, most = training.capacity_discrete, math.log(settings.classes)
        total = total + (kl if capacity is None else capacity_term(kl, capacity, step, most))
    if "balance" in terms and training.beta_balance:
        total = total + training.beta_balance * terms["balance"]
    if "label" in terms:
        total = total + training.label_weight * terms["label"]
    return total


def ramp(start: float, end: float, progress: float) -> float:
    """A weight that goes linearly from `start` to `end` over the first half of the training, then stays.

    Parameters
    ----------
    progress : share of the training's steps that have been taken.
    """
    done = min(1.0, 2 * progress)
    return start * (1 - done) + end * done
