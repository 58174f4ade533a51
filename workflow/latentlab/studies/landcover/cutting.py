"""An aerial image: binning its pixels to the set's, and cutting it into tiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from latentlab.studies.landcover.classes import CLASSES, TILES_A_SIDE, VOID
from latentlab.studies.landcover.tile_set import PIXELS, Tiles

MOST_VOID = 0.5  # share of a tile's pixels; a tile with more says nothing of the land cover


@dataclass(frozen=True)
class AerialImage:
    """One image of a site; row 0 is north.

    Attributes
    ----------
    rgb : uint8 (3, side, side). labels : uint8 (side, side), index in `CLASSES`, or `VOID`.
    height : float32 (side, side), m above ground, NaN where it is not known.
    bands : uint16 (8, side, side), or None.
    facts : numbers that hold for the whole image, by name.
    """

    rgb: np.ndarray
    labels: np.ndarray
    height: np.ndarray
    bands: np.ndarray | None = None
    facts: Mapping[str, float] = field(default_factory=dict)


def bin_image(image: AerialImage, side: int) -> AerialImage:
    """An image of `side` pixels a side, each made of a square of the given image's pixels.

    Colours, bands and heights are means (heights over those that are known), labels the most frequent one of
    the square: of two as frequent the first in `CLASSES`, and void only if it is more frequent than each.

    Raises
    ------
    ValueError : the image's side is not a multiple of `side`.
    """
    whole = image.labels.shape[-1]
    if whole % side:
        raise ValueError(f"expected an image whose side is a multiple of {side} px, found {whole} px")
    if whole == side:
        return image
    factor = whole // side
    return replace(
        image,
        rgb=_mean(image.rgb, factor),
        labels=_majority(image.labels, factor),
        height=_known_mean(image.height, factor),
        bands=None if image.bands is None else _mean(image.bands, factor),
    )


def cut(image: AerialImage, tiles_a_side: int = TILES_A_SIDE) -> Tiles:
    """All tiles of an image, row by row from the north-west, with the factors row and column.

    Raises
    ------
    ValueError : the image's side is not a multiple of `tiles_a_side`.
    """
    parts = {}
    for name in PIXELS:
        pixels = getattr(image, name)
        parts[name] = None if pixels is None else _cut(pixels, tiles_a_side)
    row, column = np.divmod(np.arange(tiles_a_side**2), tiles_a_side)
    return Tiles(**parts, factors={"row": row, "column": column})


def usable(tiles: Tiles) -> np.ndarray:
    """bool (n,): at most half of the pixels are void, and the height of at least one pixel is known."""
    void = (tiles.labels == VOID).mean(axis=(1, 2))
    return (void <= MOST_VOID) & np.isfinite(tiles.height).any(axis=(1, 2))


def _cut(pixels: np.ndarray, number: int) -> np.ndarray:
    """Pixels (.., side, side) as tiles (number^2, .., side/number, side/number)."""
    *channels, height, width = pixels.shape
    if height % number or width % number:
        raise ValueError(f"expected a side that is a multiple of {number} px, found {height} x {width} px")
    squares = pixels.reshape(*channels, number, height // number, number, width // number)
    squares = np.moveaxis(squares, (-4, -2), (0, 1))
    return squares.reshape(number**2, *channels, height // number, width // number)


def _parts(pixels: np.ndarray, factor: int) -> Iterator[np.ndarray]:
    """The pixels (.., h/factor, w/factor) at each place of the squares, one place after the other."""
    for row in range(factor):
        for column in range(factor):
            yield pixels[..., row::factor, column::factor]


def _mean(pixels: np.ndarray, factor: int) -> np.ndarray:
    """Mean of each square, rounded; sums of at most 16 x 16 values of 16 bits are exact in float32."""
    total = sum(part.astype(np.float32) for part in _parts(pixels, factor))
    return np.rint(total / factor**2).astype(pixels.dtype)


def _known_mean(pixels: np.ndarray, factor: int) -> np.ndarray:
    known = np.isfinite(pixels)
    number = sum(part.astype(np.float32) for part in _parts(known, factor))
    total = sum(part.astype(np.float64) for part in _parts(np.where(known, pixels, 0.0), factor))
    return np.where(number > 0, total / np.maximum(number, 1), np.nan).astype(np.float32)


def _majority(labels: np.ndarray, factor: int) -> np.ndarray:
    codes = np.array([*range(len(CLASSES)), VOID], np.uint8)
    counts = [sum(part.astype(np.uint16) for part in _parts(labels == code, factor)) for code in codes]
    return codes[np.stack(counts).argmax(axis=0)]
