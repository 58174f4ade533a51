"""A training loop without Lightning: a history, a checkpoint from which it continues, and a bar."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import torch

from latentlab.artifacts import atomic_path
from latentlab.errors import TrainingError
from latentlab.training.checkpoint import resumable

logger = logging.getLogger(__name__)
SECONDS_APART = 20.0  # a training of few seconds writes no checkpoint, which takes longer than an epoch


class Stateful(Protocol):
    """What a checkpoint keeps: a network, an optimiser."""

    def state_dict(self) -> dict[str, Any]:
        """Its state, tensors and plain values only."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> Any:
        """Set its state."""
        ...


def run_epochs(
    epoch: Callable[[int], Mapping[str, float]],
    parts: Mapping[str, Stateful],
    *,
    epochs: int,
    checkpoint: Path,
    stamp: str,
    seconds_apart: float = SECONDS_APART,
    progress: bool = True,
) -> list[dict[str, float]]:
    """Run a training to its last epoch, from its checkpoint if there is one.

    Parameters
    ----------
    epoch : trains one epoch, of the number given, from 0, and gives its row of the history. Random numbers
        that it draws come from this number, so that an interrupted training ends with the same result.
    parts : all that an epoch changes, by name.
    epochs : how many. checkpoint : file for the state after an epoch.
    stamp : fingerprint of this training; a checkpoint with another is not continued.
    seconds_apart : a checkpoint is written after an epoch if the last one is at least so old.
    progress : whether a bar is shown.

    Returns
    -------
    One row an epoch: "epoch", from 1, and what `epoch` gave.

    Raises
    ------
    TrainingError : a value of a row is not finite, or the checkpoint cannot be read.
    """
    history: list[dict[str, float]] = []
    continued = resumable(checkpoint, stamp)
    if continued:
        saved = torch.load(continued, map_location="cpu", weights_only=True)
        history = list(saved["history"])
        for name, part in parts.items():
            part.load_state_dict(saved["parts"][name])
        logger.info("continuing from the checkpoint %s after epoch %d", continued, len(history))
    written = time.monotonic()
    for number in _with_bar(range(len(history), epochs), progress):
        row = {"epoch": float(number + 1), **epoch(number)}
        bad = next((name for name, value in row.items() if not math.isfinite(value)), None)
        if bad is not None:
            raise TrainingError(
                f"training: {bad} is {row[bad]} after epoch {number + 1}; a smaller learning_rate may help"
            )
        history.append(row)
        if number + 1 < epochs and time.monotonic() - written >= seconds_apart:
            state = {name: part.state_dict() for name, part in parts.items()}
            with atomic_path(checkpoint) as temporary:
                torch.save({"fingerprint": stamp, "history": history, "parts": state}, temporary)
            written = time.monotonic()
    return history


def _with_bar(numbers: range, progress: bool) -> Iterable[int]:
    if not progress:
        return numbers
    from tqdm import tqdm  # here: only where a bar is wanted

    return tqdm(numbers, desc="epochs")
