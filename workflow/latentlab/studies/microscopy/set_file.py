"""Sets of images with known factors as artifacts: two splits, what models restore, and their scenes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from latentlab.artifacts import compression, create_images, create_nxdata, read_artifact, write_artifact
from latentlab.errors import ArtifactError

KIND = "microscopy-set"
SPLITS = ("train", "test")
CHUNK = 64  # images compressed together: small ones, read in order


@dataclass(frozen=True)
class ImageSet:
    """Images of one split, and what is known of them.

    Attributes
    ----------
    images : float32 (n, channels, height, width), 0 to 1.
    factors : true values (n, ...), by name: what models are judged by.
    targets : float32 (n, channels, ...), what a model restores; None: the images.
    conditions : float32 (n, k), what a conditional model is given; None: nothing.
    labels : int (n,), the classes that a semi-supervised model may be told; None: none are known.
    """

    images: np.ndarray
    factors: dict[str, np.ndarray] = field(default_factory=dict)
    targets: np.ndarray | None = None
    conditions: np.ndarray | None = None
    labels: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True)
class Drawn:
    """A set as its part draws it.

    Attributes
    ----------
    train, test : the splits. extra : arrays that belong to the whole set, such as scenes, by name.
    attributes : texts and numbers of the whole set, such as names of classes.
    summary : metrics of answers that need no training, by name.
    """

    train: ImageSet
    test: ImageSet
    extra: dict[str, np.ndarray] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, float] = field(default_factory=dict)


def write_set(path: Path | str, drawn: Drawn, **provenance: Any) -> None:
    """Write a set atomically.

    Parameters
    ----------
    provenance : rule, record, inputs and code, as `artifacts.write_artifact` takes them.
    """
    with write_artifact(path, kind=KIND, summary=drawn.summary, **provenance) as file:
        file.attrs.update(drawn.attributes)
        for split, images in zip(SPLITS, (drawn.train, drawn.test), strict=True):
            _write_split(file, split, images)
        for name, values in drawn.extra.items():
            options = compression() if np.ndim(values) else {}
            file.create_dataset(f"extra/{name}", data=values, **options)


def _write_split(file: h5py.File, split: str, images: ImageSet) -> None:
    n, channels, height, width = images.images.shape
    axes = [(name, np.arange(size), "px") for name, size in (("y", height), ("x", width))]
    axes = [("n", np.arange(n), ""), ("channel", np.arange(channels), ""), *axes]
    group = create_nxdata(file, split, signal="image", axes=axes, default=split == "train")
    stack = create_images(group, "image", images.images.shape, units="1", together=CHUNK)
    stack[...] = images.images
    for name in ("targets", "conditions", "labels"):
        values = getattr(images, name)
        if values is not None:
            group.create_dataset(name, data=values, **compression())
    for name, values in images.factors.items():
        group[f"factors/{name}"] = values


def read_set(path: Path | str, split: str) -> ImageSet:
    """One split, "train" or "test", of a set.

    Raises
    ------
    ArtifactError : no such artifact, or no such split.
    """
    with read_artifact(path, kind=KIND, datasets={f"{split}/image": (None, None, None, None)}) as file:
        group = file[split]
        factors = {name: data[()] for name, data in group.get("factors", {}).items()}
        given = {name: group[name][()] for name in ("targets", "conditions", "labels") if name in group}
        return ImageSet(group["image"][()], factors, **given)


def read_extra(path: Path | str, name: str) -> np.ndarray:
    """An array that belongs to the whole set.

    Raises
    ------
    ArtifactError : no such artifact, or no such array.
    """
    with read_artifact(path, kind=KIND) as file:
        if f"extra/{name}" not in file:
            known = ", ".join(_names(file.get("extra", {}))) or "none"
            raise ArtifactError(f"{path}: dataset 'extra/{name}' is missing; the set has {known}")
        return file[f"extra/{name}"][()]


def read_attributes(path: Path | str) -> dict[str, Any]:
    """Texts and numbers of the whole set, with those that every artifact has."""
    with read_artifact(path, kind=KIND) as file:
        return dict(file.attrs)


def _names(group: Mapping[str, Any]) -> Sequence[str]:
    names: list[str] = []
    if isinstance(group, h5py.Group):
        group.visititems(lambda name, each: names.append(name) if isinstance(each, h5py.Dataset) else None)
    return names
