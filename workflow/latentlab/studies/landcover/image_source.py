"""Images of sites, read or drawn one at a time, and the tiles that are taken from them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from latentlab.studies.landcover.cutting import AerialImage, cut, usable
from latentlab.studies.landcover.describe import describe
from latentlab.studies.landcover.tile_set import PIXELS, Tiles


@dataclass(frozen=True)
class SiteImage:
    """An image that has not been read yet.

    Attributes
    ----------
    city : index in `classes.CITIES`. site : its number, a different one for each site of the set.
    read : gives the image with the set's pixels.
    """

    city: int
    site: int
    read: Callable[[], AerialImage]


def take_tiles(images: Sequence[SiteImage], most: int, rng: np.random.Generator, together: int = 1) -> Tiles:
    """At most so many tiles with all their factors, in random order.

    Images are read in the given order, each once, until there are enough tiles: as many of each image as are
    needed if all give the same number, but at least `together`. Which tiles of an image is random. Tiles that
    are not usable (`cutting.usable`) are left out; later images then give more.

    Parameters
    ----------
    most : tiles. together : least tiles to take of an image, where there are so many, as reading takes time.
    """
    parts = list(_parts(images, most, rng, together))
    order = rng.permutation(sum(len(part) for part in parts))
    factors = {
        name: np.concatenate([part.factors[name] for part in parts])[order] for name in parts[0].factors
    }
    pixels = {name: _joined([getattr(part, name) for part in parts], order) for name in PIXELS}
    return Tiles(**pixels, factors=factors)


def _parts(
    images: Sequence[SiteImage], most: int, rng: np.random.Generator, together: int
) -> Iterator[Tiles]:
    taken = 0
    for index, each in enumerate(images):
        if taken == most:
            return
        image = each.read()
        tiles = cut(image)
        rows = rng.permutation(np.flatnonzero(usable(tiles)))
        share = max(together, math.ceil((most - taken) / (len(images) - index)))
        chosen = some(tiles, np.sort(rows[: min(share, most - taken)]))
        given = {"city": each.city, "site": each.site, **image.facts}
        same = {name: np.full(len(chosen), value) for name, value in given.items()}
        taken += len(chosen)
        yield Tiles(
            chosen.rgb,
            chosen.bands,
            chosen.height,
            chosen.labels,
            {**chosen.factors, **same, **describe(chosen)},
        )


def some(tiles: Tiles, rows: np.ndarray) -> Tiles:
    """Those tiles of a split, all pixels and factors, in the order of the indices `rows`."""
    pixels = {name: None if (all_ := getattr(tiles, name)) is None else all_[rows] for name in PIXELS}
    return Tiles(**pixels, factors={name: values[rows] for name, values in tiles.factors.items()})


def _joined(parts: list[np.ndarray | None], order: np.ndarray) -> np.ndarray | None:
    """Arrays one behind the other, then reordered, without holding more than one copy beside the parts."""
    if parts[0] is None:
        return None
    place = np.argsort(order)
    joined = np.empty((len(order), *parts[0].shape[1:]), parts[0].dtype)
    start = 0
    for part in parts:
        joined[place[start : start + len(part)]] = part
        start += len(part)
    return joined
