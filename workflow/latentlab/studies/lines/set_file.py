"""Sets of microstructures as artifacts: images of two phases and their labels, in two splits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import h5py
import numpy as np

from latentlab.artifacts import create_images, create_nxdata

if TYPE_CHECKING:  # trainings, which read sets, need no generator
    from latentlab.microstructures import Microstructures

KIND = "microstructures"
BLOCK = 1024  # images written or read at a time
CHUNK = 64  # images compressed together: small ones, read in order


def write_split(
    file: h5py.File, split: str, count: int, side: int, generate: Callable[[int, int], Microstructures]
) -> None:
    """Write images and labels of a split, block by block.

    Parameters
    ----------
    file : open artifact.
    count : images of the split. side : px.
    generate : (first, number) -> that many images from the first on, and their labels.
    """
    axes = [("n", np.arange(count), ""), ("y", np.arange(side), "px"), ("x", np.arange(side), "px")]
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
