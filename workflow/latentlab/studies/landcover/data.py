"""The tiles that all networks of the study are trained and tested on, with what is known of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.studies.landcover.collecting import collect
from latentlab.studies.landcover.drawn_images import drawn_images
from latentlab.studies.landcover.tile_set import TileSet


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
