"""The splits of a set of microstructures as tensors, for trainings, evaluations and figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from latentlab.artifacts import read_artifact
from latentlab.studies.lines.set_file import BLOCK, KIND


class MicrostructureSet:
    """One split of a set; images are read from the file on request.

    Attributes
    ----------
    side : px. labels : by name, one row per image.
    """

    def __init__(self, path: Path | str, split: str) -> None:
        self.path, self.split = Path(path), split
        with self._open() as file:
            self._count, self.side, _ = file[f"{split}/image"].shape
            self.labels = {name: values[()] for name, values in file[f"{split}/labels"].items()}

    def _open(self):
        return read_artifact(self.path, kind=KIND, datasets={f"{self.split}/image": (None, None, None)})

    def __len__(self) -> int:
        return self._count

    def images(self, first: int = 0, stop: int | None = None) -> torch.Tensor:
        """Images `first` to `stop` - 1 (all by default), uint8 (n, side, side): 0 lines, 1 background."""
        with self._open() as file:
            return torch.from_numpy(file[f"{self.split}/image"][first:stop])

    def blocks(self, most: int | None = None) -> Iterator[torch.Tensor]:
        """All images, or the first `most`, in blocks of uint8 (n, side, side)."""
        stop = len(self) if most is None else min(most, len(self))
        for first in range(0, stop, BLOCK):
            yield self.images(first, min(first + BLOCK, stop))


class PackedImages:
    """All images of a split in memory, one bit per pixel: 100,000 of 224 x 224 pixels take 630 MB.

    Parameters
    ----------
    source : the split, or any iterable of uint8 (n, side, side) blocks of 0 and 1.
    """

    def __init__(self, source: MicrostructureSet) -> None:
        self.side = source.side
        self._packed = np.concatenate([np.packbits(block.numpy(), axis=-1) for block in source.blocks()])

    def __len__(self) -> int:
        return len(self._packed)

    def __getitem__(self, indices: list[int]) -> torch.Tensor:
        """Images of a list of indices, float32 (len(indices), side, side)."""
        bits = np.unpackbits(self._packed[indices], axis=-1, count=self.side)
        return torch.from_numpy(bits).float()
