"""Checkpoints that a killed training continues from: one file, replaced whole at the end of each epoch."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import Checkpoint

from latentlab.artifacts import atomic_path, sha256
from latentlab.errors import TrainingError


def fingerprint(record: Mapping[str, Any], inputs: Sequence[Path | str]) -> str:
    """Identity of a training: sha256 over its record and the bytes of the files that decide its result."""
    content = json.dumps([dict(record), [sha256(path) for path in inputs]], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


class EpochCheckpoint(Checkpoint):
    """Saves the whole state after each epoch under `path`, stamped with the training's fingerprint.

    A `Checkpoint`, so that Lightning runs it after every other hook of the epoch's end.
    """

    def __init__(self, path: Path, stamp: str) -> None:
        self.path, self.stamp = path, stamp

    def on_train_epoch_end(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
        """Write to a temporary file, then rename: a kill leaves the former epoch's checkpoint."""
        with atomic_path(self.path) as temporary:
            trainer.save_checkpoint(temporary, weights_only=False)

    def on_save_checkpoint(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Stamp the checkpoint."""
        checkpoint["fingerprint"] = self.stamp


def resumable(path: Path, stamp: str) -> Path | None:
    """`path` if it holds a checkpoint of this very training, else None: a changed record starts afresh.

    Only tensors and plain values are unpickled (`weights_only`).

    Raises
    ------
    TrainingError : the file is truncated, damaged or no checkpoint.
    """
    if not path.is_file():
        return None
    try:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, OSError, pickle.UnpicklingError) as error:
        raise TrainingError(f"{path}: no readable checkpoint; remove it to train from the start") from error
    return path if checkpoint.get("fingerprint") == stamp else None
