"""Discs, squares, triangles or crosses at random positions, one shape per image, none touching another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latentlab.errors import ConfigError
from latentlab.microstructures.drawing import SHAPES, draw_shape
from latentlab.microstructures.placement import RESTARTS, Box, Size, arrange
from latentlab.microstructures.specification import (
    REFERENCE_SIDE,
    Specification,
    scaled_interval,
)


@dataclass(frozen=True)
class Shapes:
    """Images of shapes: specification checked, all lengths in px of the image."""

    side: int
    names: tuple[str, ...]
    count: tuple[int, int]
    size: tuple[int, int]
    gap: float
    tries: int

    @classmethod
    def of(cls, spec: Mapping[str, Any], side: int) -> Shapes:
        """Shapes of a specification with the keys

        shapes : list from disc, square, triangle, cross; one per image, drawn uniformly.
        count : [low, high], all numbers equally probable.
        size : [low, high] px, uniform over whole px: diameter, or side of the square that holds the shape.
        gap : least free distance in px between the squares that hold the shapes; at least 2 px of the image.
        tries : positions tried for a shape before the image is drawn again (50 if not given).

        Raises
        ------
        ConfigError : see `generate`.
        """
        read = Specification(spec, ("shapes", "count", "size", "gap"), ("tries",))
        shapes = cls(
            side=side,
            names=read.choices("shapes", SHAPES),
            count=read.whole_interval("count", 1, 100),
            size=scaled_interval(read.interval("size", 1), side, least=3),
            gap=max(2.0, math.floor(read.number("gap", 0) * side / REFERENCE_SIDE + 0.5)),
            tries=read.whole("tries", 1, 1_000_000) if "tries" in read else 50,
        )
        if shapes.size[1] > side:
            raise read.error("size", f"a shape of {shapes.size[1]} px does not fit an image of {side} px")
        shapes._arranged(np.random.default_rng(0), shapes.count[1])  # raises at once if the shapes do not fit
        return shapes

    @property
    def fields(self) -> Mapping[str, tuple[str, tuple[int, ...], float]]:
        """shape : int8, index in `SHAPES`. count : int8. size : int16 (most,), px, -1 for absent shapes."""
        return {"shape": ("int8", (), -1), "count": ("int8", (), -1), "size": ("int16", (self.count[1],), -1)}

    def draw(self, rng: np.random.Generator, image: np.ndarray) -> dict[str, Any]:
        """Draw the shapes of one image of ones (side, side) as 0; its labels, see `fields`."""
        name = self.names[int(rng.integers(len(self.names)))]
        count = int(rng.integers(*self.count, endpoint=True))
        boxes = self._arranged(rng, count)
        for box in boxes:
            draw_shape(image, name, box)
        return {"shape": SHAPES.index(name), "count": count, "size": np.array([box[1] for box in boxes])}

    def _arranged(self, rng: np.random.Generator, count: int) -> list[Box]:
        def sizes() -> list[Size]:
            drawn = rng.integers(*self.size, size=count, endpoint=True).tolist()
            return [(size, size) for size in drawn]

        def propose(size: Size) -> Box:
            top, left = rng.integers(self.side - size[0] + 1, size=2).tolist()
            return top, size[0], left, size[1]

        boxes = arrange(sizes, propose, self.gap, self.tries)
        if boxes is None:
            raise ConfigError(
                f"microstructures of kind 'shapes': count: {count} shapes with a gap of {self.gap:g} px do "
                f"not fit an image of {self.side} px ({RESTARTS} arrangements tried)"
            )
        return boxes
