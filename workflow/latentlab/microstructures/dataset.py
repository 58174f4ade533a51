"""Sets of synthetic microstructures with labels that describe each image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from latentlab.errors import ConfigError
from latentlab.microstructures.lines import Lines
from latentlab.microstructures.random_field import RandomFields
from latentlab.microstructures.shapes import Shapes
from latentlab.microstructures.spheres import Spheres
from latentlab.microstructures.voronoi import VoronoiGrains

LEAST_SIDE = 16  # px


@dataclass(frozen=True)
class Microstructures:
    """Two-phase images and what is known about each.

    Attributes
    ----------
    images : uint8 (n, side, side); 0 the inclusions (lines, boundaries, ...), 1 the matrix.
    labels : by name, an array of n rows; always contains volume_fraction, the share of phase 0, float32 (n,).
    """

    images: np.ndarray
    labels: dict[str, np.ndarray] = field(repr=False)

    def __len__(self) -> int:
        return len(self.images)


class Kind(Protocol):
    """A kind of microstructure: its specification checked, ready to draw images of one side."""

    @property
    def fields(self) -> Mapping[str, tuple[str, tuple[int, ...], float]]:
        """By label, its dtype, its shape for one image, and the fill value for absent objects."""
        ...

    def draw(self, rng: np.random.Generator, image: np.ndarray) -> Mapping[str, Any]:
        """Draw into an image (side, side) of ones; returns the values of all labels."""
        ...


KINDS = {
    "lines": Lines.of,
    "diagonals": Lines.of_diagonals,
    "shapes": Shapes.of,
    "random-field": RandomFields.of,
    "voronoi": VoronoiGrains.of,
    "spheres": Spheres.of,
}


def generate(spec: Mapping[str, Any], *, count: int, side: int, seed: int, first: int = 0) -> Microstructures:
    """Microstructures number `first` to `first + count - 1` of the infinite sequence of a specification.

    Image i depends only on `spec`, `side`, `seed` and i: blocks may be drawn in any order. The memory
    needed is that of the returned images.

    Parameters
    ----------
    spec : "kind" and its keys, as in the classmethods of `KINDS`. Lengths are in px of an image of 224 px and
        scale with side / 224.
    count : how many images.
    side : of the square images, in px.
    seed : not negative.
    first : number of the first image.

    Raises
    ------
    ConfigError : unknown kind or key, a value of the wrong type or out of range, a reversed range, more
        objects than an image can hold, or too small a side.
    ValueError : count, seed or first is negative.
    """
    if min(count, seed, first) < 0:
        raise ValueError(f"count, seed and first must not be negative, got {count}, {seed} and {first}")
    kind = prepare(spec, side)
    images = np.ones((count, side, side), dtype=np.uint8)
    labels = {
        name: np.full((count, *shape), fill, dtype) for name, (dtype, shape, fill) in kind.fields.items()
    }
    labels["volume_fraction"] = np.zeros(count, dtype=np.float32)
    for position, image in enumerate(images):
        values = kind.draw(np.random.default_rng([seed, first + position]), image)
        for name, value in values.items():
            if isinstance(value, np.ndarray):
                labels[name][position, : len(value)] = value
            else:
                labels[name][position] = value
        labels["volume_fraction"][position] = 1 - np.count_nonzero(image.view(bool)) / image.size
    return Microstructures(images, labels)


def prepare(spec: Mapping[str, Any], side: int) -> Kind:
    """The kind that `spec` describes, checked for images of `side` px (errors as in `generate`)."""
    if side < LEAST_SIDE:
        raise ConfigError(f"microstructures: side: expected at least {LEAST_SIDE} px, found {side}")
    kind = spec.get("kind")
    if kind not in KINDS:
        raise ConfigError(f"microstructures: kind: expected one of {', '.join(KINDS)}, found {kind!r}")
    return KINDS[kind](spec, side)
