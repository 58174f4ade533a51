"""Sets of microstructures as artifacts: images of two phases and their labels, in two splits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import h5py
import numpy as np

from latentlab.artifacts import create_images, create_nxdata, read_artifact

if TYPE_CHECKING:  # trainings, which read sets, need no generator
    from latentlab.microstructures import Microstructures

KIND = "microstructures"
BLOCK = 1024  # images written or read at a time
CHUNK = 64  # images compressed together: small ones, read in order


class Details(NamedTuple):
    """What figures say of a set's images: a pixel's size in `unit`, and a note on tiles of micrographs."""

    pixel: float = 1.0
    unit: str = "px"
    note: str = ""


DRAWN = Details()  # of a set that was drawn


def write_details(file: h5py.File, details: Details) -> None:
    """Store them as attributes of a set or of an evaluation; nothing where they say nothing."""
    if details != DRAWN:
        file.attrs["pixel_size"] = details.pixel
        file.attrs["pixel_size_units"] = details.unit
        file.attrs["note"] = details.note


def read_details(path: Path | str) -> Details:
    """Details of a set or of an evaluation; a set that was drawn has none, its pixel is 1 px.

    Raises
    ------
    ArtifactError : no such artifact.
    """
    with read_artifact(path, kind=None) as file:
        if "pixel_size" not in file.attrs:
            return DRAWN
        size, unit, note = (file.attrs[name] for name in ("pixel_size", "pixel_size_units", "note"))
        return Details(float(size), str(unit), str(note))


def write_split(
    file: h5py.File,
    split: str,
    count: int,
    side: int,
    generate: Callable[[int, int], Microstructures],
    details: Details = DRAWN,
) -> None:
    """Write images and labels of a split, block by block.

    Parameters
    ----------
    file : open artifact.
    count : images of the split. side : px.
    generate : (first, number) -> that many images from the first on, and their labels.
    details : with the size of a pixel, for the axes.
    """
    places = np.arange(side) if details.unit == "px" else details.pixel * np.arange(side)
    axes = [("n", np.arange(count), ""), ("y", places, details.unit), ("x", places, details.unit)]
    group = create_nxdata(file, split, signal="image", axes=axes, default=split == "train")
    images = create_images(group, "image", (count, side, side), units="phase", dtype=np.uint8, together=CHUNK)
    images.attrs["long_name"] = "0 inclusions (lines), 1 matrix"
    labels = group.create_group("labels")
    for first in range(0, count, BLOCK):
        block = generate(first, min(BLOCK, count - first))
        images[first : first + len(block)] = block.images
        for name, values in block.labels.items():
            if name not in labels:
                labels.create_dataset(name, shape=(count, *values.shape[1:]), dtype=values.dtype)
            labels[name][first : first + len(block)] = values
