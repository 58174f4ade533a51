"""Exact patterns to evaluate the restoration on, and where their specular beam lies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latentlab.artifacts import read_artifact
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace, bin_mean


def exact_patterns(path: Path | str, n: int, side: int) -> np.ndarray:
    """The first `n` simulated test patterns with continuous parameters, float32 (n, side, side).

    Parameters
    ----------
    path : artifact of the stage gisaxs_continuous. side : means over bins are taken to this side, px.

    Raises
    ------
    ArtifactError : another artifact. ValueError : fewer patterns, or a side that does not divide theirs.
    """
    with read_artifact(path, kind="patterns", datasets={"test/intensity": (None, None, None)}) as file:
        images = file["test/intensity"]
        if not 1 <= n <= len(images):
            raise ValueError(f"{path}: holds 1 to {len(images)} test patterns, asked for {n}")
        return bin_mean(torch.from_numpy(images[:n]), side).numpy()


def mean_pattern(space: PatternSpace, n: int, side: int, seed: int) -> np.ndarray:
    """Mean of `n` training patterns, each relative to its sum: float64 (side, side)."""
    images = space.patterns(space.training_pairs(n, np.random.default_rng(seed)), side).astype(np.float64)
    return (images / images.sum(axis=(1, 2), keepdims=True)).mean(axis=0)


def specular_row(experiment: Mapping[str, Any], crop: int, side: int) -> float:
    """Row of the specular beam, alpha_f = alpha_i, in a crop of that many pixels that is binned to `side`."""
    sine = np.sin(np.deg2rad([experiment["alpha_i_deg"], experiment["angle_max_deg"]]))
    row = sine[0] / sine[1] * (experiment["n_alpha_f"] - 1)
    return float((row + 0.5) * side / crop - 0.5)
