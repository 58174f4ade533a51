"""Tiles as invariant models take them: averaged to a few pixels, standardised, seen through a disc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from latentlab.errors import ConfigError
from latentlab.studies.landcover.run_tiles import pictures
from latentlab.studies.landcover.tile_set import Tiles

TURNS = (1, 2, 3)  # quarter turns, exact ones: no pixel is interpolated
SHIFT = 8  # tiles are shifted by one part in so many of their side


@dataclass(frozen=True)
class SmallTiles:
    """Tiles of one split.

    Attributes
    ----------
    images : float32 (n, channels, side, side), each channel in standard deviations from its mean over the
        training tiles, 0 outside the inscribed disc: what all models and rivals are given, since in each
        orientation only the disc is seen. Colours as they are train several times more slowly: what all
        tiles have in common is learnt first.
    turned : the same, turned by each of TURNS, (turns, n, ...).
    shifted : (m, ...), the view a step further to the right, of those tiles whose neighbour is known;
        `shifted_rows` (m,) are their places in `images`.
    factors : of the tiles, see `tile_set.Tiles`.
    """

    images: np.ndarray
    turned: np.ndarray
    shifted: np.ndarray
    shifted_rows: np.ndarray
    factors: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation of each channel in the disc, (channels, 1, 1)."""

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def of(cls, images: np.ndarray) -> Scale:
        """That of images float32 (n, channels, side, side)."""
        inside = images[:, :, disc(images.shape[-1]) > 0]
        mean, deviation = (each((0, 2))[:, None, None] for each in (inside.mean, inside.std))
        return cls(mean, np.where(deviation > 0, deviation, 1.0))

    def standardised(self, images: np.ndarray) -> np.ndarray:
        """Images (..., channels, side, side) in these units, 0 outside the disc."""
        inside = disc(images.shape[-1])
        return ((images - self.mean) / self.deviation * inside).astype(np.float32)


def small_splits(train: Tiles, test: Tiles, kind: str, side: int) -> tuple[SmallTiles, SmallTiles]:
    """Training and test tiles averaged to `side` px, both in the units of the training tiles.

    Parameters
    ----------
    kind : as `run_tiles.pictures` takes it.

    Raises
    ------
    ConfigError : the tiles' side is not a multiple of `side`.
    """
    scale = Scale.of(averaged(pictures(train, kind), side))
    return _small(train, kind, side, scale), _small(test, kind, side, scale)


def _small(tiles: Tiles, kind: str, side: int, scale: Scale) -> SmallTiles:
    whole = pictures(tiles, kind)
    left, right = neighbours(tiles.factors)
    step = whole.shape[-1] // SHIFT
    beyond = np.concatenate([whole[left][..., step:], whole[right][..., :step]], axis=-1)
    images = averaged(whole, side)
    return SmallTiles(
        scale.standardised(images),
        scale.standardised(np.stack([np.rot90(images, turn, axes=(2, 3)) for turn in TURNS])),
        scale.standardised(averaged(beyond, side)),
        left,
        tiles.factors,
    )


def averaged(images: np.ndarray, side: int) -> np.ndarray:
    """Images float32 (n, channels, s, s) as means of blocks, (n, channels, side, side).

    Raises
    ------
    ConfigError : s is not a multiple of `side`.
    """
    n, channels, full, _ = images.shape
    if full % side:
        raise ConfigError(f"tiles of {full} px cannot be averaged to {side} px; expected a divisor of {full}")
    block = full // side
    return images.reshape(n, channels, side, block, side, block).mean(axis=(3, 5), dtype=np.float32)


def disc(side: int) -> np.ndarray:
    """float32 (side, side): 1 where a pixel's centre lies in the inscribed disc, else 0."""
    place = (np.arange(side) + 0.5) * 2 / side - 1
    return (place**2 + place[:, None] ** 2 <= 1).astype(np.float32)


def neighbours(factors: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Places (m,) of tiles, and of the tile that lies to the right of each in the same image."""
    place_of = np.stack([factors[name] for name in ("site", "row", "column")], axis=1)
    keys = [tuple(int(value) for value in each) for each in place_of]
    places = {key: place for place, key in enumerate(keys)}
    pairs = [
        (place, places[site, row, column + 1])
        for place, (site, row, column) in enumerate(keys)
        if (site, row, column + 1) in places
    ]
    found = np.array(pairs, dtype=int).reshape(-1, 2)
    return found[:, 0], found[:, 1]
