"""A trained VAE as an HDF5 artifact: weights, record, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latentlab.artifacts import read_artifact, record_of, write_artifact
from latentlab.errors import ArtifactError
from latentlab.studies.lines.vae import MicrostructureVAE, build_vae


@dataclass(frozen=True)
class TrainedVae:
    """A VAE in eval mode, its record, and its history, one row an epoch."""

    model: MicrostructureVAE
    record: dict[str, Any]
    history: list[dict[str, float]]


def save_vae(
    path: Path | str,
    model: MicrostructureVAE,
    record: Mapping[str, Any],
    history: Sequence[Mapping[str, float]],
    *,
    rule: str,
    inputs: Mapping[str, Path | str],
) -> None:
    """Write the artifact, whole or not at all."""
    with write_artifact(path, kind="vae", rule=rule, record=record, inputs=inputs) as file:
        for name, tensor in model.state_dict().items():
            file[f"state/{name}"] = tensor.cpu().numpy()
        for name in history[0]:
            file[f"history/{name}"] = np.array([row[name] for row in history], dtype=np.float64)


def load_vae(path: Path | str) -> TrainedVae:
    """Read a VAE artifact.

    Raises
    ------
    ArtifactError : no VAE, or weights that do not fit the record.
    """
    with read_artifact(path, kind="vae", datasets={"history/epoch": (None,)}) as file:
        if "state" not in file:
            raise ArtifactError(f"{path}: group 'state' is missing")
        record = record_of(file)
        state = {name: torch.from_numpy(np.asarray(data[()])) for name, data in file["state"].items()}
        columns = {name: data[()] for name, data in file["history"].items()}
    model = build_vae({**record, "weights": None})  # the trained ones follow
    try:
        model.load_state_dict(state)
    except (RuntimeError, ValueError, KeyError) as error:
        raise ArtifactError(f"{path}: the weights in 'state' do not fit the record ({error})") from error
    model.eval()
    epochs = range(len(columns["epoch"]))
    history = [{name: float(values[epoch]) for name, values in columns.items()} for epoch in epochs]
    return TrainedVae(model, record, history)
