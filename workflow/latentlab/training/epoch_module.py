"""What every training on Lightning shares: randomness by epoch, and a history that a resume continues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from latentlab.training.lightning_import import lightning
from latentlab.training.seeds import mixed_seed


class EpochModule(lightning.LightningModule):
    """A training that draws by epoch and keeps a history, one row of means an epoch.

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
        """Seed what is random inside the model by epoch, so that a resumed run is the same run."""
        torch.manual_seed(mixed_seed(self.record["seed"], self.current_epoch))
        self._epoch_terms = {}

    def note(self, stage: str, terms: Mapping[str, torch.Tensor]) -> None:
        """Keep a batch's terms, as "<stage>_<name>", for the epoch's means."""
        for name, value in terms.items():
            self._epoch_terms.setdefault(f"{stage}_{name}", []).append(value.detach())

    def append_epoch(self, **columns: float) -> dict[str, float]:
        """Append the epoch's row to the history: its number, the columns given, the terms' means."""
        means = {name: float(torch.stack(values).mean()) for name, values in self._epoch_terms.items()}
        self.history.append({"epoch": self.current_epoch, **columns, **means})
        return self.history[-1]

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """The history travels with the checkpoint."""
        checkpoint["history"] = self.history

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Take the history up where it stopped."""
        self.history = list(checkpoint["history"])
