"""Discs of a random packing of hard discs, or plane sections of a packing of hard spheres."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latentlab.errors import ConfigError
from latentlab.microstructures.drawing import draw_discs
from latentlab.microstructures.packing import random_sequential_addition
from latentlab.microstructures.specification import REFERENCE_SIDE, Specification

# Random sequential addition jams at 0.547 (discs) and 0.384 (spheres); close to it, packing takes too long.
LARGEST_FRACTION = {2: 0.5, 3: 0.34}
RESTARTS = 20
MOST_OBJECTS = 5000  # in a box: each position is compared with all previous ones


@dataclass(frozen=True)
class Spheres:
    """Images of packed discs or cut spheres: specification checked, lengths in px of the image."""

    side: int
    volume_fraction: tuple[float, float]
    radius: tuple[float, float]
    spread: float
    gap: float
    dimensions: int

    @classmethod
    def of(cls, spec: Mapping[str, Any], side: int) -> Spheres:
        """Discs or spheres of a specification with the keys

        volume_fraction : [low, high], share of the periodic box that they fill, uniform; at most 0.5 for
            discs and 0.34 for spheres, including the gap, and at least that of a single disc or sphere.
        radius : [low, high] px, uniform, one per image; the median if radii are log-normal. All radii of an
            image are then scaled by the factor, near 1, that makes their volume fraction exact.
        spread : standard deviation of the logarithm of an image's radii, truncated at two of them (0, equal
            radii, if not given).
        gap : least distance between two surfaces, px (0 if not given).
        dimensions : 2 packs discs; 3 packs spheres in a cube and shows one plane of it (2 if not given).

        Raises
        ------
        ConfigError : see `generate`.
        """
        read = Specification(spec, ("volume_fraction", "radius"), ("spread", "gap", "dimensions"))
        dimensions = read.whole("dimensions", 2, 3) if "dimensions" in read else 2
        low, high = read.interval("volume_fraction", 1e-6, LARGEST_FRACTION[dimensions])
        radius = read.interval("radius", 0.5, REFERENCE_SIDE / 8)
        gap = read.number("gap", 0.0) if "gap" in read else 0.0
        crowded = high * (1 + 0.5 * gap / radius[0]) ** dimensions
        if crowded > LARGEST_FRACTION[dimensions]:
            raise read.error(
                "gap", f"with it the volume fraction is {crowded:.3f}, over {LARGEST_FRACTION[dimensions]}"
            )
        if low * REFERENCE_SIDE**dimensions < _content(radius[1], dimensions):
            raise read.error("volume_fraction", f"{low:g} is less than one of radius {radius[1]:g} px fills")
        number = high * REFERENCE_SIDE**dimensions / _content(radius[0], dimensions)
        if number > MOST_OBJECTS:
            raise read.error(
                "radius", f"{number:.0f} of {radius[0]:g} px are more than {MOST_OBJECTS} in a box"
            )
        scale = side / REFERENCE_SIDE
        return cls(
            side=side,
            volume_fraction=(low, high),
            radius=(radius[0] * scale, radius[1] * scale),
            spread=read.number("spread", 0.0, 0.5) if "spread" in read else 0.0,
            gap=gap * scale,
            dimensions=dimensions,
        )

    @property
    def fields(self) -> Mapping[str, tuple[str, tuple[int, ...], float]]:
        """number : int16, visible discs. radius : float32, mean radius of discs or spheres, px of the image.

        packing_fraction : float32, share of the box that the discs or spheres fill; volume_fraction is that
        of the image's pixels.
        """
        return {
            "number": ("int16", (), -1),
            "radius": ("float32", (), math.nan),
            "packing_fraction": ("float32", (), math.nan),
        }

    def draw(self, rng: np.random.Generator, image: np.ndarray) -> dict[str, Any]:
        """Set the discs of one packing to 0 in an image of ones (side, side); its labels, see `fields`."""
        fraction, median = rng.uniform(*self.volume_fraction), rng.uniform(*self.radius)
        for _ in range(RESTARTS):
            radii = self._radii(rng, fraction, median)
            centres = random_sequential_addition(rng, radii, self.side, self.dimensions, self.gap)
            if centres is not None:
                break
        else:
            raise ConfigError(
                f"microstructures of kind 'spheres': volume_fraction: {len(radii)} of mean radius "
                f"{radii.mean():.3g} px do not fit {self.side} px; lower the fraction, the spread or the gap"
            )
        shown = radii
        if self.dimensions == 3:
            height = np.minimum(centres[:, 2], self.side - centres[:, 2])  # above or below the plane at 0
            cut = height < radii
            centres, shown = centres[cut, :2], np.sqrt(radii[cut] ** 2 - height[cut] ** 2)
        number = draw_discs(image, centres, shown)
        return {"number": number, "radius": radii.mean(), "packing_fraction": fraction}

    def _radii(self, rng: np.random.Generator, fraction: float, median: float) -> np.ndarray:
        """Radii in px that fill `fraction` of the box exactly, the largest first: they need the most room."""
        wanted = fraction * self.side**self.dimensions
        if self.spread == 0.0:
            count = max(1, round(wanted / _content(median, self.dimensions)))
            radii = np.full(count, median)
        else:
            normal: list[float] = []
            filled = [0.0]
            while filled[-1] < wanted:
                value = rng.standard_normal()
                if abs(value) <= 2.0:
                    normal.append(value)
                    radius = median * math.exp(self.spread * value)
                    filled.append(filled[-1] + _content(radius, self.dimensions))
            count = max(1, int(np.abs(np.array(filled) - wanted).argmin()))
            radii = np.sort(median * np.exp(self.spread * np.array(normal[:count])))[::-1]
        content = sum(_content(radius, self.dimensions) for radius in radii.tolist())
        return radii * (wanted / content) ** (1.0 / self.dimensions)


def _content(radius: float, dimensions: int) -> float:
    """Area of a disc (px^2) or volume of a sphere (px^3)."""
    return math.pi * radius**2 if dimensions == 2 else 4.0 / 3.0 * math.pi * radius**3
