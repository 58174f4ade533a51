"""Common content of the artifacts of all trained models: weights, record, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latentlab.artifacts import read_artifact, record_of, write_artifact
from latentlab.errors import ArtifactError


@dataclass(frozen=True)
class TrainedFile:
    """Content of a trained model's artifact.

    Attributes
    ----------
    state : weights and buffers by name, on the CPU.
    record : the run's record. history : one row per epoch.
    attributes : of the root, including those that a kind adds.
    """

    state: dict[str, torch.Tensor]
    record: dict[str, Any]
    history: list[dict[str, float]]
    attributes: dict[str, Any]


def write_trained(
    path: Path | str,
    state: Mapping[str, torch.Tensor],
    record: Mapping[str, Any],
    history: Sequence[Mapping[str, float]],
    *,
    kind: str,
    rule: str,
    inputs: Sequence[Path | str] = (),
    code: str = "",
    attributes: Mapping[str, str | float] | None = None,
) -> None:
    """Write the artifact atomically.

    Parameters
    ----------
    path : file to write. state : the model's `state_dict`. history : one row per epoch, of equal names.
    kind, rule, record, inputs, code : as `artifacts.write_artifact` takes them.
    attributes : further attributes of the root.
    """
    with write_artifact(path, kind=kind, rule=rule, record=record, inputs=inputs, code=code) as file:
        file.attrs.update(attributes or {})
        for name, tensor in state.items():
            file[f"state/{name}"] = tensor.cpu().numpy()
        for name in history[0]:
            file[f"history/{name}"] = np.array([row[name] for row in history], dtype=np.float64)


def read_trained(path: Path | str, kind: str) -> TrainedFile:
    """Read an artifact that `write_trained` wrote; nothing is unpickled.

    Raises
    ------
    ArtifactError : an artifact of another kind, or one without weights or history.
    """
    with read_artifact(path, kind=kind, datasets={"history/epoch": (None,)}) as file:
        if "state" not in file:
            raise ArtifactError(f"{path}: group 'state' is missing")
        state = {name: torch.from_numpy(np.asarray(data[()])) for name, data in file["state"].items()}
        columns = {name: data[()] for name, data in file["history"].items()}
        record, attributes = record_of(file), dict(file.attrs)
    epochs = range(len(columns["epoch"]))
    history = [{name: float(values[epoch]) for name, values in columns.items()} for epoch in epochs]
    return TrainedFile(state, record, history, attributes)


def load_weights(model: torch.nn.Module, state: Mapping[str, torch.Tensor], path: Path | str) -> None:
    """Put the weights of the artifact in `path` into the model that its record describes, in eval mode.

    Raises
    ------
    ArtifactError : the weights do not fit.
    """
    try:
        model.load_state_dict(state)
    except (RuntimeError, ValueError, KeyError) as error:
        raise ArtifactError(f"{path}: the weights in 'state' do not fit the record ({error})") from error
    model.eval()
