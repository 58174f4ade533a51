"""Grains of a periodic Voronoi tessellation, separated by boundaries of a given thickness."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy  # loads scipy.spatial (a quarter of a second) when it is first accessed

from latentlab.microstructures.specification import REFERENCE_SIDE, Specification


@dataclass(frozen=True)
class VoronoiGrains:
    """Images of grain boundaries: specification checked, thickness in px of the image."""

    side: int
    grains: tuple[int, int]
    thickness: tuple[float, float]

    @classmethod
    def of(cls, spec: Mapping[str, Any], side: int) -> VoronoiGrains:
        """Grains of a specification with the keys

        grains : [low, high], number of grains in the periodic image, all numbers equally probable.
        thickness : [low, high] px of the boundaries or one number, uniform; at least 1 px of the image.

        Raises
        ------
        ConfigError : see `generate`.
        """
        read = Specification(spec, ("grains", "thickness"))
        most = side * side // 16
        low, high = read.interval("thickness", 0.0, REFERENCE_SIDE)
        scale = side / REFERENCE_SIDE
        return cls(
            side=side,
            grains=read.whole_interval("grains", 1, min(most, np.iinfo(np.int16).max)),
            thickness=(max(1.0, low * scale), max(1.0, high * scale)),
        )

    @property
    def fields(self) -> Mapping[str, tuple[str, tuple[int, ...], float]]:
        """grains : int16, seeds of the tessellation. thickness : float32, px of the image."""
        return {"grains": ("int16", (), -1), "thickness": ("float32", (), math.nan)}

    def draw(self, rng: np.random.Generator, image: np.ndarray) -> dict[str, Any]:
        """Set the boundaries to 0 in an image of ones (side, side); its labels, see `fields`."""
        grains = int(rng.integers(*self.grains, endpoint=True))
        thickness = rng.uniform(*self.thickness)
        seeds = rng.uniform(0.0, self.side, size=(grains, 2))
        image[boundaries(seeds, self.side, thickness)] = 0
        return {"grains": grains, "thickness": thickness}


def boundaries(seeds: np.ndarray, side: int, thickness: float) -> np.ndarray:
    """Mask of the pixels within half the thickness of a boundary of the periodic Voronoi tessellation.

    A point x of the cell of seed p has the distance (|x - q|^2 - |x - p|^2) / (2 |q - p|) from the plane
    between p and another seed q; the least over all q is its distance from the boundary. As |q - p| is
    at most |x - q| + |x - p|, it is at least (|x - q| - |x - p|) / 2: only seeds nearly as near as p matter.

    Parameters
    ----------
    seeds : float (n, 2), row and column in px within [0, side).
    side : of the image, px.
    thickness : of the boundaries, px.

    Returns
    -------
    bool (side, side), True within thickness / 2 of a boundary. Pixel centres are at whole numbers.
    """
    shifts = side * np.array([[row, column] for row in (-1, 0, 1) for column in (-1, 0, 1)])
    images = (shifts[:, None, :] + seeds[None, :, :]).reshape(-1, 2)  # a grain may border itself
    tree = scipy.spatial.cKDTree(images)
    pixels = np.indices((side, side), dtype=np.float64).reshape(2, -1).T
    result = np.zeros(side * side, dtype=bool)
    open_pixels, neighbours = np.arange(side * side), 2
    while open_pixels.size:
        distance, index = tree.query(pixels[open_pixels], k=neighbours)
        own, others = images[index[:, 0], None, :], images[index[:, 1:]]
        between = np.linalg.norm(others - own, axis=2)
        planes = (distance[:, 1:] ** 2 - distance[:, :1] ** 2) / (2.0 * between)
        within = (planes <= 0.5 * thickness).any(axis=1)
        result[open_pixels[within]] = True
        # the plane of a seed farther than the last one found could still be close enough
        further = distance[:, -1] - distance[:, 0] <= thickness
        if neighbours == len(images):
            break
        open_pixels = open_pixels[further & ~within]
        neighbours = min(2 * neighbours, len(images))
    return result.reshape(side, side)
