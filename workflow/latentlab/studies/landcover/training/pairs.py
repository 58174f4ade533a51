"""Pictures that a network is given, and those that it restores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from latentlab.studies.landcover.run_tiles import pictures
from latentlab.studies.landcover.tile_set import Tiles


@dataclass(frozen=True)
class Pairs:
    """Pictures of a split as stored, (n, channels, side, side): uint8, 0 to 255, or float32, 0 to 1.

    Attributes
    ----------
    given : what is encoded. wanted : what is to be restored; the same array for an autoencoder.
    """

    given: np.ndarray
    wanted: np.ndarray

    @classmethod
    def of(cls, tiles: Tiles, record: Mapping[str, Any]) -> Pairs:
        """Of a record's "input" and "restores".

        Raises
        ------
        ArtifactError : the tiles were read without their bands.
        """
        given = stored(tiles, record["input"])
        return cls(
            given, given if record["restores"] == record["input"] else stored(tiles, record["restores"])
        )

    def __len__(self) -> int:
        return len(self.given)

    def batch(self, rows: np.ndarray | slice, device: torch.device | None = None) -> tuple[Tensor, Tensor]:
        """Some pairs as float32 from 0 to 1, channels last in memory."""
        given = as_floats(self.given[rows], device)
        return given, given if self.wanted is self.given else as_floats(self.wanted[rows], device)


def stored(tiles: Tiles, kind: str) -> np.ndarray:
    """Pictures of a kind, see `run_tiles.pictures`; colours stay uint8, a quarter of the memory."""
    return tiles.rgb if kind == "rgb" else pictures(tiles, kind)


def as_floats(images: np.ndarray, device: torch.device | None = None) -> Tensor:
    """float32 from 0 to 1 of stored pictures, channels last in memory."""
    tensor = torch.from_numpy(images).to(device).contiguous(memory_format=torch.channels_last)
    return tensor.float().div_(255) if tensor.dtype == torch.uint8 else tensor
