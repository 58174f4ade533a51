"""Lightning's checkpoint: one file, replaced atomically at the end of each epoch."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from latentlab.artifacts import atomic_path
from latentlab.training.lightning_import import Checkpoint, lightning


class EpochSampled(Protocol):
    """A sampler whose order depends on the epoch."""

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch, counted from 0, that is read next."""
        ...


class EpochCheckpoint(Checkpoint):
    """Saves the whole state after each epoch under `path`, stamped with the training's fingerprint.

    It is a `Checkpoint`, so that Lightning runs it after all other hooks at the end of the epoch.
    """

    def __init__(self, path: Path, stamp: str, sampler: EpochSampled) -> None:
        self.path, self.stamp, self.sampler = path, stamp, sampler

    def on_train_epoch_end(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
        """Write to a temporary file, then rename: an interruption leaves the previous epoch's checkpoint."""
        with atomic_path(self.path) as temporary:
            trainer.save_checkpoint(temporary, weights_only=False)

    def on_save_checkpoint(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Stamp the checkpoint."""
        checkpoint["fingerprint"] = self.stamp

    def on_load_checkpoint(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Set the sampler's epoch: a resumed Lightning starts to read before it sets the epoch itself."""
        self.sampler.set_epoch(checkpoint["epoch"] + 1)
