"""A trained codec as an HDF5 artifact: weights, coding tables, intensity transform, record, history."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latentlab.artifacts import read_artifact, record_of, write_artifact
from latentlab.codecs.compressai_import import CompressionModel
from latentlab.codecs.models import build_codec
from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.intensity import IntensityTransform


@dataclass(frozen=True)
class TrainedCodec:
    """A codec ready to code.

    Attributes
    ----------
    model : in eval mode, its integer coding tables as stored.
    transform : the intensity scale that the model sees.
    record : the run's record.
    model_id : 8 bytes that name these very weights and tables; bitstreams carry them.
    aux_loss : auxiliary loss as trained, before the quantiles were solved for the tables.
    history : one row an epoch.
    """

    model: CompressionModel
    transform: IntensityTransform
    record: dict[str, Any]
    model_id: bytes
    aux_loss: float
    history: list[dict[str, float]]


def model_id(state: Mapping[str, torch.Tensor], record: Mapping[str, Any], maximum: float) -> bytes:
    """First 8 bytes of the sha256 over weights, tables, record and transform."""
    digest = hashlib.sha256(json.dumps([dict(record), maximum], sort_keys=True).encode())
    for name, tensor in sorted(state.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(np.ascontiguousarray(tensor.cpu().numpy()).tobytes())
    return digest.digest()[:8]


def save_codec(
    path: Path | str,
    model: CompressionModel,
    transform: IntensityTransform,
    record: Mapping[str, Any],
    history: Sequence[Mapping[str, float]],
    *,
    rule: str,
    inputs: Mapping[str, Path | str],
) -> None:
    """Make the coding tables and write the artifact, whole or not at all.

    The quantiles are first solved for (`update_quantiles`), as training moves them far too slowly; the
    auxiliary loss before that, which the thesis's tables give, is kept as an attribute.
    """
    aux_loss = float(model.aux_loss().detach())
    model.update(force=True, update_quantiles=True)
    state = model.state_dict()
    with write_artifact(path, kind="codec", rule=rule, record=record, inputs=inputs) as file:
        file.attrs["transform"] = transform.kind
        file.attrs["transform_maximum"] = transform.maximum
        file.attrs["aux_loss"] = aux_loss
        file.attrs["model_id"] = model_id(state, record, transform.maximum).hex()
        weights = file.create_group("state")
        for name, tensor in state.items():
            weights.create_dataset(name, data=tensor.cpu().numpy())
        rows = file.create_group("history")
        for name in history[0]:
            rows.create_dataset(name, data=np.array([row[name] for row in history], dtype=np.float64))


def load_codec(path: Path | str) -> TrainedCodec:
    """Read a codec artifact.

    Raises
    ------
    ArtifactError : not a codec, weights that do not fit the record, or contents that the id denies.
    """
    with read_artifact(path, kind="codec", datasets={"history/epoch": (None,)}) as file:
        if "state" not in file:
            raise ArtifactError(f"{path}: group 'state' is missing")
        record = record_of(file)
        state = {name: torch.from_numpy(np.asarray(data[()])) for name, data in _leaves(file["state"])}
        transform = IntensityTransform(file.attrs["transform"], float(file.attrs["transform_maximum"]))
        stored_id = bytes.fromhex(file.attrs["model_id"])
        aux_loss = float(file.attrs["aux_loss"])
        columns = {name: data[()] for name, data in _leaves(file["history"])}
    if model_id(state, record, transform.maximum) != stored_id:
        raise ArtifactError(f"{path}: the weights are not those that the model id {stored_id.hex()} names")
    model = build_codec(record["model"], record["channels"], record["activation"])
    try:
        model.load_state_dict(state)
    except (RuntimeError, ValueError, KeyError) as error:
        raise ArtifactError(f"{path}: the weights in 'state' do not fit the record ({error})") from error
    model.eval()
    epochs = range(len(columns["epoch"]))
    history = [{name: float(values[epoch]) for name, values in columns.items()} for epoch in epochs]
    return TrainedCodec(model, transform, record, stored_id, aux_loss, history)


def _leaves(group: Any) -> list[tuple[str, Any]]:
    return sorted(group.items())
