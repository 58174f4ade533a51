"""The files of the clustering: latents of the LSRAE, and labels of every method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import read_artifact, write_artifact
from latentlab.studies.gisaxs.simulation import COLUMNS

KIND, LSRAE_KIND = "clusters", "lsrae"
FITS = ("all", "held_out")  # fitted to all patterns, as in the thesis, or without the held-out distance


@dataclass(frozen=True)
class MethodClusters:
    """What one method made of one input.

    Attributes
    ----------
    labels : by fit of `FITS`, int64 (seeds, n). history : of a k-sparse autoencoder that was fitted to all,
        arrays (seeds, epochs), else empty.
    """

    labels: Mapping[str, np.ndarray]
    history: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Clusters:
    """The clusters of one input.

    Attributes
    ----------
    parameters : float64 (n, 4). test : bool (n,), the held-out distance. methods : by name.
    """

    parameters: np.ndarray
    test: np.ndarray
    methods: Mapping[str, MethodClusters]


def write_clusters(
    path: Path | str,
    clusters: Clusters,
    *,
    rule: str,
    record: Mapping[str, Any],
    inputs: Sequence[Path | str] = (),
    code: str = "",
    summary: Mapping[str, float] | None = None,
) -> None:
    """Write the clusters; the other arguments are as `latentlab.artifacts.write_artifact` takes them."""
    provenance = {"rule": rule, "record": record, "inputs": inputs, "code": code, "summary": summary}
    with write_artifact(path, kind=KIND, **provenance) as file:
        file["parameters"] = clusters.parameters
        file["parameters"].attrs["columns"] = COLUMNS
        file["test"] = clusters.test
        for name, method in clusters.methods.items():
            for fit, labels in method.labels.items():
                file[f"methods/{name}/{fit}"] = labels
            for column, values in method.history.items():
                file[f"methods/{name}/history/{column}"] = values


def read_clusters_file(path: Path | str) -> Clusters:
    """Read what `write_clusters` wrote.

    Raises
    ------
    ArtifactError : an artifact of another kind, or one without parameters.
    """
    with read_artifact(path, kind=KIND, datasets={"parameters": (None, 4), "test": (None,)}) as file:
        methods = {
            name: MethodClusters(
                {fit: group[fit][()] for fit in FITS if fit in group},
                {column: data[()] for column, data in group.get("history", {}).items()},
            )
            for name, group in file["methods"].items()
        }
        return Clusters(file["parameters"][()], file["test"][()], methods)


def read_lsrae(path: Path | str) -> dict[str, np.ndarray]:
    """Latents of all patterns, float32 (seeds, n, units), by fit of `FITS`.

    Raises
    ------
    ArtifactError : an artifact of another kind, or one without them.
    """
    shapes: dict[str, tuple[int | None, ...]] = dict.fromkeys(FITS, (None, None, None))
    with read_artifact(path, kind=LSRAE_KIND, datasets=shapes) as file:
        return {fit: file[fit][()] for fit in FITS}
