"""Drawing of lines and shapes as the 0 phase of an image, in place."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from latentlab.microstructures.placement import Box

SHAPES = ("disc", "square", "triangle", "cross")


def draw_rectangle(image: np.ndarray, box: Box) -> None:
    """Set the pixels of `box` (top, height, left, width in px) of a uint8 image to 0."""
    top, height, left, width = box
    image[top : top + height, left : left + width] = 0


def draw_diagonal(image: np.ndarray, box: Box) -> None:
    """Set to 0 the pixels of a thick segment that falls to the right at 45 degrees.

    Parameters
    ----------
    image : uint8 (side, side); with a view mirrored left to right the segment rises.
    box : start and extent of row + column, start and extent of column - row: a rectangle in coordinates
        turned by 45 degrees, whose unit is 1 / sqrt(2) px. With extents of at least 2 its pixels are
        4-connected: the next one right or down changes both coordinates by 1.
    """
    start, extent, across, breadth = box
    top, left = (start - across - breadth + 1) // 2, (start + across) // 2
    bottom, right = (start + extent - 1 - across) // 2, (start + extent + across + breadth - 2) // 2
    rows = np.arange(top, bottom + 1)[:, None]
    columns = np.arange(left, right + 1)
    along, over = rows + columns - start, columns - rows - across
    inside = (along >= 0) & (along < extent) & (over >= 0) & (over < breadth)
    image[top : bottom + 1, left : right + 1][inside] = 0


def draw_shape(image: np.ndarray, shape: str, box: Box) -> None:
    """Set to 0 the pixels of a shape that fills a square box (top, size, left, size in px)."""
    top, size, left, _ = box
    image[top : top + size, left : left + size][shape_mask(shape, size)] = 0


@lru_cache(maxsize=1024)
def shape_mask(shape: str, size: int) -> np.ndarray:
    """Bool (size, size), size at least 3: True inside a shape that touches all four borders; 4-connected.

    disc : pixel centres within size / 2. square : all pixels. triangle : isosceles, apex at the top. cross :
    two bars a third as wide as the shape.

    Raises
    ------
    ValueError : there is no such shape.
    """
    offset = np.abs(np.arange(size) - 0.5 * (size - 1))
    rows, columns = offset[:, None], offset[None, :]
    if shape == "disc":
        mask = rows**2 + columns**2 <= 0.25 * size**2
    elif shape == "square":
        mask = np.ones((size, size), dtype=bool)
    elif shape == "triangle":
        mask = columns <= 0.5 * np.arange(1, size + 1)[:, None]
    elif shape == "cross":
        mask = np.minimum(rows, columns) <= size / 6
    else:
        raise ValueError(f"there is no shape '{shape}', expected one of {', '.join(SHAPES)}")
    mask.flags.writeable = False
    return mask


def draw_discs(image: np.ndarray, centres: np.ndarray, radii: np.ndarray) -> int:
    """Set to 0 the pixels of a periodic uint8 image (side, side) whose centres lie within discs.

    Parameters
    ----------
    image : uint8 (side, side). Pixel centres are at whole numbers.
    centres : float (n, 2), row and column in px.
    radii : float (n,), px, under half the side.

    Returns
    -------
    Number of discs that contain at least one pixel centre.
    """
    side = len(image)
    seen = 0
    for (row, column), radius in zip(centres.tolist(), radii.tolist(), strict=True):
        rows = np.arange(math.ceil(row - radius), math.floor(row + radius) + 1)
        columns = np.arange(math.ceil(column - radius), math.floor(column + radius) + 1)
        inside = (rows[:, None] - row) ** 2 + (columns[None, :] - column) ** 2 <= radius**2
        at_row, at_column = np.nonzero(inside)
        image[rows[at_row] % side, columns[at_column] % side] = 0
        seen += len(at_row) > 0
    return seen
