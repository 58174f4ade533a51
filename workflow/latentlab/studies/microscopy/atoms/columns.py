"""Columns of atoms seen from above: where they are, how bright they are, what is true of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

HAADF_EXPONENT = 1.7  # intensity of a column goes with Z^1.7 (Pennycook 1989: between 1.6 and 2)


@dataclass(frozen=True)
class Columns:
    """Atomic columns of one image, in image coordinates: x to the right, y downwards, px.

    Attributes
    ----------
    x, y : float64 (n,), px; whole numbers are pixel centres.
    weight : float64 (n,), brightness: sum of Z^1.7 over the atoms of a column's repeat unit.
    truth : (n, ...) each: what is known of every column: phase, polarisation, orientation_rad, ...
    """

    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray
    truth: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.x)

    def where(self, chosen: np.ndarray) -> Columns:
        """The columns of a mask or of an index."""
        truth = {name: values[chosen] for name, values in self.truth.items()}
        return Columns(self.x[chosen], self.y[chosen], self.weight[chosen], truth)

    def inside(self, side: int, margin: float = 0.0) -> Columns:
        """Those at least `margin` px inside an image of `side` px; a negative margin keeps some outside."""
        low, high = margin - 0.5, side - 0.5 - margin
        return self.where((self.x >= low) & (self.x < high) & (self.y >= low) & (self.y < high))

    def moved(self, x: np.ndarray, y: np.ndarray) -> Columns:
        """The same columns at other places."""
        return replace(self, x=x, y=y)

    def with_truth(self, **values: np.ndarray) -> Columns:
        """The same columns, with more that is known of them."""
        return replace(self, truth={**self.truth, **values})


def joined(parts: list[Columns]) -> Columns:
    """All columns of the parts, which know the same of their columns."""
    truth = {name: np.concatenate([part.truth[name] for part in parts]) for name in parts[0].truth}
    return Columns(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "y", "weight")), truth
    )


def brightness(*numbers: int | float) -> float:
    """Brightness of a column in HAADF-STEM: the sum of Z^1.7 over its atoms' atomic numbers."""
    return float(sum(number**HAADF_EXPONENT for number in numbers))


def lattice_points(
    first: tuple[float, float], second: tuple[float, float], side: int, margin: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Points of a lattice about the image's centre, and their whole numbers.

    Parameters
    ----------
    first, second : vectors of the lattice (x, y), px. side : of the image, px. margin : beyond it, px.

    Returns
    -------
    x, y : float64 (n,), px. i, j : int64 (n,): the point is centre + i first + j second.
    """
    reach = side / 2 + margin
    basis = np.array([first, second], dtype=float).T
    corners = np.linalg.inv(basis) @ np.array([[-1, -1, 1, 1], [-1, 1, -1, 1]]) * reach
    limits = [math.ceil(np.abs(row).max()) for row in corners]
    i, j = (grid.ravel() for grid in np.mgrid[-limits[0] : limits[0] + 1, -limits[1] : limits[1] + 1])
    x, y = basis @ np.stack([i, j])
    near = (np.abs(x) <= reach) & (np.abs(y) <= reach)
    centre = (side - 1) / 2
    return x[near] + centre, y[near] + centre, i[near], j[near]


def turned(length: float, angle: float) -> tuple[float, float]:
    """Vector (x to the right, y downwards) of a length at an angle in rad, counter-clockwise as displayed."""
    return length * math.cos(angle), -length * math.sin(angle)
