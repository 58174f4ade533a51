"""A trained autoencoder as an HDF5 artifact: settings as JSON, weights and history as arrays, no pickles."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from latentlab.artifacts import read_artifact, write_artifact
from latentlab.errors import ArtifactError
from latentlab.invariant.settings import Settings, plain

KIND = "invariant-vae"


@dataclass(frozen=True)
class ModelFile:
    """Content of the file: settings, seed, weights by name, one row of history an epoch."""

    settings: Settings
    seed: int
    state: dict[str, Tensor]
    history: list[dict[str, float]]


def write_model(
    path: Path | str,
    settings: Settings,
    seed: int,
    state: Mapping[str, Tensor],
    history: Sequence[Mapping[str, float]],
    *,
    record: Mapping[str, Any] | None = None,
    rule: str = "InvariantVAE.save",
    inputs: Sequence[Path | str] = (),
    code: str = "",
) -> None:
    """Write the file; it appears whole or not at all.

    Parameters
    ----------
    record : what the model was made from, the settings if None.
    rule, inputs, code : as `write_artifact` takes them.
    """
    made_from = plain(settings) if record is None else record
    with write_artifact(path, kind=KIND, rule=rule, record=made_from, inputs=inputs, code=code) as file:
        file.attrs["settings"] = json.dumps(plain(settings), sort_keys=True)
        file.attrs["seed"] = seed
        for name, tensor in state.items():
            file[f"state/{name}"] = tensor.cpu().numpy()
        for name in sorted({name for row in history for name in row}):
            file[f"history/{name}"] = np.array([row.get(name, np.nan) for row in history])


def read_model(path: Path | str) -> ModelFile:
    """Read a file that `write_model` wrote; nothing is unpickled.

    Raises
    ------
    ArtifactError : missing, damaged or of another kind.
    InvariantError : settings that cannot be used.
    """
    with read_artifact(path, kind=KIND) as file:
        if "state" not in file or "settings" not in file.attrs:
            raise ArtifactError(f"{path}: not a complete model, 'state' or 'settings' is missing")
        try:
            settings = Settings(**json.loads(file.attrs["settings"]))
        except (TypeError, json.JSONDecodeError) as error:
            raise ArtifactError(
                f"{path}: attribute 'settings' is not that of this version ({error})"
            ) from error
        state = {name: torch.from_numpy(np.asarray(data[()])) for name, data in file["state"].items()}
        columns = {name: data[()] for name, data in file["history"].items()} if "history" in file else {}
        seed = int(file.attrs["seed"])
    rows = range(len(columns.get("epoch", ())))
    history = [{name: float(values[row]) for name, values in columns.items()} for row in rows]
    return ModelFile(settings, seed, state, history)
