"""The tiles of a run: three splits, and the pictures that a network is given and restores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latentlab.errors import ArtifactError
from latentlab.studies.landcover.tile_set import Tiles, read_tiles

CHANNELS = {"rgb": 3, "grey": 1, "bands": 8}  # by kind of picture
LUMINANCE = (0.299, 0.587, 0.114)  # of red, green, blue: ITU-R BT.601
FULL_REFLECTANCE = 10_000.0  # a reflectance of 1 as the bands are stored


@dataclass(frozen=True)
class RunTiles:
    """The three splits of a set."""

    train: Tiles
    validation: Tiles
    test: Tiles


def read_run_tiles(path: Path | str, *kinds: str) -> RunTiles:
    """The splits with all pixels that some kinds of pictures need; red, green, blue are always read.

    Raises
    ------
    ArtifactError : no such artifact, or the set has no bands.
    """
    pixels = ["rgb", *(["bands"] if "bands" in kinds else [])]
    return RunTiles(*(read_tiles(path, split, pixels) for split in ("train", "validation", "test")))


def pictures(tiles: Tiles, kind: str) -> np.ndarray:
    """Pictures as a network takes them, float32 (n, channels, side, side), 0 to 1.

    Parameters
    ----------
    kind : "rgb"; "grey", the luminance of ITU-R BT.601; "bands", eight reflectances, cut at 1.

    Raises
    ------
    ArtifactError : the tiles were read without their bands.
    """
    if kind == "bands":
        if tiles.bands is None:
            raise ArtifactError("these tiles were read without their bands, which the network is given")
        return np.minimum(tiles.bands.astype(np.float32) / FULL_REFLECTANCE, 1.0)
    rgb = tiles.rgb.astype(np.float32) / 255.0
    if kind == "grey":
        return np.einsum("nchw,c->nhw", rgb, np.array(LUMINANCE, np.float32))[:, None]
    return rgb
