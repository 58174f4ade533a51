"""The checkpoint from which an interrupted training continues, and its removal."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from latentlab.artifacts import sha256
from latentlab.errors import TrainingError


def fingerprint(record: Mapping[str, Any], inputs: Sequence[Path | str], code: str) -> str:
    """Identity of a training: sha256 over its record, the bytes of its inputs, and its code's digest."""
    content = json.dumps([dict(record), [sha256(path) for path in inputs], code], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


@contextmanager
def checkpointed(
    path: Path | str, record: Mapping[str, Any], inputs: Sequence[Path | str], code: str
) -> Iterator[dict[str, Any]]:
    """Yield what a training loop needs to continue: its arguments `checkpoint` and `stamp`.

    The block trains and writes the artifact; the checkpoint is removed only after it has ended without error.

    Parameters
    ----------
    path : the checkpoint. record, inputs, code : identify the training, see `fingerprint`.
    """
    yield {"checkpoint": Path(path), "stamp": fingerprint(record, inputs, code)}
    Path(path).unlink(missing_ok=True)


def resumable(path: Path, stamp: str) -> Path | None:
    """`path` if it holds a checkpoint of this training, else None: a changed record starts a new training.

    Only tensors and plain values are unpickled (`weights_only`).

    Raises
    ------
    TrainingError : the file is truncated, damaged or not a checkpoint.
    """
    if not path.is_file():
        return None
    try:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, OSError, pickle.UnpicklingError) as error:
        raise TrainingError(f"{path}: no readable checkpoint; remove it to train from the start") from error
    return path if checkpoint.get("fingerprint") == stamp else None
