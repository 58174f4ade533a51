"""Tiles of aerial images as an artifact: colours, bands, heights, labels, and what is known of each tile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from latentlab.artifacts import compression, create_images, create_nxdata, read_artifact, write_artifact
from latentlab.errors import ArtifactError

KIND = "landcover-tiles"
SPLITS = ("train", "validation", "test")
PIXELS = ("rgb", "bands", "height", "labels")
CHUNK = 64  # tiles compressed together: small ones, read in order


@dataclass(frozen=True)
class Tiles:
    """Tiles of one split; a part that was not read, or that there is not, is None.

    Attributes
    ----------
    rgb : uint8 (n, 3, side, side): red, green, blue. bands : uint16 (n, 8, side, side), reflectance at the
        top of the atmosphere times 10,000, in the order of `classes.BANDS`.
    height : float32 (n, side, side), m above ground, NaN where it is not known.
    labels : uint8 (n, side, side), index in `classes.CLASSES`, or `classes.VOID`.
    factors : what is known of each tile, (n, ...), by name; see `describe.describe`.
    """

    rgb: np.ndarray | None
    bands: np.ndarray | None = None
    height: np.ndarray | None = None
    labels: np.ndarray | None = None
    factors: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        read = [each for each in (self.rgb, self.bands, self.labels, self.height) if each is not None]
        return len(read[0])


@dataclass(frozen=True)
class TileSet:
    """A set as it is written.

    Attributes
    ----------
    splits : by "train", "validation", "test". extra : arrays of the whole set, such as whole scenes, by name.
    attributes : texts and numbers of the whole set; "source" says in words where the tiles come from,
        "pixel_m" is the size of a pixel on the ground.
    """

    splits: Mapping[str, Tiles]
    extra: Mapping[str, np.ndarray] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)


def write_tiles(path: Path | str, tiles: TileSet, **provenance: Any) -> None:
    """Write a set atomically.

    Parameters
    ----------
    provenance : rule, record, inputs and code, as `artifacts.write_artifact` takes them.
    """
    with write_artifact(path, kind=KIND, **provenance) as file:
        file.attrs.update(tiles.attributes)
        for split in SPLITS:
            _write_split(file, split, tiles.splits[split], float(tiles.attributes["pixel_m"]))
        for name, values in tiles.extra.items():
            file.create_dataset(f"extra/{name}", data=values, **(compression() if np.ndim(values) else {}))


def _write_split(file: h5py.File, split: str, tiles: Tiles, pixel_m: float) -> None:
    n, channels, height, width = tiles.rgb.shape
    axes = [(name, pixel_m * np.arange(size), "m") for name, size in (("y", height), ("x", width))]
    axes = [("n", np.arange(n), ""), ("channel", np.arange(channels), ""), *axes]
    group = create_nxdata(file, split, signal="rgb", axes=axes, default=split == "train")
    stack = create_images(group, "rgb", tiles.rgb.shape, units="1", dtype=np.uint8, together=CHUNK)
    stack[...] = tiles.rgb
    for name in PIXELS[1:]:
        values = getattr(tiles, name)
        if values is not None:
            units = "m" if name == "height" else "1"
            stack = create_images(group, name, values.shape, units=units, dtype=values.dtype, together=CHUNK)
            stack[...] = values
    for name, values in tiles.factors.items():
        group[f"factors/{name}"] = values


def read_tiles(path: Path | str, split: str, pixels: Sequence[str] = ("rgb",)) -> Tiles:
    """One split of a set, with its factors and those kinds of pixels that are asked for.

    Parameters
    ----------
    split : one of SPLITS. pixels : some of PIXELS.

    Raises
    ------
    ArtifactError : no such artifact, no such split, or the set does not have these pixels.
    """
    with read_artifact(path, kind=KIND, datasets={f"{split}/rgb": (None, 3, None, None)}) as file:
        group = file[split]
        for name in pixels:
            if name not in group:
                raise ArtifactError(f"{path}: dataset '{split}/{name}' is missing; the set was made without")
        factors = {name: values[()] for name, values in group.get("factors", {}).items()}
        return Tiles(
            **{name: group[name][()] if name in pixels else None for name in PIXELS}, factors=factors
        )


def read_extra(path: Path | str, name: str) -> np.ndarray:
    """An array that belongs to the whole set.

    Raises
    ------
    ArtifactError : no such artifact, or no such array.
    """
    with read_artifact(path, kind=KIND) as file:
        if f"extra/{name}" not in file:
            raise ArtifactError(f"{path}: dataset 'extra/{name}' is missing")
        return file[f"extra/{name}"][()]


def read_attributes(path: Path | str) -> dict[str, Any]:
    """Texts and numbers of the whole set, with those that every artifact has."""
    with read_artifact(path, kind=KIND) as file:
        return dict(file.attrs)
