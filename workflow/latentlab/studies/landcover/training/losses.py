"""The errors of pictures and the weights of the KL divergence, by name; the thesis's (8.1) are the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from latentlab.errors import ConfigError
from latentlab.studies.landcover.training.beta_schedules import CYCLES, risen
from latentlab.studies.landcover.training.perceptual import MIX, ms_ssim_error


def mae(x: Tensor, x_hat: Tensor) -> Tensor:
    """Mean absolute error of all values, the thesis's error."""
    return (x - x_hat).abs().mean()


# By the record's "loss": error of pictures and reconstructions (n, channels, side, side), 0 for equal ones.
ERRORS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "mae": mae,
    "ms-ssim": ms_ssim_error,
    "mae-ms-ssim": lambda x, x_hat: MIX * ms_ssim_error(x, x_hat) + (1 - MIX) * mae(x, x_hat),
}
# By the record's "beta_schedule": the KL divergence's weight at a step, from 0, of so many.
SCHEDULES: dict[str, Callable[[Mapping[str, Any], int, int], float]] = {
    "constant": lambda record, step, steps: float(record["beta"]),
    "warm-up": lambda record, step, steps: record["beta"] * risen(step, steps, cycles=1),
    "cyclic": lambda record, step, steps: record["beta"] * risen(step, steps, cycles=CYCLES),
}


def reconstruction_error(kind: str, x: Tensor, x_hat: Tensor) -> Tensor:
    """The error that a run is trained for, a scalar.

    Parameters
    ----------
    kind : one of ERRORS. x, x_hat : pictures and their reconstructions (n, channels, side, side), 0 to 1.

    Raises
    ------
    ConfigError : no such error.
    """
    return _named(ERRORS, kind, "loss")(x, x_hat)


def beta_at(record: Mapping[str, Any], step: int, steps: int) -> float:
    """Weight of the KL divergence at a step.

    Parameters
    ----------
    record : its "beta" and "beta_schedule". step : from 0. steps : of the whole training.

    Raises
    ------
    ConfigError : no such schedule.
    """
    return _named(SCHEDULES, record["beta_schedule"], "beta_schedule")(record, step, steps)


def kl_nats(mean: Tensor, log_variance: Tensor | None) -> Tensor:
    """KL divergence of each picture's latents from a standard normal distribution, (n,), nats.

    Parameters
    ----------
    mean, log_variance : (n, latent); without variances, as of a plain autoencoder, it is 0.
    """
    if log_variance is None:
        return mean.new_zeros(len(mean))
    return (mean.square() + torch.exp(log_variance) - 1 - log_variance).sum(dim=1) / 2


def _named(known: Mapping[str, Callable[..., Any]], name: str, key: str) -> Callable[..., Any]:
    if name not in known:
        raise ConfigError(f"{key}: found '{name}', expected one of {', '.join(known)}")
    return known[name]
