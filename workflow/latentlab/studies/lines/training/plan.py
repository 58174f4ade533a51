"""Batches and learning rates of a VAE's training."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from torch.utils.data import Sampler

WARM_UP = 50  # steps over which "one-cycle" raises the learning rate, or a tenth of all
SLOW_SHARE = 0.1  # of the steps, at the end, that "halved" takes at half the rate: document's public code


class EpochBatches(Sampler[list[int]]):
    """Batches of indices, shuffled by (seed, epoch); the incomplete last one is left out.

    Batch normalisation cannot use a batch of one. The trainer sets the epoch.
    """

    def __init__(self, length: int, batch: int, seed: int) -> None:
        self.length, self.batch, self.seed, self.epoch = length, batch, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Called by the trainer before each epoch, also after a resume."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.length // self.batch

    def __iter__(self) -> Iterator[list[int]]:
        order = np.random.default_rng([self.seed, self.epoch]).permutation(self.length)
        return (order[k * self.batch : (k + 1) * self.batch].tolist() for k in range(len(self)))


def learning_rate_factor(record: Mapping[str, Any], steps: int, step: int) -> float:
    """Factor on the record's learning rate at a step, counted from 0, of `steps`.

    Schedule "halved": 1, and 1/2 in the last tenth, as the document's public code. "one-cycle": a
    linear rise, then a cosine down to 0.
    """
    if record["schedule"] == "halved":
        return 1.0 if step < (1 - SLOW_SHARE) * steps else 0.5
    rise = min(1.0, (step + 1) / max(1, min(WARM_UP, steps // 10)))
    return rise * 0.5 * (1.0 + math.cos(math.pi * min(step, steps) / steps))
