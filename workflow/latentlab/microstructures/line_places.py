"""Boxes of lines: their extents, their random positions, the ends of their axes."""

from __future__ import annotations

import math

import numpy as np

from latentlab.microstructures.placement import Box, Size

ORIENTATIONS = ("vertical", "horizontal", "falling", "rising")  # the label is the index in this list
DIAGONALS = ORIENTATIONS[2:]
TURNED = math.sqrt(2.0)  # units of the rotated coordinates of a diagonal per px (see `draw_diagonal`)


def line_size(orientation: str, length: int, thickness: int) -> Size:
    """Extents of a line's box: rows and columns, or for a diagonal rotated coordinates (`draw_diagonal`)."""
    if orientation in DIAGONALS:
        return round(length * TURNED), max(2, round(thickness * TURNED))
    return (length, thickness) if orientation == "vertical" else (thickness, length)


def diagonal_ends(box: Box) -> tuple[float, float, float, float]:
    """Row and column of both ends of the axis of a falling segment, in px, from its rotated coordinates."""
    start, extent, across, breadth = box
    over = across + 0.5 * (breadth - 1)
    first, last = start, start + extent - 1
    return (first - over) / 2, (first + over) / 2, (last - over) / 2, (last + over) / 2


def straight_place(rng: np.random.Generator, side: int, size: Size) -> Box:
    """The box of a vertical or horizontal line of given size, at a uniform position in the image."""
    height, width = size
    return int(rng.integers(side - height + 1)), height, int(rng.integers(side - width + 1)), width


def diagonal_place(rng: np.random.Generator, side: int, size: Size) -> Box:
    """The box of a falling line in rotated coordinates, its corners in the image, at a random position.

    Raises
    ------
    ValueError : the line is too large: the sum of its extents exceeds 2 side - 1.
    """
    extent, breadth = size
    room = 2 * side - extent - breadth
    top = int(rng.integers(room + 1))  # twice the row of the upper corner, then the column of the left one
    parity = (top + breadth - 1) % 2
    left = parity + 2 * int(rng.integers((room - parity) // 2 + 1))
    return (top + left + breadth - 1) // 2, extent, (left - top - breadth + 1) // 2, breadth
