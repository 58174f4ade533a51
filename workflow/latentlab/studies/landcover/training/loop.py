"""Training of an autoencoder as in the thesis (section 8.1): RMSprop, mean absolute error, KL divergence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from latentlab.errors import TrainingError
from latentlab.studies.landcover.network.vae import LandcoverVAE, build_vae, sampled
from latentlab.studies.landcover.training.losses import beta_at, kl_nats, mae, reconstruction_error
from latentlab.studies.landcover.training.pairs import Pairs
from latentlab.studies.landcover.training.timing import Timing
from latentlab.training.device import training_device
from latentlab.training.epochs import SECONDS_APART, run_epochs
from latentlab.training.rmsprop import FusedRMSprop
from latentlab.training.seeds import mixed_seed

VALIDATION = 1  # its own noise


def train_vae(
    record: Mapping[str, Any],
    train: Pairs,
    validation: Pairs,
    *,
    checkpoint: Path,
    stamp: str,
    device: str = "auto",
    progress: bool = True,
    timing: Timing | None = None,
    seconds_apart: float = SECONDS_APART,
) -> tuple[LandcoverVAE, list[dict[str, float]]]:
    """Train a run's network, from its last checkpoint if there is one.

    The loss is the error, and the mean KL divergence of a picture over its number of values, times beta.
    Order and noise are drawn from the seed and the epoch; a last batch that is not full is left out.

    Parameters
    ----------
    record : the run's; with the pictures it determines the result. Its "cool_down" may be left out, see
        `rate_at`.
    train, validation : pictures; the latter are only watched.
    checkpoint, stamp, progress, seconds_apart : see `latentlab.training.epochs.run_epochs`.
    device : "auto", "cpu" or "cuda". timing : the time of the steps is added to it.

    Returns
    -------
    The network, on the CPU and in eval mode, and a row for each epoch: epoch; mae, loss, kl (nats), means
    over the batches; beta, that of the last step; validation_mae, validation_loss. Latents are drawn in all.

    Raises
    ------
    TrainingError : fewer pictures than a batch, a loss that is not finite, an unreadable checkpoint, or no
        CUDA device where one was asked for.
    """
    place = training_device(device)
    batch, epochs = record["batch"], record["epochs"]
    if len(train) < batch or not len(validation):
        raise TrainingError(
            f"a batch has {batch} pictures, but there are {len(train)} for training and {len(validation)} "
            "for validation (1 or more)"
        )
    model = build_vae(record).to(place)
    optimiser = FusedRMSprop(model.parameters(), record["learning_rate"])
    per_epoch = len(train) // batch
    timing = Timing() if timing is None else timing

    def epoch(number: int) -> dict[str, float]:
        order = np.random.default_rng([record["seed"], number]).permutation(len(train))
        noise = torch.Generator().manual_seed(mixed_seed(record["seed"], number))
        found = []
        model.train()
        with timing.measured(per_epoch, per_epoch * batch, place):
            for k in range(per_epoch):
                step, steps = number * per_epoch + k, epochs * per_epoch
                beta = beta_at(record, step, steps)
                optimiser.learning_rate = rate_at(record, step, steps)
                rows = np.sort(order[k * batch : (k + 1) * batch])
                terms = _terms(model, train, rows, beta, record["loss"], noise, place)
                optimiser.zero_grad()
                terms["loss"].backward()
                optimiser.step()
                found.append(_values(terms))
            means = torch.stack(found).double().mean(dim=0).tolist()
        watched = _watched(
            model, validation, beta, record, mixed_seed(record["seed"], number, VALIDATION), place
        )
        return {**dict(zip(terms, means, strict=True)), "beta": beta, **watched}

    with torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True):
        history = run_epochs(
            epoch,
            {"model": model, "optimiser": optimiser},
            epochs=epochs,
            checkpoint=checkpoint,
            stamp=stamp,
            seconds_apart=seconds_apart,
            progress=progress,
        )
    return model.cpu().eval(), history


def rate_at(record: Mapping[str, Any], step: int, steps: int) -> float:
    """The learning rate at a step, from 0, of so many.

    Parameters
    ----------
    record : its "learning_rate", and "cool_down": over this last share of the steps the rate falls evenly
        towards 0. The thesis's training, and a record without this key, has none. A training of few steps
        needs it: at a constant rate the last steps move all colours by as much as has been learnt.
    """
    cool_down = record.get("cool_down", 0.0)
    left = 1 - step / steps
    return record["learning_rate"] * (min(1.0, left / cool_down) if cool_down else 1.0)


def _terms(
    model: LandcoverVAE,
    pairs: Pairs,
    rows: np.ndarray | slice,
    beta: float,
    loss: str,
    noise: torch.Generator,
    device: torch.device,
) -> dict[str, Tensor]:
    """mae, loss and kl (nats) of some pictures; noise is drawn on the CPU, the same for each device."""
    given, wanted = pairs.batch(rows, device)
    mean, log_variance = model.encode(given)
    drawn = torch.randn(mean.shape, generator=noise).to(device)
    restored = model.decode(sampled(mean, log_variance, drawn))
    kl = kl_nats(mean, log_variance).mean()
    error = reconstruction_error(loss, wanted, restored)
    absolute = error if loss == "mae" else mae(wanted, restored.detach())
    return {"mae": absolute, "loss": error + beta * kl / wanted[0].numel(), "kl": kl}


def _values(terms: Mapping[str, Tensor]) -> Tensor:
    return torch.stack([value.detach() for value in terms.values()])


@torch.no_grad()
def _watched(
    model: LandcoverVAE,
    pairs: Pairs,
    beta: float,
    record: Mapping[str, Any],
    seed: int,
    device: torch.device,
) -> dict[str, float]:
    """Means over the validation pictures, which change nothing."""
    model.eval()
    noise = torch.Generator().manual_seed(seed)
    sums = torch.zeros(3, dtype=torch.float64)
    for start in range(0, len(pairs), record["batch"]):
        rows = slice(start, min(start + record["batch"], len(pairs)))
        terms = _terms(model, pairs, rows, beta, record["loss"], noise, device)
        sums += _values(terms).double().cpu() * (rows.stop - rows.start)
    means = dict(zip(terms, (sums / len(pairs)).tolist(), strict=True))
    return {"validation_mae": means["mae"], "validation_loss": means["loss"]}
