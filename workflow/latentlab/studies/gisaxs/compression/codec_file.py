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

from latentlab.codecs.compressai_import import CompressionModel
from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.compression.codec_of_record import codec_of
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.training.trained_file import load_weights, read_trained, write_trained

KIND = "codec"


@dataclass(frozen=True)
class TrainedCodec:
    """A codec ready for use.

    Attributes
    ----------
    model : in eval mode, its integer coding tables as stored.
    transform : the intensity scale that the model sees.
    record : the run's record.
    model_id : 8 bytes that identify exactly these weights and tables; bitstreams carry them.
    aux_loss : auxiliary loss as trained, before the quantiles were solved for the tables.
    history : one row per epoch.
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
    inputs: Sequence[Path | str] = (),
    code: str = "",
) -> None:
    """Make the coding tables and write the artifact, complete or not at all.

    The quantiles are first solved for (`update_quantiles`), as training moves them far too slowly; the
    auxiliary loss before that, which the thesis's tables give, is kept as an attribute.

    Parameters
    ----------
    path : file to write. model : as trained. history : one row per epoch.
    rule, inputs, code : as `artifacts.write_artifact` takes them.
    """
    aux_loss = float(model.aux_loss().detach())
    model.update(force=True, update_quantiles=True)
    state = model.state_dict()
    attributes = {
        "transform": transform.kind,
        "transform_maximum": transform.maximum,
        "aux_loss": aux_loss,
        "model_id": model_id(state, record, transform.maximum).hex(),
    }
    provenance = {"rule": rule, "inputs": inputs, "code": code}
    write_trained(path, state, record, history, kind=KIND, **provenance, attributes=attributes)


def load_codec(path: Path | str) -> TrainedCodec:
    """Read a codec artifact.

    Raises
    ------
    ArtifactError : not a codec, weights that do not fit the record, or contents that do not fit the model id.
    """
    found = read_trained(path, KIND)
    record, attributes = found.record, found.attributes
    transform = IntensityTransform(attributes["transform"], float(attributes["transform_maximum"]))
    stored_id = bytes.fromhex(attributes["model_id"])
    if model_id(found.state, record, transform.maximum) != stored_id:
        raise ArtifactError(f"{path}: the weights are not those that the model id {stored_id.hex()} names")
    model = codec_of(record)
    load_weights(model, found.state, path)
    return TrainedCodec(model, transform, record, stored_id, float(attributes["aux_loss"]), found.history)
