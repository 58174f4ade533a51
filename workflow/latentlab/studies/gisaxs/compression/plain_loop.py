"""The training loop without a framework, after CompressAI's example script: a check of the Lightning loop.

Same data, same seeds of weights and order, same optimisers and schedule; its own code, and the model's
noise from one generator that is seeded once, so that the two loops differ as two seeds do.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader
from tqdm import tqdm

from latentlab.artifacts import atomic_path
from latentlab.codecs.compressai_import import CompressionModel
from latentlab.studies.gisaxs.compression.codec_of_record import codec_of
from latentlab.studies.gisaxs.compression.training_plan import CLIP_NORM, loaders, loss_terms, optimizers
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.gisaxs.patterns import Patterns
from latentlab.training.checkpoint import resumable
from latentlab.training.device import training_device

logger = logging.getLogger(__name__)


@dataclass
class PlainTraining:
    """A codec and the history of its training, one row per epoch."""

    codec: CompressionModel
    history: list[dict[str, float]] = field(default_factory=list)


def train_codec_plainly(
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
) -> PlainTraining:
    """Train a run's codec as `lightning_loop.train_codec` does, in float32 and by the plateau schedule.

    Parameters, returns and errors are those of `train_codec`.

    Raises
    ------
    TrainingError : no CUDA device where one was asked for, or a checkpoint that cannot be read.
    """
    place = training_device(device)
    torch.manual_seed(record["seed"])
    training = PlainTraining(codec_of(record).to(place))
    optimizer, aux_optimizer = optimizers(training.codec, record["learning_rate"]).values()
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, "min")
    batches, sampler, tests = loaders(record, train, test, transform, workers)
    parts = (training.codec, optimizer, aux_optimizer, scheduler)
    if continued := resumable(checkpoint, stamp):
        logger.info("continuing from the checkpoint %s", continued)
        training.history = _restore(continued, parts)
    epochs = range(len(training.history), record["epochs"])
    for epoch in tqdm(epochs, desc="epochs", disable=not progress):
        sampler.set_epoch(epoch)
        rate = optimizer.param_groups[0]["lr"]
        rows = {
            "train": train_epoch(training.codec, batches, optimizer, aux_optimizer, record, epoch, place),
            "test": validate(training.codec, tests, record, place),
        }
        scheduler.step(rows["test"]["loss"])
        row = {f"{stage}_{name}": value for stage, terms in rows.items() for name, value in terms.items()}
        training.history.append({"epoch": epoch, "learning_rate": rate, **row})
        _save(checkpoint, stamp, parts, training.history)
    training.codec.cpu().eval()
    return training


def train_epoch(
    codec: CompressionModel,
    batches: DataLoader,
    optimizer: torch.optim.Optimizer,
    aux_optimizer: torch.optim.Optimizer,
    record: Mapping[str, Any],
    epoch: int,
    device: torch.device,
) -> dict[str, float]:
    """One pass over the training set; means of its terms."""
    codec.train()
    rows = []
    for measured, target in batches:
        optimizer.zero_grad()
        aux_optimizer.zero_grad()
        terms = loss_terms(codec(measured.to(device)), target.to(device), record, epoch)
        terms["loss"].backward()
        torch.nn.utils.clip_grad_norm_(codec.parameters(), CLIP_NORM)
        optimizer.step()
        aux_loss = codec.aux_loss()
        aux_loss.backward()
        aux_optimizer.step()
        rows.append({**terms, "aux_loss": aux_loss})
    return _means(rows)


@torch.no_grad()
def validate(
    codec: CompressionModel, batches: DataLoader, record: Mapping[str, Any], device: torch.device
) -> dict[str, float]:
    """Means of the loss's terms over the test set."""
    codec.eval()
    rows = [
        {
            **loss_terms(codec(measured.to(device)), target.to(device), record),
            "aux_loss": codec.aux_loss(),
        }
        for measured, target in batches
    ]
    return _means(rows)


def _means(rows: list[dict[str, torch.Tensor]]) -> dict[str, float]:
    return {name: float(torch.stack([row[name].detach() for row in rows]).mean()) for name in rows[0]}


def _save(path: Path, stamp: str, parts: tuple, history: list[dict[str, float]]) -> None:
    random = [torch.get_rng_state(), *torch.cuda.get_rng_state_all()]
    state = {"fingerprint": stamp, "history": history, "random": random}
    with atomic_path(path) as temporary:
        torch.save({**state, "parts": [part.state_dict() for part in parts]}, temporary)


def _restore(path: Path, parts: tuple) -> list[dict[str, float]]:
    """Set every part and the random generators to the checkpoint's state; returns the history."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    for part, content in zip(parts, state["parts"], strict=True):
        part.load_state_dict(content)
    torch.set_rng_state(state["random"][0])
    torch.cuda.set_rng_state_all(state["random"][1:])
    return state["history"]
