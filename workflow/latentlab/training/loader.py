"""The loader of a training's batches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset


def loader(dataset: Dataset, sampler: Iterable[Any], workers: int, batch: int | None = None) -> DataLoader:
    """Batches of a data set in a sampler's order.

    Parameters
    ----------
    sampler : gives the index of one item at a time, or, if `batch` is None, all that defines a batch.
    workers : processes that prepare batches. batch : items per batch.
    """
    return DataLoader(
        dataset,
        batch_size=batch,
        sampler=sampler,
        num_workers=workers,
        persistent_workers=workers > 0,
        # separate generator: drawing the workers' seed must not advance the generator of the model's noise
        generator=torch.Generator(),
    )
