"""Base of all trainings with Lightning: seeds by epoch, and a history that a resumed training continues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from latentlab.training.lightning_import import lightning
from latentlab.training.seeds import mixed_seed


class EpochModule(lightning.LightningModule):
    """A training with a seed per epoch and a history, one row of means per epoch.

    Parameters
    ----------
    record : the run's record; its "seed" is used here.
    """

    def __init__(self, record: Mapping[str, Any]) -> None:
        super().__init__()
        self.record = dict(record)
        self.history: list[dict[str, float]] = []
        self._epoch_terms: dict[str, list[torch.Tensor]] = {}

    def on_train_epoch_start(self) -> None:
        """Seed the model's random numbers by epoch, so that a resumed training gives the same result."""
        torch.manual_seed(mixed_seed(self.record["seed"], self.current_epoch))
        self._epoch_terms = {}

    def note(self, stage: str, terms: Mapping[str, torch.Tensor]) -> None:
        """Store a batch's terms, as "<stage>_<name>", for the epoch's means."""
        for name, value in terms.items():
            self._epoch_terms.setdefault(f"{stage}_{name}", []).append(value.detach())

    def append_epoch(self, **columns: float) -> dict[str, float]:
        """Append the epoch's row to the history: its number, the columns given, the terms' means."""
        means = {name: float(torch.stack(values).mean()) for name, values in self._epoch_terms.items()}
        self.history.append({"epoch": self.current_epoch, **columns, **means})
        return self.history[-1]

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Store the history in the checkpoint."""
        checkpoint["history"] = self.history

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Continue the history from the checkpoint."""
        self.history = list(checkpoint["history"])
