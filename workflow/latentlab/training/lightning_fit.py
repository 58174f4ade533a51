"""One way to run Lightning's trainer: a checkpoint each epoch, continued if it is of the same training."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from torch.utils.data import DataLoader

from latentlab.errors import TrainingError
from latentlab.training.checkpoint import resumable
from latentlab.training.epoch_checkpoint import EpochCheckpoint
from latentlab.training.lightning_import import lightning

logger = logging.getLogger(__name__)


def fit(
    module: lightning.LightningModule,
    train: DataLoader,
    validation: Iterable[Any],
    *,
    epochs: int,
    checkpoint: Path,
    stamp: str,
    device: str,
    precision: str = "fp32",
    clip_norm: float | None = None,
    progress: bool = True,
) -> None:
    """Train a module, which keeps a `history` of one row per epoch, to its last epoch.

    Parameters
    ----------
    train, validation : loaders of batches; `set_epoch` of the first one's sampler is called each epoch.
    checkpoint : file for the state after each epoch.
    stamp : fingerprint of this training; a checkpoint with another fingerprint is not continued.
    device : "auto", "cpu" or "cuda". precision : "fp32" or "bf16".
    clip_norm : gradients are clipped to this norm; None if the module itself clips them.

    Raises
    ------
    TrainingError : training ended before its last epoch, or the checkpoint cannot be read.
    """
    continued = resumable(checkpoint, stamp)
    if continued:
        logger.info("continuing from the checkpoint %s", continued)
    with warnings.catch_warnings():
        # no worker processes are best on two cores; some studies have few batches per epoch
        warnings.filterwarnings("ignore", message=".*does not have many workers.*")
        warnings.filterwarnings("ignore", message=".*number of training batches.*")
        # a frozen network is in eval mode on purpose
        warnings.filterwarnings("ignore", message=".*in eval mode at the start of training.*")
        trainer = lightning.Trainer(
            accelerator={"auto": "auto", "cpu": "cpu", "cuda": "gpu"}[device],
            devices=1,
            max_epochs=epochs,
            gradient_clip_val=clip_norm,
            precision={"fp32": "32-true", "bf16": "bf16-mixed"}[precision],
            callbacks=[EpochCheckpoint(checkpoint, stamp, train.sampler)],
            logger=False,
            enable_checkpointing=True,
            enable_model_summary=False,
            enable_progress_bar=progress,
            num_sanity_val_steps=0,
            use_distributed_sampler=False,
            deterministic="warn",
        )
        trainer.fit(module, train, validation, ckpt_path=continued, weights_only=True)
    if len(module.history) != epochs:
        raise TrainingError(f"training stopped after epoch {len(module.history)} of {epochs}")
