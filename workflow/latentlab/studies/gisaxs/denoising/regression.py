"""Training of a network by MSE in one short loop: Adam, one cycle of the learning rate, clipped gradients.

Not on Lightning: these trainings take under a minute at every scale (at scale paper on a GPU).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from tqdm import tqdm

from latentlab.training.seeds import mixed_seed

CLIP_NORM = 1.0
Pairs = Callable[[int], Iterable[tuple[Tensor, Tensor]]]  # batches (input, target) of an epoch, from 0


def train_by_mse(
    network: nn.Module,
    pairs: Pairs,
    *,
    epochs: int,
    batches: int,
    learning_rate: float,
    seed: int,
    device: torch.device,
    progress: bool = True,
) -> list[dict[str, float]]:
    """Train a network, which is in eval mode on the CPU afterwards.

    Parameters
    ----------
    pairs : batches of an epoch, on any device. batches : their number.
    learning_rate : the highest. seed : of torch's generator in each epoch.

    Returns
    -------
    One row per epoch: "epoch", "train_mse" (mean over its batches).
    """
    network.to(device).train()
    adam = torch.optim.Adam(network.parameters(), learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, learning_rate, total_steps=max(2, epochs * batches))
    history = []
    for epoch in tqdm(range(epochs), desc="epochs", disable=not progress):
        torch.manual_seed(mixed_seed(seed, epoch))
        losses = []
        for given, wanted in pairs(epoch):
            adam.zero_grad()
            loss = nn.functional.mse_loss(network(given.to(device)), wanted.to(device))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP_NORM)
            adam.step()
            if schedule.last_epoch < schedule.total_steps - 1:
                schedule.step()
            losses.append(loss.detach())
        history.append({"epoch": float(epoch), "train_mse": float(torch.stack(losses).mean())})
    network.cpu().eval()
    return history
