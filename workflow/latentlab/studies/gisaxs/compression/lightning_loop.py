"""The training loop on Lightning: seeded, resumable."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from latentlab.studies.gisaxs.compression.codec_module import CodecTraining
from latentlab.studies.gisaxs.compression.training_plan import loaders
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.gisaxs.patterns import Patterns
from latentlab.training.device import training_device
from latentlab.training.lightning_fit import fit
from latentlab.training.lightning_import import lightning


def train_codec(
    record: Mapping[str, Any],
    train: Patterns,
    test: Patterns,
    transform: IntensityTransform,
    *,
    checkpoint: Path,
    stamp: str,
    device: str = "auto",
    workers: int = 0,
    progress: bool = True,
) -> CodecTraining:
    """Train a run's codec for `record["epochs"]` epochs, from the last checkpoint if there is one.

    Parameters
    ----------
    record : the run's record; with the data it determines the result.
    train, test : the data set's splits; `test` is what the thesis validates on.
    transform : the model's intensity scale.
    checkpoint : file for the state after each epoch.
    stamp : fingerprint of this training; a checkpoint with another is not continued.
    device : "auto", "cpu" or "cuda". workers : processes that prepare batches.

    Returns
    -------
    The trained module: its `codec`, on the CPU and in eval mode, and its `history`.

    Raises
    ------
    TrainingError : training ended before its last epoch, or there is no CUDA device where one was asked for.
    """
    on_cpu = training_device(device).type == "cpu"
    lightning.seed_everything(record["seed"], workers=True, verbose=False)
    module = CodecTraining(record)
    if not (on_cpu and record["precision"] == "bf16"):  # on a CPU both together corrupt memory (torch 2.13)
        module.codec.to(memory_format=torch.channels_last)  # a fifth faster on a CPU
    train_loader, _, test_loader = loaders(record, train, test, transform, workers)
    fit(
        module,
        train_loader,
        test_loader,
        epochs=record["epochs"],
        checkpoint=checkpoint,
        stamp=stamp,
        device=device,
        precision=record["precision"],
        progress=progress,
    )
    module.codec.cpu().eval()
    return module
