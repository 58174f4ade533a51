"""The training loop: Adam in plain torch, every random number from one seed."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator

import torch
from torch import Tensor

from latentlab.errors import InvariantError
from latentlab.invariant.elbo import loss
from latentlab.invariant.network import Batch, Network
from latentlab.invariant.settings import Training

EVALUATED = 256  # images at a time where no gradient is needed


def train(
    network: Network, data: Batch, training: Training, seed: int, progress: bool = False
) -> list[dict[str, float]]:
    """Train a network in place.

    Parameters
    ----------
    data : all images, on the network's device. seed : of the order, the noise and the validation images.
    progress : whether a bar is shown.

    Returns
    -------
    One row an epoch: epoch (from 1), loss, the mean of each term in nats, and validation (the loss of the
    images that were kept) if there are any.

    Raises
    ------
    InvariantError : the loss is not finite, or no image is left for training.
    """
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(data.images), generator=generator)
    kept, used = order.tensor_split([int(len(order) * training.validation)])
    optimiser = torch.optim.Adam(network.parameters(), lr=training.learning_rate, fused=True)
    per_epoch = math.ceil(len(used) / training.batch)
    steps, step = per_epoch * training.epochs, 0
    history: list[dict[str, float]] = []
    best, best_state, waited = math.inf, None, 0
    for epoch in epochs_with_bar(training.epochs, progress):
        sums: dict[str, Tensor] = {}
        network.train()
        for rows in used[torch.randperm(len(used), generator=generator)].split(training.batch):
            if training.schedule == "cosine":
                rate = 0.5 * training.learning_rate * (1 + math.cos(math.pi * step / steps))
                optimiser.param_groups[0]["lr"] = rate
            terms = {name: v.mean() for name, v in network.terms(select(data, rows), generator).items()}
            total = loss(terms, network.settings, training, step, steps)
            optimiser.zero_grad()
            total.backward()
            optimiser.step()
            step += 1
            for name, value in {"loss": total, **terms}.items():
                sums[name] = sums.get(name, 0.0) + value.detach() * len(rows)
        row = {"epoch": float(epoch), **{name: float(value) / len(used) for name, value in sums.items()}}
        if not math.isfinite(row["loss"]):
            raise InvariantError(
                f"training: the loss is {row['loss']} after epoch {epoch}; a smaller learning_rate may help"
            )
        if len(kept):
            row["validation"] = _final_loss(network, select(data, kept), training, seed, steps)
        history.append(row)
        if training.patience is not None:
            judged = row.get("validation", row["loss"])
            # a loss whose weights still change cannot be compared
            if step < _settled(network, training, steps):
                continue
            if judged < best:
                best, best_state, waited = judged, copy.deepcopy(network.state_dict()), 0
            else:
                waited += 1
            if waited >= training.patience:
                break
    if best_state is not None:
        network.load_state_dict(best_state)
    network.eval()
    return history


def select(data: Batch, rows: Tensor) -> Batch:
    """Some images of a batch, with what is known of them."""
    rows = rows.to(data.images.device)
    images = data.images[rows]
    targets = images if data.targets is data.images else data.targets[rows]
    conditions = None if data.conditions is None else data.conditions[rows]
    return Batch(images, targets, conditions, None if data.labels is None else data.labels[rows])


def epochs_with_bar(number: int, progress: bool) -> Iterator[int]:
    """Epochs from 1, with a bar if there is to be progress."""
    epochs = range(1, number + 1)
    if not progress:
        return iter(epochs)
    from tqdm import tqdm  # here: only where a bar is wanted

    return iter(tqdm(epochs, desc="epochs"))


def _settled(network: Network, training: Training, steps: int) -> float:
    """Step from which the loss's weights stay as they are."""
    ramped = network.settings.rotation == "enumerated" or training.continuous_weight_start is not None
    after = steps / 2 if ramped else 0.0
    growing = (training.capacity_continuous, training.capacity_discrete)
    return max([after, *(min(capacity[1], steps) for capacity in growing if capacity is not None)])


def _final_loss(network: Network, data: Batch, training: Training, seed: int, steps: int) -> float:
    """Loss of images with the final weights, always with the same noise."""
    generator = torch.Generator().manual_seed(seed + 1)
    network.eval()
    total = 0.0
    with torch.no_grad():
        for rows in torch.arange(len(data.images)).split(EVALUATED):
            terms = {name: v.mean() for name, v in network.terms(select(data, rows), generator).items()}
            total += float(loss(terms, network.settings, training, steps, steps)) * len(rows)
    return total / len(data.images)
