"""The tiles that all networks of the study are trained and tested on, with what is known of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.studies.landcover.classes import CITIES, CLASSES, TILE_M
from latentlab.studies.landcover.cutting import AerialImage
from latentlab.studies.landcover.drawn_images import drawn_images
from latentlab.studies.landcover.image_source import SiteImage, take_tiles
from latentlab.studies.landcover.tile_set import PIXELS, SPLITS, TileSet

WHOLE = 4  # test images that are kept whole, for figures: two of each city


def draw(
    spec: Mapping[str, Any], sizes: Mapping[str, Any], seed: int, files: Sequence[Path | str] = ()
) -> TileSet:
    """A set of tiles: of scenes that are drawn, or of the images of US3D if there are files.

    No site has tiles in two splits, and each split has sites of both cities.

    Parameters
    ----------
    spec : the section `scenes` of config/landcover.yaml. seed : of scenes, splits and the choice of tiles.
    sizes : of the scale: side (px of a tile), sites and tiles by split, where tiles is the most of them. All
        sites of US3D are used, in shares as `sites` says.
    files : of US3D, as `us3d.folder.us3d_files` finds them.

    Returns
    -------
    The set with the factors of `describe.describe`, and of each tile city (index in `CITIES`), site, row and
    column; of scenes also season, land_use (indices), sun_elevation_deg, sun_azimuth_deg, haze, cloud and
    street_direction_deg. `extra` has whole test images, "scenes/<k>/rgb" and so on, and "scenes/<k>/city".

    Raises
    ------
    ConfigError : a setting of the scenes, or sites of US3D that do not suffice. FrameError : a file of US3D.
    """
    if files:
        from latentlab.studies.landcover.us3d.source import us3d_set  # here, as few users need tifffile

        return us3d_set(files, sizes, seed)
    images = drawn_images(spec, sizes["side"], sizes["sites"], seed)
    return collect(images, sizes, seed, {"source": "drawn scenes"})


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
