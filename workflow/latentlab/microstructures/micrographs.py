"""Tiles of user micrographs (PNG, TIFF) as two-phase images."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from latentlab.errors import ConfigError, FrameError
from latentlab.microstructures import Microstructures
from latentlab.microstructures.micrograph_file import SUFFIXES, check_size, read_grey

BINS = 256  # of the histogram for Otsu's threshold
LEAST_TILES = 4  # for figures of a set: some to show, some to hold out


def micrograph_tiles(
    paths: Path | str | Sequence[Path | str],
    side: int,
    *,
    threshold: str | float = "otsu",
    invert: bool = False,
    overlap: int = 0,
    percentiles: tuple[float, float] = (0.0, 100.0),
    binning: int = 1,
) -> Microstructures:
    """Cut micrographs into square tiles of two phases: the dark one is phase 0.

    Each image is binned, scaled to [0, 1] and segmented by its own threshold: below is phase 0. Tiles start
    at the upper left; remainders on the right and at the bottom are not used. The files are not changed.

    Parameters
    ----------
    paths : a folder, whose PNG and TIFF files are read in the order of their names, or a file, or a list of
        files.
    side : of the tiles, px after binning.
    threshold : "otsu", or a number between 0 and 1.
    invert : the bright phase is phase 0 instead.
    overlap : px that neighbouring tiles share.
    percentiles : the grey values at these percentiles (in per cent) are scaled to 0 and 1, values outside
        are clipped; (0, 100) scales from the smallest to the largest value.
    binning : image pixels that are averaged in each direction to one pixel of a tile.

    Returns
    -------
    Microstructures : images uint8 (n, side, side) and labels file (int32, index in the list of files), top,
    left (int32, px of the original image) and volume_fraction (float32, share of phase 0).

    Raises
    ------
    ConfigError : there is no such file or folder, a folder without images, or threshold, overlap,
        percentiles or binning are out of range.
    FrameError : a file cannot be used (`read_grey`), or its image is smaller than a tile or constant.
    """
    _check(side, threshold, overlap, percentiles, binning)
    images: list[np.ndarray] = []
    labels: dict[str, list[int]] = {"file": [], "top": [], "left": []}
    for index, path in enumerate(micrograph_files(paths)):
        phases = segment(path, side, threshold, invert, percentiles, binning)
        step = side - overlap
        for top in range(0, phases.shape[0] - side + 1, step):
            for left in range(0, phases.shape[1] - side + 1, step):
                images.append(phases[top : top + side, left : left + side])
                for name, value in (("file", index), ("top", top * binning), ("left", left * binning)):
                    labels[name].append(value)
    tiles = np.stack(images)
    arrays = {name: np.array(values, dtype=np.int32) for name, values in labels.items()}
    arrays["volume_fraction"] = (1.0 - tiles.mean(axis=(1, 2))).astype(np.float32)
    return Microstructures(tiles, arrays)


def segment(
    path: Path | str,
    side: int,
    threshold: str | float = "otsu",
    invert: bool = False,
    percentiles: tuple[float, float] = (0.0, 100.0),
    binning: int = 1,
) -> np.ndarray:
    """One micrograph, binned and in two phases; parameters and errors as of `micrograph_tiles`.

    Returns
    -------
    uint8 (h // binning, w // binning); 0 is the phase of interest.
    """
    grey = read_grey(Path(path))
    check_size(Path(path), grey.shape, side, binning)
    grey = _binned(grey, binning)
    low, high = np.percentile(grey, percentiles)
    if not low < high:
        raise FrameError(f"{path}: the image is constant, at {low:g}: there are no two phases in it")
    scaled = ((grey - low) / (high - low)).clip(0.0, 1.0)
    level = otsu_threshold(scaled) if isinstance(threshold, str) else threshold
    bright = scaled >= level
    return (~bright if invert else bright).astype(np.uint8)


def _binned(grey: np.ndarray, binning: int) -> np.ndarray:
    """Means of blocks of `binning` x `binning` pixels; what remains on the right and below is left out."""
    rows, columns = (length // binning for length in grey.shape)
    whole = grey[: rows * binning, : columns * binning]
    return whole.reshape(rows, binning, columns, binning).mean(axis=(1, 3))


def count_tiles(shape: tuple[int, int], side: int, binning: int = 1) -> int:
    """Tiles without overlap that an image of `shape` (h, w) gives."""
    return (shape[0] // binning // side) * (shape[1] // binning // side)


def check_number(tiles: int, images: int, side: int, binning: int, least: int) -> None:
    """ConfigError where `images` micrographs give fewer than `least` tiles of `side` px."""
    if tiles < least:
        pixels = side * binning
        binned = f" (tiles of {side} px at binning {binning})" if binning > 1 else ""
        raise ConfigError(
            f"config/config.yaml: micrographs.paths: {images} image(s) hold {tiles} tile(s) of "
            f"{pixels} x {pixels} pixels{binned}, expected {least} or more; give more or larger images"
            + (", or a smaller binning" if binning > 1 else "")
        )


def micrograph_files(paths: Path | str | Sequence[Path | str]) -> list[Path]:
    """The files that `paths` names: those of a folder in order of name, a single file, or a list as given.

    Raises
    ------
    ConfigError : there are no files, or a file whose name is neither PNG nor TIFF.
    """
    if isinstance(paths, str | Path):
        folder = Path(paths)
        if folder.is_dir():
            files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
            if not files:
                raise ConfigError(f"{folder}: expected PNG or TIFF images in this folder, found none")
            return files
        paths = [folder]
    files = [Path(path) for path in paths]
    if not files:
        raise ConfigError("micrographs: expected at least one image, the list is empty")
    for path in files:
        if not path.is_file():
            raise ConfigError(f"{path}: there is no such file; expected a PNG or TIFF image")
        if path.suffix.lower() not in SUFFIXES:
            raise ConfigError(f"{path}: expected a file named {', '.join(SUFFIXES)}")
    return files


def otsu_threshold(scaled: np.ndarray) -> float:
    """The level that divides values in [0, 1] with the largest variance between the two classes.

    If several levels are equally good, as between two separate peaks, the middle one.

    Parameters
    ----------
    scaled : float, any shape, values in [0, 1].

    Raises
    ------
    ValueError : all values fall into one of the histogram's 256 bins.

    Source: Otsu, IEEE Trans. Syst. Man Cybern. 9 (1979) 62, eq. 14 and 18.
    """
    counts, edges = np.histogram(scaled, bins=BINS, range=(0.0, 1.0))
    share = counts / counts.sum()
    below = np.cumsum(share)[:-1]  # of the levels edges[1:-1]
    moment = np.cumsum(share * 0.5 * (edges[1:] + edges[:-1]))
    both = (below > 0.0) & (counts.cumsum()[:-1] < counts.sum())
    if not both.any():
        raise ValueError("all values lie in one bin of the histogram: there is no threshold between them")
    variance = np.zeros(BINS - 1)
    spread = moment[-1] * below[both] - moment[:-1][both]
    variance[both] = spread**2 / (below[both] * (1.0 - below[both]))
    best = np.flatnonzero(variance >= variance.max() * (1.0 - 1e-12))
    return float(edges[1:-1][best].mean())


def _check(
    side: int, threshold: str | float, overlap: int, percentiles: tuple[float, float], binning: int
) -> None:
    if binning < 1:
        raise ConfigError(f"micrographs: binning: expected 1 or more, found {binning}")
    if side < 1 or not 0 <= overlap < side:
        raise ConfigError(
            f"micrographs: overlap: expected 0 to {side - 1} px for tiles of {side} px, found {overlap}"
        )
    if threshold != "otsu" and not (isinstance(threshold, int | float) and 0.0 < threshold < 1.0):
        raise ConfigError(
            f"micrographs: threshold: expected otsu or a number between 0 and 1, found {threshold!r}"
        )
    low, high = percentiles
    if not (math.isfinite(low) and 0.0 <= low < high <= 100.0):
        raise ConfigError(
            f"micrographs: percentiles: expected two rising numbers from 0 to 100, found {low} and {high}"
        )
