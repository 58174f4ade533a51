"""Training of a microstructure VAE as a LightningModule."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import torch

from latentlab.studies.lines.losses import vae_loss
from latentlab.studies.lines.training.plan import learning_rate_factor
from latentlab.studies.lines.vae import build_vae
from latentlab.training.epoch_module import EpochModule


class VaeTraining(EpochModule):
    """A VAE, its loss and Adam.

    Parameters
    ----------
    record : the run's record. steps : optimiser steps of the whole training.
    """

    def __init__(self, record: Mapping[str, Any], steps: int) -> None:
        super().__init__(record)
        self.steps = steps
        self.vae = build_vae(record)

    def configure_optimizers(self) -> dict[str, Any]:
        """Adam at the record's learning rate, which its schedule changes at each step."""
        trained = [weights for weights in self.vae.parameters() if weights.requires_grad]
        adam = torch.optim.Adam(trained, self.record["learning_rate"], fused=True)  # a quarter of the time
        factor = partial(learning_rate_factor, self.record, self.steps)
        scheduler = torch.optim.lr_scheduler.LambdaLR(adam, factor)
        return {"optimizer": adam, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}

    def _terms(self, stage: str, images: torch.Tensor) -> torch.Tensor:
        terms = vae_loss(images, self.vae(images), self.record)
        self.note(stage, terms)
        return terms["loss"]

    def training_step(self, images: torch.Tensor, batch_index: int) -> torch.Tensor:
        """Loss of a batch (n, side, side), with sampled latents."""
        return self._terms("train", images)

    def validation_step(self, images: torch.Tensor, batch_index: int) -> None:
        """The same for validation images, from the latent's mean."""
        self._terms("validation", images)

    def on_train_epoch_end(self) -> None:
        """Append the epoch's means to the history."""
        row = self.append_epoch()
        self.log_dict({"loss": row["train_loss"], "kl": row["train_kl"]}, prog_bar=True, logger=False)
