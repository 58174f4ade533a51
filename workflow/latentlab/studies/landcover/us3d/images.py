"""Reading one image of US3D: colours, bands, labels and heights, each a GeoTIFF of 1024 x 1024 pixels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import tifffile

from latentlab.errors import FrameError
from latentlab.studies.landcover.classes import BANDS, CLASSES, VOID
from latentlab.studies.landcover.cutting import AerialImage

SIDE = 1024  # px
TYPES = {"RGB": "uint8", "MSI": "uint16", "CLS": "uint8", "AGL": "float32"}
CHANNELS = {"RGB": 3, "MSI": len(BANDS)}
# codes of the LAS standard; "trees" are the thesis's vegetation, bridges and elevated roads its clutter
CODES = {5: "vegetation", 9: "water", 2: "ground", 6: "building", 17: "clutter"}
VOID_CODE = 65  # unlabelled
MOST_OTHER = 0.1  # share of pixels of other codes: more are labels of another kind
NO_DATA_TAG = 42113  # GDAL_NODATA
HEIGHTS_M = (-500.0, 1000.0)  # a value outside, such as -9999, stands for no data


def read_image(files: Mapping[str, Path]) -> AerialImage:
    """An image with the pixels of its files.

    Labels are indices of `CLASSES`: the codes 5 (trees), 9 (water), 2 (ground), 6 (building), 17 (elevated
    road: clutter); 65 is void, and so is any other code, as in the contest's own metric. A height is not
    known where it is NaN, infinite, the file's GDAL no-data value or outside of -500 to 1000 m; water without
    a height, as lidar often leaves it, is at 0 m above ground.

    Parameters
    ----------
    files : by kind: "RGB", "CLS", "AGL", and "MSI" if there are bands.

    Returns
    -------
    The image; its bands are the file's digital numbers, not reflectances.

    Raises
    ------
    FrameError : a file is missing, damaged, or of another shape or type; labels are of another kind.
    """
    labels = _labels(files["CLS"])
    height = _heights(files["AGL"])
    height[np.isnan(height) & (labels == CLASSES.index("water"))] = 0.0
    return AerialImage(
        rgb=_channels(files["RGB"], "RGB"),
        labels=labels,
        height=height,
        bands=_channels(files["MSI"], "MSI") if "MSI" in files else None,
    )


def _channels(path: Path, kind: str) -> np.ndarray:
    """Pixels (channels, 1024, 1024), whether the file has the channels first or last."""
    pixels, _ = _read(path, kind)
    number = CHANNELS[kind]
    if pixels.shape == (SIDE, SIDE, number):
        return np.ascontiguousarray(np.moveaxis(pixels, -1, 0))
    if pixels.shape == (number, SIDE, SIDE):
        return pixels
    raise _wrong_shape(path, pixels, f"{SIDE} x {SIDE} x {number}")


def _labels(path: Path) -> np.ndarray:
    codes, _ = _read(path, "CLS")
    codes = _plane(path, codes)
    table = np.full(256, VOID, np.uint8)
    for code, name in CODES.items():
        table[code] = CLASSES.index(name)
    labels = table[codes]
    other = (labels == VOID) & (codes != VOID_CODE)
    if other.mean() > MOST_OTHER:
        found = ", ".join(map(str, np.unique(codes[other])[:8]))
        raise FrameError(
            f"{path}: {other.mean():.0%} of the labels are {found}; expected the codes 2, 5, 6, 9, 17, and "
            "65 where there is no label"
        )
    return labels


def _heights(path: Path) -> np.ndarray:
    height, no_data = _read(path, "AGL")
    height = _plane(path, height).copy()
    known = (height >= HEIGHTS_M[0]) & (height <= HEIGHTS_M[1])  # False for NaN
    if no_data is not None:
        known &= height != no_data
    height[~known] = np.nan
    return height


def _plane(path: Path, pixels: np.ndarray) -> np.ndarray:
    plane = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels
    plane = plane[0] if plane.ndim == 3 and len(plane) == 1 else plane
    if plane.shape != (SIDE, SIDE):
        raise _wrong_shape(path, pixels, f"{SIDE} x {SIDE}")
    return plane


def _read(path: Path, kind: str) -> tuple[np.ndarray, np.float32 | None]:
    """Pixels as stored, and the value that stands for no data, if the file names one."""
    try:
        with tifffile.TiffFile(path) as file:
            series = file.series[0]
            if file.shaped_metadata and math.prod(file.shaped_metadata[0]["shape"]) != series.size:
                raise ValueError("pages are missing")  # of a file that tifffile wrote page by page
            pixels = series.asarray()
            tag = file.pages[0].tags.get(NO_DATA_TAG)
            no_data = None if tag is None else np.float32(str(tag.value).strip("\0 "))
    except FileNotFoundError as error:
        raise FrameError(f"{path}: there is no such file") from error
    except (
        Exception
    ) as error:  # tifffile and imagecodecs raise their own types, ValueError, struct.error, ...
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FrameError(f"{path}: not a readable TIFF image, truncated or damaged ({reason})") from error
    if pixels.dtype != TYPES[kind]:
        raise FrameError(f"{path}: expected values of type {TYPES[kind]}, found {pixels.dtype}")
    return pixels, no_data


def _wrong_shape(path: Path, pixels: np.ndarray, expected: str) -> FrameError:
    found = " x ".join(map(str, pixels.shape))
    return FrameError(f"{path}: expected an image of {expected} px, as in track 1, found {found}")
