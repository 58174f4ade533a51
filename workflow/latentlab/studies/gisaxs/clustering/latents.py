"""What is clustered: latents of a codec, principal components of patterns; and their file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import read_artifact, write_artifact
from latentlab.errors import ArtifactError
from latentlab.log_scale import FLOOR
from latentlab.studies.gisaxs.simulation import COLUMNS

KIND = "latents"
SPLITS = ("train", "test")  # by their number in the file


@dataclass(frozen=True)
class LatentSet:
    """A vector for each pattern of the small set.

    Attributes
    ----------
    vectors : float32 (n, k). parameters : float64 (n, 4), R in nm, sigma/R, D in nm, omega/D.
    test : bool (n,), whether the pattern is of the test split, the held-out distance.
    """

    vectors: np.ndarray
    parameters: np.ndarray
    test: np.ndarray

    @property
    def scaled(self) -> np.ndarray:
        """The vectors less the mean of the training split, with a mean square of 1 there: float32 (n, k)."""
        train = self.vectors[~self.test]
        spread = float(np.sqrt(np.mean(np.square(train - train.mean(axis=0)))))
        return (self.vectors - train.mean(axis=0)) / np.float32(spread if spread > 0 else 1)


def components_of(images: np.ndarray, train: np.ndarray, count: int) -> np.ndarray:
    """Principal components of log10 intensity, each pattern clipped to six decades: float32 (n, count).

    Parameters
    ----------
    images : float32 (n, height, width), raw intensity. train : bool (n,), the patterns that the components
        are fitted to; more than `count`.
    """
    floors = FLOOR * images.max(axis=(1, 2), keepdims=True)
    logs = np.log10(np.maximum(images, floors)).reshape(len(images), -1).astype(np.float64)
    logs -= logs[train].mean(axis=0)
    left, strengths, _ = np.linalg.svd(logs[train] @ logs[train].T)
    axes = (logs[train].T @ left[:, :count]) / np.sqrt(strengths[:count])
    return (logs @ axes).astype(np.float32)


def averaged(images: np.ndarray, gaps: np.ndarray, side: int) -> np.ndarray:
    """Means over blocks of pixels, without those in gaps: float32 (n, side, side).

    Parameters
    ----------
    images : float32 (n, height, height). gaps : bool (height, height); a block of gaps alone becomes 0.

    Raises
    ------
    ValueError : the blocks would not be equal.
    """
    height = images.shape[-1]
    if height % side:
        raise ValueError(f"patterns of {height} px cannot be averaged to {side}: expected a divisor")
    blocks = (side, height // side, side, height // side)
    measured = (~gaps).astype(np.float32)
    counts = measured.reshape(blocks).sum(axis=(1, 3))
    sums = (images * measured).reshape(len(images), *blocks).sum(axis=(2, 4))
    return (sums / np.maximum(counts, 1)).astype(np.float32)


def write_latents(
    path: Path | str,
    latents: LatentSet,
    *,
    rule: str,
    record: Mapping[str, Any],
    inputs: Sequence[Path | str] = (),
    code: str = "",
) -> None:
    """Write "latents" float32 (n, k), "parameters" (n, 4), "split" int8 (n,), 0 for train, 1 for test.

    `rule`, `record`, `inputs`, `code` : as `latentlab.artifacts.write_artifact` takes them.
    """
    with write_artifact(path, kind=KIND, rule=rule, record=record, inputs=inputs, code=code) as file:
        file["latents"] = latents.vectors.astype(np.float32)
        file["parameters"] = latents.parameters
        file["parameters"].attrs["columns"] = COLUMNS
        file["split"] = latents.test.astype(np.int8)
        file["split"].attrs["names"] = SPLITS


def read_latents(path: Path | str, dataset: str = "latents") -> LatentSet:
    """Read a file of latents, of this part of the study or of another, whose vectors are in `dataset`.

    Raises
    ------
    ArtifactError : no such file, lengths that differ, or a split other than 0 (train) and 1 (test).
    """
    shapes: dict[str, tuple[int | None, ...]] = {
        dataset: (None, None),
        "parameters": (None, 4),
        "split": (None,),
    }
    with read_artifact(path, kind=None, datasets=shapes) as file:
        vectors, parameters, split = (file[name][()] for name in shapes)
    if not len(vectors) == len(parameters) == len(split):
        raise ArtifactError(
            f"{path}: datasets '{dataset}', 'parameters' and 'split' have {len(vectors)}, {len(parameters)} "
            f"and "
            f"{len(split)} entries, expected equal numbers"
        )
    if set(np.unique(split).tolist()) != {0, 1}:
        raise ArtifactError(
            f"{path}: dataset 'split' has {np.unique(split)}, expected 0 (train) and 1 (test)"
        )
    return LatentSet(vectors.astype(np.float32), parameters.astype(np.float64), split == 1)
