"""The device of a training."""

from __future__ import annotations

import torch

from latentlab.errors import TrainingError


def training_device(device: str) -> torch.device:
    """The device of a training: `device` is "auto", "cpu" or "cuda".

    Raises
    ------
    TrainingError : "cuda" was requested, but there is no CUDA device.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise TrainingError("device: cuda was asked for, but torch finds no CUDA device on this machine")
    return torch.device("cuda" if device != "cpu" and torch.cuda.is_available() else "cpu")
