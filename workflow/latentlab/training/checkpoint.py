"""Which checkpoint a killed training continues from."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from latentlab.artifacts import sha256
from latentlab.errors import TrainingError


def fingerprint(record: Mapping[str, Any], inputs: Sequence[Path | str]) -> str:
    """Identity of a training: sha256 over its record and the bytes of the files that decide its result."""
    content = json.dumps([dict(record), [sha256(path) for path in inputs]], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


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
