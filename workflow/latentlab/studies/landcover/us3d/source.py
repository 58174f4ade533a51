"""A set of tiles of a user's images of US3D: sites divided into splits, bands on one scale."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import sha256
from latentlab.studies.landcover.classes import TILES_A_SIDE
from latentlab.studies.landcover.collecting import collect
from latentlab.studies.landcover.cutting import AerialImage, bin_image
from latentlab.studies.landcover.image_source import SiteImage
from latentlab.studies.landcover.run_tiles import FULL_REFLECTANCE
from latentlab.studies.landcover.tile_set import SPLITS, Tiles, TileSet
from latentlab.studies.landcover.us3d.folder import CITY_CODES, ImageName, us3d_images
from latentlab.studies.landcover.us3d.images import SIDE, read_image

TOGETHER = 8  # tiles at least of each image that is read: reading takes longer than drawing one
BRIGHT = 99.0  # percentile of a band's training pixels that becomes a reflectance of 1
# about: the bands are pan-sharpened (pubgeo/dfc2019, data/README.md) to WorldView-3's panchromatic pixel,
# 0.31 m at nadir; the thesis (7.2) takes an image for a square kilometre
PIXEL_M = 0.33


def us3d_set(files: Sequence[Path | str], sizes: Mapping[str, Any], seed: int) -> TileSet:
    """A set of US3D's images: all sites, divided at random, and at most so many tiles.

    The bands of US3D are digital numbers of the sensor; its calibration is not among the files. So each band
    is divided by the 99th percentile of the training tiles, and written as if that were a reflectance of 1:
    bands are comparable between images, not with reflectances. `extra` lists the files read with their sha256
    under "files", as UTF-8.

    Parameters
    ----------
    files : as `us3d.folder.us3d_files` finds them. sizes : side, sites (their shares), tiles by split.
    seed : of splits and tiles.

    Raises
    ------
    ConfigError : as `us3d_images`. FrameError : a file that cannot be used.
    """
    images = us3d_images(files)
    names = sorted({name[:2] for name in images})
    numbers = {name: number for number, name in enumerate(names)}
    read: list[Path] = []
    splits = {}
    for split, sites in divide(names, sizes["sites"], seed).items():
        order = _in_turn(images, sites, np.random.default_rng((seed, SPLITS.index(split), 2)))
        logging.info("%s: %d sites, %d images", split, len(sites), len(order))
        splits[split] = [
            SiteImage(
                CITY_CODES.index(name.city),
                numbers[name[:2]],
                partial(_read, images[name], sizes["side"], read),
            )
            for name in order
        ]
    attributes = {
        "source": f"US3D, {len(images)} images of {len(names)} sites",
        "site_names": ["_".join(name) for name in names],
        "pixel_m": PIXEL_M * SIDE / (TILES_A_SIDE * sizes["side"]),
    }
    tiles = collect(splits, sizes, seed, attributes, TOGETHER)
    listed = "".join(f"{sha256(path)}  {path.name}\n" for path in sorted(read))
    tiles = replace(tiles, extra={**tiles.extra, "files": np.frombuffer(listed.encode(), np.uint8)})
    return tiles if tiles.splits["train"].bands is None else _scaled(tiles)


def divide(
    sites: Sequence[tuple[str, str]], shares: Mapping[str, int], seed: int
) -> dict[str, list[tuple[str, str]]]:
    """Sites by split: of each city in these shares, but at least one; which goes where is random.

    Parameters
    ----------
    sites : (city's code, number), three at least of each city. shares : by split. seed : of the division.
    """
    divided: dict[str, list[tuple[str, str]]] = {split: [] for split in SPLITS}
    for city, code in enumerate(CITY_CODES):
        own = sorted(site for site in sites if site[0] == code)
        order = np.random.default_rng((seed, city, 3)).permutation(len(own))
        ends = _ends(len(own), [shares[split] for split in SPLITS])
        for split, start, end in zip(SPLITS, [0, *ends], ends, strict=False):
            divided[split] += [own[place] for place in order[start:end]]
    return divided


def _ends(number: int, shares: Sequence[int]) -> list[int]:
    """Where each part of so many things ends, each with at least one."""
    counts = np.ones(len(shares), int)
    for _ in range(number - len(shares)):  # the next one goes where most is missing
        counts[np.argmax(np.array(shares) / sum(shares) * number - counts)] += 1
    return np.cumsum(counts).tolist()


def _in_turn(
    images: Mapping[ImageName, Any], sites: Sequence[tuple[str, str]], rng: np.random.Generator
) -> list[ImageName]:
    """The images of sites in random order, but so that sites, and among them cities, take turns."""
    keys = {}
    place = {site: number for number, site in enumerate(_cities_in_turn(sites))}
    for site in sites:
        views = [name for name in images if name[:2] == site]
        for turn, view in enumerate(rng.permutation(len(views))):
            keys[views[view]] = (turn, place[site])
    return sorted(keys, key=keys.__getitem__)


def _cities_in_turn(sites: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    turns = {}
    for code in CITY_CODES:
        own = [site for site in sites if site[0] == code]
        turns |= {site: ((turn + 0.5) / len(own), code) for turn, site in enumerate(own)}
    return sorted(turns, key=turns.__getitem__)


def _read(files: Mapping[str, Path], side: int, read: list[Path]) -> AerialImage:
    image = bin_image(read_image(files), TILES_A_SIDE * side)
    read.extend(files.values())
    return image


def _scaled(tiles: TileSet) -> TileSet:
    """Bands divided by what is bright in the training tiles, times 10,000; the divisors are an attribute."""
    train = tiles.splits["train"].bands
    bright = np.array([max(np.percentile(train[:, band], BRIGHT), 1.0) for band in range(train.shape[1])])
    factors = (FULL_REFLECTANCE / bright).astype(np.float32)
    splits: dict[str, Tiles] = {
        split: replace(part, bands=_times(part.bands, factors)) for split, part in tiles.splits.items()
    }
    extra = {
        name: _times(values, factors) if name.endswith("/bands") else values
        for name, values in tiles.extra.items()
    }
    return TileSet(splits, extra, {**tiles.attributes, "bands_bright_dn": bright})


def _times(bands: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Bands (.., 8, side, side) times a factor each, uint16."""
    scaled = np.empty_like(bands)
    for band, factor in enumerate(factors):  # one at a time: all as float32 take twice the memory
        scaled[..., band, :, :] = np.rint(np.minimum(bands[..., band, :, :] * factor, 65535))
    return scaled
