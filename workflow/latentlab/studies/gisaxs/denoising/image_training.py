"""Training and use of the image denoisers on the thesis's noisy patterns with gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch.utils.data import DataLoader

from latentlab.studies.gisaxs.augmentation import AugmentedPatterns, EpochSampler, evaluation_batch
from latentlab.studies.gisaxs.denoising.networks import ImageDenoiser, build_denoiser
from latentlab.studies.gisaxs.denoising.regression import train_by_mse
from latentlab.studies.gisaxs.denoising.restored_file import RestoredSet, restored_set
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.gisaxs.patterns import Patterns
from latentlab.training.device import training_device
from latentlab.training.loader import loader


def log_intensity(train: Patterns) -> IntensityTransform:
    """The log scale of the training patterns, as the codecs with log intensity have it."""
    return IntensityTransform("log", max(float(train.clean(index).max()) for index in range(len(train))))


def train_denoiser(
    record: Mapping[str, Any],
    train: Patterns,
    *,
    device: str = "auto",
    workers: int = 0,
    progress: bool = True,
) -> tuple[ImageDenoiser, list[dict[str, float]]]:
    """Train a denoiser on pairs of a noisy pattern and the clean one, in log intensity, by MSE.

    Parameters
    ----------
    record : "network", "width", "levels", "input", "target", "noise", "photons", "epochs", "batch",
        "learning_rate" and "seed"; with the patterns it determines the result.
    device : "auto", "cpu" or "cuda". workers : processes that prepare batches.

    Returns
    -------
    The denoiser, on the CPU and in eval mode, and one row per epoch.

    Raises
    ------
    TrainingError : no CUDA device where one was asked for.
    """
    transform = log_intensity(train)
    clean = torch.stack([transform.forward(train.clean(index)) for index in range(len(train))])
    mean = clean.mean(dim=0, keepdim=True)
    torch.manual_seed(record["seed"])
    denoiser = build_denoiser(record, mean, float((clean - mean).square().mean().sqrt()))
    denoiser.to(memory_format=torch.channels_last)  # a third faster on a CPU
    sampler = EpochSampler(len(train), record["seed"])
    batches = loader(AugmentedPatterns(train, record, transform), sampler, workers, record["batch"])
    history = train_by_mse(
        denoiser,
        lambda epoch: _of_epoch(batches, sampler, epoch),
        epochs=record["epochs"],
        batches=len(batches),
        learning_rate=record["learning_rate"],
        seed=record["seed"],
        device=training_device(device),
        progress=progress,
    )
    return denoiser, history


def _of_epoch(
    batches: DataLoader, sampler: EpochSampler, epoch: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    sampler.set_epoch(epoch)
    yield from batches


@torch.no_grad()
def restore(
    denoiser: ImageDenoiser, record: Mapping[str, Any], transform: IntensityTransform, patterns: Patterns
) -> RestoredSet:
    """The evaluation's noisy copy of a set, as codecs get it, restored and measured."""
    measured, target = evaluation_batch(patterns, record)
    restored = torch.cat([denoiser(batch) for batch in transform.forward(measured).split(16)])
    return restored_set(patterns, measured, target, transform.inverse(restored))
