"""Evaluations of runs and of whole stages: a summary of metrics, and the arrays behind the figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import compression, read_artifact, write_artifact
from latentlab.errors import ArtifactError


def write_evaluation(
    path: Path | str,
    summary: Mapping[str, float],
    arrays: Mapping[str, np.ndarray],
    attributes: Mapping[str, Any] | None = None,
    *,
    kind: str,
    **provenance: Any,
) -> None:
    """Write an evaluation atomically.

    Parameters
    ----------
    summary : metrics by name. arrays : by name, which may hold "/". attributes : for figures.
    kind : of the artifact, the study's.
    provenance : rule, record, inputs and code, as `artifacts.write_artifact` takes them.
    """
    with write_artifact(path, kind=kind, summary=summary, **provenance) as file:
        file.attrs.update(attributes or {})
        for name, values in arrays.items():
            options = compression() if np.ndim(values) else {}
            file.create_dataset(f"arrays/{name}", data=values, **options)


def read_arrays(path: Path | str, *names: str, kind: str) -> tuple[np.ndarray, ...]:
    """Arrays of an evaluation, in the order of their names.

    Raises
    ------
    ArtifactError : no such artifact, or an array is missing.
    """
    with read_artifact(path, kind=kind) as file:
        for name in names:
            if f"arrays/{name}" not in file:
                raise ArtifactError(f"{path}: dataset 'arrays/{name}' is missing")
        return tuple(file[f"arrays/{name}"][()] for name in names)
