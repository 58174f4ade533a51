"""The splits of a set of tiles, taken from images of sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from latentlab.studies.landcover.classes import CITIES, CLASSES, TILE_M
from latentlab.studies.landcover.cutting import AerialImage
from latentlab.studies.landcover.image_source import SiteImage, take_tiles
from latentlab.studies.landcover.tile_set import PIXELS, SPLITS, TileSet

WHOLE = 4  # test images that are kept whole, for figures: two of each city


def collect(
    images: Mapping[str, Sequence[SiteImage]],
    sizes: Mapping[str, Any],
    seed: int,
    attributes: Mapping[str, Any],
    together: int = 1,
) -> TileSet:
    """Take the tiles of each split.

    Parameters
    ----------
    images : by split, in the order in which they are read. sizes, seed : see `draw`.
    attributes : "source" and others. together : see `image_source.take_tiles`.
    """
    whole: list[tuple[int, AerialImage]] = []
    splits = {}
    for number, split in enumerate(SPLITS):
        chosen = images[split]
        if split == "test":
            chosen = [_kept(each, whole) for each in chosen]
        rng = np.random.default_rng((seed, number, 1))
        splits[split] = take_tiles(chosen, sizes["tiles"][split], rng, together)
    fixed = {"pixel_m": TILE_M / sizes["side"], "class_names": list(CLASSES), "city_names": list(CITIES)}
    return TileSet(splits, _extra(whole), {**fixed, **attributes})


def _kept(image: SiteImage, whole: list[tuple[int, AerialImage]]) -> SiteImage:
    """The same image, kept in a list when it is read, if it is one of the first."""

    def read() -> AerialImage:
        found = image.read()
        if len(whole) < WHOLE:
            whole.append((image.city, found))
        return found

    return replace(image, read=read)


def _extra(whole: Sequence[tuple[int, AerialImage]]) -> dict[str, np.ndarray]:
    extra: dict[str, np.ndarray] = {}
    for number, (city, image) in enumerate(whole):
        extra[f"scenes/{number}/city"] = np.array(city)
        for name, value in image.facts.items():
            extra[f"scenes/{number}/{name}"] = np.array(value)
        for name in PIXELS:
            if getattr(image, name) is not None:
                extra[f"scenes/{number}/{name}"] = getattr(image, name)
    return extra
