"""A set made from a user's own micrographs: tiles, how they are divided, and whether they suffice."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.errors import ConfigError
from latentlab.microstructures import Microstructures
from latentlab.microstructures.micrographs import check_number, micrograph_tiles
from latentlab.microstructures.tile_report import TileReport, report_tiles
from latentlab.studies.lines.set_file import Details
from latentlab.studies.lines.shares import training_images


def own_set(
    paths: Sequence[Path | str],
    side: int,
    least: int,
    *,
    threshold: str | float,
    invert: bool,
    binning: int = 1,
    nm_per_pixel: float | None = None,
) -> tuple[Microstructures, dict[str, Any], Details]:
    """Tiles of micrographs, training tiles first, and what is known about them.

    Parameters
    ----------
    paths : PNG and TIFF files. side : of the tiles, px. least : tiles needed.
    threshold, invert, binning : see `micrograph_tiles`.
    nm_per_pixel : of the original images, nm; None if unknown.

    Returns
    -------
    The tiles; attributes of their artifact: binning, and the shares (0 to 1) of tiles of one phase and of
    tiles whose correlation does not decay; the size of a tile's pixel, and a note for tables and figures.

    Raises
    ------
    ConfigError : fewer than `least` tiles, or no tile with both phases.
    FrameError, ConfigError : as `micrograph_tiles`.
    """
    tiles = micrograph_tiles(paths, side, threshold=threshold, invert=invert, binning=binning)
    check_number(len(tiles), len(paths), side, binning, least)
    report = report_tiles(tiles.images)
    if report.one_phase == report.tiles:
        raise ConfigError(
            f"config/config.yaml: micrographs: each of the {report.tiles} tiles is all one phase, expected "
            "tiles with both; use a larger binning, or another threshold"
        )
    for warning in report.warnings():
        logging.warning("micrographs: %s", warning)
    pixel = binning * nm_per_pixel if nm_per_pixel else 1.0
    unit = "nm" if nm_per_pixel else "px"
    details = Details(pixel, unit, _note(report, side, binning, side * pixel if nm_per_pixel else None))
    attributes = {
        "binning": binning,
        "one_phase_share": report.one_phase_share,
        "undecayed_share": report.undecayed_share,
    }
    order = training_first(tiles.labels["file"])
    ordered = Microstructures(
        tiles.images[order], {name: values[order] for name, values in tiles.labels.items()}
    )
    return ordered, attributes, details


def training_first(files: np.ndarray) -> np.ndarray:
    """Order of tiles in which those for training come first, with about the same share of every image.

    The last tiles of each image are for validation, so that few of them touch a training tile. In both parts
    the images take turns, so that the first few tiles, which figures show, are of all images.

    Parameters
    ----------
    files : int (n,), ascending: the image that each tile is from.

    Returns
    -------
    int64 (n,), indices of tiles; the first `training_images(n)` are for training.
    """
    validation, turn = np.zeros(len(files), dtype=bool), np.zeros(len(files))
    for file in np.unique(files):
        (own,) = np.nonzero(files == file)
        trained = training_images(own[-1] + 1) - training_images(own[0])
        for part in (own[:trained], own[trained:]):
            turn[part] = (np.arange(len(part)) + 0.5) / max(len(part), 1)
        validation[own[trained:]] = True
    return np.lexsort((turn, validation))


def _note(report: TileReport, side: int, binning: int, nm: float | None) -> str:
    """Facts and warnings; `nm` is the side of a tile in nm, if it is known."""
    size = f" = {nm:.4g} nm" if nm is not None else ""
    pixels = f"{binning} x {binning} image pixels" if binning > 1 else "one image pixel"
    tiles = f"Tiles of {side} px{size}, a px is {pixels}. {report.facts()}"
    return " ".join([tiles, *(f"Warning: {warning}" for warning in report.warnings())])
