"""Training of the restoration's network on simulated measurements."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset
from tqdm import tqdm

from latentlab.artifacts import atomic_path
from latentlab.studies.gisaxs.restoration.network import RestorationNetwork, build_network
from latentlab.studies.gisaxs.restoration.scenes import training_measurement
from latentlab.training.checkpoint import resumable
from latentlab.training.device import training_device
from latentlab.training.loader import loader
from latentlab.training.seeds import mixed_seed

logger = logging.getLogger(__name__)

WARM_UP = 0.05  # share of the steps in which the learning rate rises
FINAL_RATE = 0.01  # of the largest learning rate
CLIP_NORM = 1.0
CALIBRATION = 1  # seed's offset of the measurements that the deviation is calibrated on
COVERED = 0.6827  # of errors within one standard deviation


class TrainingMeasurements(Dataset):
    """Simulated measurements by index, each from its own seed: the same in every process.

    Parameters
    ----------
    log_patterns : float32 (n, side, side), log10 of clean patterns.
    record : of the training; its `size`, `seed` and the settings of `scenes.training_measurement`.
    stream : offset of the seed, 0 for training.
    """

    def __init__(self, log_patterns: np.ndarray, record: Mapping[str, Any], stream: int = 0) -> None:
        self.log_patterns, self.record, self.stream = log_patterns, record, stream

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        """Counts, mask and log10 of the expectation, each (1, size, size)."""
        rng = np.random.default_rng(mixed_seed(self.record["seed"], self.stream, index))
        one = training_measurement(self.log_patterns, self.record["size"], self.record, rng)
        images = (one.counts, one.mask, np.log10(one.expectation))
        return tuple(torch.from_numpy(image)[None] for image in images)


class StepSampler:
    """Indices of one epoch's measurements, others in each epoch."""

    def __init__(self, per_epoch: int) -> None:
        self.per_epoch, self.epoch = per_epoch, 0

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch, counted from 0, that is read next."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.per_epoch

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.epoch * self.per_epoch, (self.epoch + 1) * self.per_epoch))


def restoration_loss(log: Tensor, log_deviation: Tensor, truth: Tensor) -> Tensor:
    """Negative logarithm of the Gaussian likelihood of the errors in decades, up to a constant, as a mean.

    Each error counts in units of its deviation, so that neither pixels that can be known exactly nor those
    that cannot be known prevail.
    """
    return (0.5 * ((log - truth) * torch.exp(-log_deviation)) ** 2 + log_deviation).mean()


def learning_rate(step: int, steps: int, largest: float) -> float:
    """Linear rise, then half a cosine down to FINAL_RATE of the largest."""
    rise = max(1, round(WARM_UP * steps))
    if step < rise:
        return largest * (step + 1) / rise
    fall = 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))
    return largest * (FINAL_RATE + (1 - FINAL_RATE) * fall)


def train_restoration(
    record: Mapping[str, Any],
    log_patterns: np.ndarray,
    *,
    checkpoint: Path,
    stamp: str,
    device: str = "auto",
    workers: int = 0,
    progress: bool = True,
) -> tuple[RestorationNetwork, list[dict[str, float]]]:
    """Train a network, from the last epoch's checkpoint if there is one of this training.

    Parameters
    ----------
    record : `width`, `levels`, `size` in px, `batch`, `epochs`, `steps` per epoch, `learning_rate`, `seed`,
        and the settings of `scenes.training_measurement`.
    log_patterns : float32 (n, side, side), log10 of clean patterns.
    checkpoint : file for the state after each epoch. stamp : fingerprint of this training.
    device : "auto", "cpu" or "cuda". workers : processes that simulate measurements; 0 for none.

    Returns
    -------
    The network, on the CPU, and one row of means per epoch: loss, and rms error in decades.

    Raises
    ------
    TrainingError : no CUDA device where one was asked for, or a checkpoint that cannot be read.
    """
    place = training_device(device)
    torch.manual_seed(record["seed"])
    network = build_network(record).to(place, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(network.parameters(), record["learning_rate"], fused=True)
    sampler = StepSampler(record["steps"] * record["batch"])
    batches = loader(TrainingMeasurements(log_patterns, record), sampler, workers, record["batch"])
    history: list[dict[str, float]] = []
    if continued := resumable(checkpoint, stamp):
        logger.info("continuing from the checkpoint %s", continued)
        state = torch.load(continued, map_location="cpu", weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        history = state["history"]
    steps = record["epochs"] * record["steps"]
    for epoch in tqdm(range(len(history), record["epochs"]), desc="epochs", disable=not progress):
        sampler.set_epoch(epoch)
        rows = []
        for number, (counts, mask, truth) in enumerate(batches, start=epoch * record["steps"]):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(number, steps, record["learning_rate"])
            truth = truth.to(place)
            log, log_deviation = network(counts.to(place), mask.to(place))
            loss = restoration_loss(log, log_deviation, truth)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP_NORM)
            optimizer.step()
            rows.append(torch.stack([loss.detach(), ((log.detach() - truth) ** 2).mean()]))
        loss_mean, square = torch.stack(rows).mean(dim=0).tolist()
        history.append({"epoch": epoch, "loss": loss_mean, "log_rmse": math.sqrt(square)})
        state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
        with atomic_path(checkpoint) as temporary:
            torch.save({**state, "history": history, "fingerprint": stamp}, temporary)
    return network.cpu().eval(), history


@torch.no_grad()
def calibrated_scales(
    network: RestorationNetwork, record: Mapping[str, Any], log_patterns: np.ndarray
) -> tuple[float, float]:
    """Factors on the deviation that make it cover 68.3 % of the errors, inside the mask and outside.

    Measured on `calibration` measurements of the training's kind that were not trained on.
    """
    ratios: dict[bool, list[Tensor]] = {True: [], False: []}
    measurements = TrainingMeasurements(log_patterns, record, CALIBRATION)
    for index in range(record["calibration"]):
        counts, mask, truth = measurements[index]
        log, log_deviation = network(counts[None], mask[None])
        ratio = (log[0] - truth).abs() / log_deviation[0].exp()
        for inside in (True, False):
            ratios[inside].append(ratio[mask == inside])
    return tuple(float(np.quantile(torch.cat(ratios[inside]).numpy(), COVERED)) for inside in (True, False))
