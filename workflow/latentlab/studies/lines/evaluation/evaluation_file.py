"""Arrays of an evaluation in its artifact, by group and name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import h5py
import numpy as np

from latentlab.artifacts import compression, read_artifact
from latentlab.errors import ArtifactError

KIND = "vae-evaluation"
BASELINES = "microstructure-baselines"


def write_groups(file: h5py.File, groups: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Write datasets by group; stacks of images are compressed, one image per chunk."""
    for group, arrays in groups.items():
        for name, values in arrays.items():
            values = np.asarray(values)
            stacked = values.ndim >= 3
            options = (
                {"chunks": (*[1] * (values.ndim - 2), *values.shape[-2:]), **compression()} if stacked else {}
            )
            file.create_dataset(f"{group}/{name}", data=values, **options)


def read_group(path: Path | str, group: str, kind: str = KIND) -> dict[str, np.ndarray]:
    """All datasets of a group, by name.

    Raises
    ------
    ArtifactError : no such artifact, or no such group in it.
    """
    with read_artifact(path, kind=kind) as file:
        if group not in file:
            raise ArtifactError(f"{path}: group '{group}' is missing")
        return {name: data[()] for name, data in file[group].items()}


def read_line_scores(path: Path | str) -> dict[str, np.ndarray]:
    """The group "pairs" of a run on a set of lines, as `read_group`.

    Raises
    ------
    ArtifactError : the run's set has no lines to count.
    """
    pairs = read_group(path, "pairs")
    if "score_count" not in pairs:
        raise ArtifactError(f"{path}: lines are not counted in a run whose set has no lines")
    return pairs
