"""Straight lines of one orientation per image, at random positions, none touching another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latentlab.errors import ConfigError
from latentlab.microstructures.drawing import draw_diagonal, draw_rectangle
from latentlab.microstructures.line_places import (
    DIAGONALS,
    ORIENTATIONS,
    TURNED,
    diagonal_ends,
    diagonal_place,
    line_size,
    straight_place,
)
from latentlab.microstructures.placement import RESTARTS, Box, Size, arrange
from latentlab.microstructures.specification import (
    REFERENCE_SIDE,
    Specification,
    scaled_interval,
)

MOST_LINES = 100  # so that int8 labels suffice


@dataclass(frozen=True)
class Lines:
    """Images of lines: specification checked, all lengths in px of the image."""

    side: int
    count: tuple[int, int]
    length: Mapping[str, tuple[int, int]]  # by orientation
    thickness: tuple[int, int]
    gap: float
    tries: int

    @classmethod
    def of(cls, spec: Mapping[str, Any], side: int) -> Lines:
        """Lines of a specification with the keys

        count : [low, high], all numbers equally probable.
        length, thickness : [low, high] px, uniform over whole px; length of vertical and horizontal lines.
        diagonal_length : [low, high] px, along the line, of falling and rising lines; else not read.
        gap : least free distance between two lines, px; at least 2 px of the image.
        tries : positions tried for a line before the image is drawn again (50 if not given).
        orientations : list from vertical, horizontal, falling, rising; one per image, drawn uniformly.

        Raises
        ------
        ConfigError : see `generate`.

        Source: spatial-statistics VAE, sec. 4 and appendix A; lengths as in its public repository.
        """
        keys = ("count", "thickness", "gap", "orientations")
        read = Specification(spec, keys, ("length", "diagonal_length", "tries"))
        orientations = read.choices("orientations", ORIENTATIONS)
        return cls._of(
            read, side, {name: "diagonal_length" if name in DIAGONALS else "length" for name in orientations}
        )

    @classmethod
    def of_diagonals(cls, spec: Mapping[str, Any], side: int) -> Lines:
        """Falling and rising lines only: keys as for `of`, with their length under `length`."""
        read = Specification(spec, ("count", "length", "thickness", "gap", "orientations"), ("tries",))
        return cls._of(read, side, dict.fromkeys(read.choices("orientations", DIAGONALS), "length"))

    @classmethod
    def _of(cls, read: Specification, side: int, keys: Mapping[str, str]) -> Lines:
        lines = cls(
            side=side,
            count=read.whole_interval("count", 1, MOST_LINES),
            length={
                name: scaled_interval(read.interval(key, 1), side, least=2) for name, key in keys.items()
            },
            thickness=scaled_interval(read.interval("thickness", 1), side, least=1),
            gap=max(2.0, math.floor(read.number("gap", 0) * side / REFERENCE_SIDE + 0.5)),
            tries=read.whole("tries", 1, 1_000_000) if "tries" in read else 50,
        )
        lines._check_room(read, keys)
        return lines

    @property
    def fields(self) -> Mapping[str, tuple[str, tuple[int, ...], float]]:
        """orientation : int8, index in `ORIENTATIONS`. count : int8. total_length : int32, px.

        rectangles : int16 (most, 4), top, left, height, width in px of vertical and horizontal lines, -1
        for absent lines. ends : float32 (most, 4), row and column of the two ends of the axis of falling
        and rising lines, in px with pixel centres at whole numbers, NaN for absent lines.
        """
        fields: dict[str, tuple[str, tuple[int, ...], float]] = {
            "orientation": ("int8", (), -1),
            "count": ("int8", (), -1),
            "total_length": ("int32", (), -1),
        }
        if any(name not in DIAGONALS for name in self.length):
            fields["rectangles"] = ("int16", (self.count[1], 4), -1)
        if any(name in DIAGONALS for name in self.length):
            fields["ends"] = ("float32", (self.count[1], 4), math.nan)
        return fields

    def draw(self, rng: np.random.Generator, image: np.ndarray) -> dict[str, Any]:
        """Draw the lines of one image of ones (side, side) as 0; its labels, see `fields`."""
        orientation = tuple(self.length)[int(rng.integers(len(self.length)))]
        count = int(rng.integers(self.count[0], self.count[1], endpoint=True))
        lengths, boxes = self._arranged(rng, orientation, count)
        labels = {
            "orientation": ORIENTATIONS.index(orientation),
            "count": count,
            "total_length": sum(lengths),
        }
        if orientation not in DIAGONALS:
            for box in boxes:
                draw_rectangle(image, box)
            return labels | {"rectangles": np.array(boxes)[:, [0, 2, 1, 3]]}
        rising = orientation == "rising"
        for box in boxes:
            draw_diagonal(image[:, ::-1] if rising else image, box)
        ends = np.array([diagonal_ends(box) for box in boxes])
        if rising:
            ends[:, 1::2] = self.side - 1 - ends[:, 1::2]
        return labels | {"ends": ends}

    def _arranged(
        self, rng: np.random.Generator, orientation: str, count: int
    ) -> tuple[list[int], list[Box]]:
        """Lengths in px and boxes of `count` lines; in rotated coordinates for falling and rising lines."""
        diagonal = orientation in DIAGONALS
        lengths: list[int] = []

        def sizes() -> list[Size]:
            lengths[:] = rng.integers(*self.length[orientation], size=count, endpoint=True).tolist()
            thicknesses = rng.integers(*self.thickness, size=count, endpoint=True).tolist()
            return [line_size(orientation, *pair) for pair in zip(lengths, thicknesses, strict=True)]

        def propose(size: Size) -> Box:
            return diagonal_place(rng, self.side, size) if diagonal else straight_place(rng, self.side, size)

        boxes = arrange(sizes, propose, self.gap * (TURNED if diagonal else 1.0), self.tries)
        if boxes is None:
            raise ConfigError(
                f"microstructures: count: {count} {orientation} lines with a gap of {self.gap:g} px "
                f"do not fit an image of {self.side} px ({RESTARTS} arrangements tried)"
            )
        return lengths, boxes

    def _check_room(self, read: Specification, keys: Mapping[str, str]) -> None:
        """Raise ConfigError at once for lines that do not fit, not only when an image first needs them."""
        for orientation, key in keys.items():
            shortest, longest = self.length[orientation]
            if shortest <= self.thickness[1]:
                raise read.error(
                    key, f"lines of {shortest} px are no longer than they are thick, {self.thickness[1]} px"
                )
            size = line_size(orientation, longest, self.thickness[1])
            # a diagonal needs one more unit of room, so that positions of both parities exist
            room = 2 * self.side - 1 - sum(size) if orientation in DIAGONALS else self.side - max(size)
            if room < 0:
                raise read.error(
                    key, f"{orientation} lines of {longest} px do not fit an image of {self.side} px"
                )
            self._arranged(np.random.default_rng(0), orientation, self.count[1])
