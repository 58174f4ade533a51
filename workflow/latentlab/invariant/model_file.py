"""A trained autoencoder as an HDF5 artifact: settings as JSON, weights and history as arrays, no pickles."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch
from torch import Tensor, nn

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
    **provenance: Any,
) -> None:
    """Write the file; it appears whole or not at all.

    Parameters
    ----------
    provenance : rule, record, inputs and code, as `write_artifact` takes them; the record is by default the
        settings.
    """
    with write_artifact(path, kind=KIND, **with_record(plain(settings), provenance)) as file:
        file.attrs["settings"] = json.dumps(plain(settings), sort_keys=True)
        file.attrs["seed"] = seed
        write_state(file, "state", state)
        write_history(file, history)


def with_record(settings: Mapping[str, Any], provenance: Mapping[str, Any]) -> dict[str, Any]:
    """The provenance, with the settings as record where none is given."""
    return {"record": settings, **{name: value for name, value in provenance.items() if value is not None}}


def write_state(file: h5py.File, group: str, state: Mapping[str, Tensor]) -> None:
    """Write weights and buffers by name."""
    for name, tensor in state.items():
        file[f"{group}/{name}"] = tensor.cpu().numpy()


def write_history(file: h5py.File, history: Sequence[Mapping[str, float]]) -> None:
    """Write a column for each name of the rows, NaN where a row lacks it."""
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
        settings = read_settings(path, file, lambda found: Settings(**found))
        return ModelFile(settings, int(file.attrs["seed"]), read_state(file, "state"), read_history(file))


def read_settings(path: Path | str, file: h5py.File, build: Callable[[dict[str, Any]], Any]) -> Any:
    """What `build` makes of the settings.

    Raises
    ------
    ArtifactError : they are not those of this version. InvariantError : they cannot be used.
    """
    try:
        return build(json.loads(file.attrs["settings"]))
    except (TypeError, KeyError, json.JSONDecodeError) as error:
        raise ArtifactError(f"{path}: attribute 'settings' is not that of this version ({error})") from error


def read_state(file: h5py.File, group: str) -> dict[str, Tensor]:
    """Weights and buffers by name."""
    return {name: torch.from_numpy(np.asarray(data[()])) for name, data in file[group].items()}


def read_history(file: h5py.File) -> list[dict[str, float]]:
    """One row an epoch; none of a model that was not trained."""
    columns = {name: data[()] for name, data in file["history"].items()} if "history" in file else {}
    rows = range(len(columns.get("epoch", ())))
    return [{name: float(values[row]) for name, values in columns.items()} for row in rows]


def load_state(network: nn.Module, state: Mapping[str, Tensor], where: str) -> None:
    """Put weights into the network that the settings describe.

    Raises
    ------
    ArtifactError : they do not fit; the message begins with `where`.
    """
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ArtifactError(f"{where} do not fit the settings ({error})") from error
