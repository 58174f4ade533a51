"""Training of a microstructure VAE on Lightning: seeded, resumable."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import Dataset

from latentlab.errors import TrainingError
from latentlab.studies.lines.training.module import VaeTraining
from latentlab.studies.lines.training.plan import EpochBatches
from latentlab.training.device import training_device
from latentlab.training.lightning_fit import fit
from latentlab.training.lightning_import import lightning
from latentlab.training.loader import loader

CLIP_NORM = 1.0  # ours: without it, one seed of three learns nothing
VALIDATION_BATCHES = 8  # at most; only for the curve in the history


def train_vae(
    record: Mapping[str, Any],
    train: Dataset,
    validation: Dataset,
    *,
    checkpoint: Path,
    stamp: str,
    device: str = "auto",
    workers: int = 0,
    progress: bool = True,
) -> VaeTraining:
    """Train a run's VAE for `record["epochs"]` epochs, from the last checkpoint if there is one.

    Parameters
    ----------
    record : the run's record; with the data it determines the result.
    train, validation : images by lists of indices, float32 (n, side, side); validation is only monitored.
    checkpoint : file for the state after each epoch.
    stamp : fingerprint of this training; a checkpoint with another is not continued.
    device : "auto", "cpu" or "cuda". workers : processes that prepare batches.

    Returns
    -------
    The trained module: its `vae`, on the CPU and in eval mode, and its `history`.

    Raises
    ------
    TrainingError : fewer images than a batch, training ended before its last epoch, or no CUDA device where
        one was asked for.
    """
    training_device(device)
    if len(train) < record["batch"] or len(validation) < 2:
        raise TrainingError(
            f"a batch has {record['batch']} images, but the set has {len(train)} for training and "
            f"{len(validation)} for validation (2 or more)"
        )
    lightning.seed_everything(record["seed"], workers=True, verbose=False)
    batches = EpochBatches(len(train), record["batch"], record["seed"])
    module = VaeTraining(record, steps=record["epochs"] * len(batches))
    module.vae.to(memory_format=torch.channels_last)  # a decoder's step takes a third of the time on a CPU
    watched = list(range(min(len(validation), VALIDATION_BATCHES * record["batch"])))
    in_batches = [watched[k : k + record["batch"]] for k in range(0, len(watched), record["batch"])]
    fit(
        module,
        loader(train, batches, workers),
        loader(validation, in_batches, 0),
        epochs=record["epochs"],
        checkpoint=checkpoint,
        stamp=stamp,
        device=device,
        clip_norm=CLIP_NORM,
        progress=progress,
    )
    module.vae.cpu().eval()
    return module
