"""A trained autoencoder as an HDF5 artifact: weights, record, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latentlab.studies.landcover.network.vae import LandcoverVAE, build_vae
from latentlab.training.trained_file import load_weights, read_trained, write_trained

KIND = "landcover-vae"


@dataclass(frozen=True)
class TrainedVae:
    """A network in eval mode, its record, and its history, one row per epoch."""

    model: LandcoverVAE
    record: dict[str, Any]
    history: list[dict[str, float]]


def save_vae(
    path: Path | str,
    model: LandcoverVAE,
    record: Mapping[str, Any],
    history: Sequence[Mapping[str, float]],
    *,
    rule: str,
    inputs: Sequence[Path | str] = (),
    code: str = "",
) -> None:
    """Write the artifact, complete or not at all.

    Parameters
    ----------
    path : file to write. history : one row per epoch.
    rule, inputs, code : as `artifacts.write_artifact` takes them.
    """
    state = model.state_dict()
    write_trained(path, state, record, history, kind=KIND, rule=rule, inputs=inputs, code=code)


def load_vae(path: Path | str) -> TrainedVae:
    """Read the artifact.

    Raises
    ------
    ArtifactError : not such an artifact, or weights that do not fit the record.
    """
    found = read_trained(path, KIND)
    model = build_vae(found.record)
    load_weights(model, found.state, path)
    return TrainedVae(model, found.record, found.history)
