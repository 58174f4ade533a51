"""What stands on a site: lists of shapes by layer, and a coarse map of what is already taken."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from latentlab.studies.landcover.classes import CLASSES
from latentlab.studies.landcover.scenes.frame import Frame
from latentlab.studies.landcover.scenes.materials import INDEX
from latentlab.studies.landcover.scenes.shapes import DOME, SITE_M, Shapes, corners, covered, joined, shapes
from latentlab.studies.landcover.scenes.styles import Chances, Style
from latentlab.studies.landcover.scenes.water import Curve, Lake, River

CELLS = 256  # of the map of what is taken, a side; the same at every number of pixels
WATER, PAVED, BUILT, KEPT = 1, 2, 3, 4  # KEPT: of highways, for nothing else
LAYERS = (
    "cells", "rows", "lots", "banks", "ponds", "walks", "verges", "drives", "roads", "lines", "beds",
    "solids",
    "trees",
)  # fmt: skip
LABEL = {name: float(place) for place, name in enumerate(CLASSES)}


@dataclass
class Site:
    """A site while it is planned.

    Attributes
    ----------
    water : rivers and lakes. frames : one street frame for each district. divider : between two districts,
        None if there is one. highway, raised, junction : its line, if it is on piers, and where a main road
        meets it. layers : shapes by name of LAYERS, in the order in which they are painted.
        taken : uint8 (CELLS, CELLS), 0 free or WATER, PAVED, BUILT, KEPT.
    """

    city: str
    style: Style
    rng: np.random.Generator
    frames: list[Frame] = field(default_factory=list)
    divider: Curve | None = None
    highway: Curve | None = None
    water: list[tuple[River | Lake, str]] = field(default_factory=list)
    layers: dict[str, list[Shapes]] = field(default_factory=lambda: {name: [] for name in LAYERS})
    raised: bool = False
    junction: tuple[float, float] | None = None
    taken: np.ndarray = field(default_factory=lambda: np.zeros((CELLS, CELLS), np.uint8))

    def add(self, layer: str, these: Shapes, takes: int = 0, grow: float = 0.0) -> None:
        """Add shapes, and mark the ground that they take, `grow` m around them."""
        self.layers[layer].append(these)
        if takes:
            self.take(these, takes, grow)

    def take(self, these: Shapes, takes: int, grow: float = 0.0) -> None:
        """Mark the ground of shapes, and `grow` m around them."""
        for _, pixel, _, _ in covered(these, CELLS, grow):
            self.taken.ravel()[pixel] = takes

    def layer(self, name: str) -> Shapes:
        """All shapes of a layer."""
        return joined(self.layers[name])

    def depth(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Distance inside the nearest bank, m, negative on land."""
        depth = np.full(np.broadcast(x, y).shape, -1e4)
        for water, _ in self.water:
            depth = np.maximum(depth, water.depth(x, y))
        return depth

    def district(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Place in `frames` of the district at points."""
        if self.divider is None:
            return np.zeros(np.broadcast(x, y).shape, int)
        return (self.divider.along_and_off(x, y)[1] > 0).astype(int)

    def at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """What takes the ground at points; beside the site nothing does."""
        column, row = (np.floor(place / SITE_M * CELLS).astype(int) for place in (x, y))
        inside = (column >= 0) & (column < CELLS) & (row >= 0) & (row < CELLS)
        found = self.taken[np.clip(row, 0, CELLS - 1), np.clip(column, 0, CELLS - 1)]
        return np.where(inside, found, 0)

    def free(self, these: Shapes, district: int | None = None, grow: float = 1.0) -> np.ndarray:
        """Shapes whose ground is free, in the district, as a mask."""
        points = corners(these, grow)
        x, y = points[..., 0], points[..., 1]
        good = (self.at(x, y) == 0).all(axis=1)
        if district is not None and self.divider is not None:
            good &= (self.district(x, y) == district).all(axis=1)
        return good

    def pick(self, chances: Chances, count: int) -> np.ndarray:
        """Indices of materials drawn by their chances."""
        names, weights = list(chances), np.array(list(chances.values()))
        return np.array([INDEX[name] for name in names])[
            self.rng.choice(len(names), count, p=weights / weights.sum())
        ]

    def plant(
        self, x: np.ndarray, y: np.ndarray, wild: bool = False, size: float = 1.0, paved: bool = False
    ) -> None:
        """Trees at points of free ground, or of paved ground too; `size` relative to the city's."""
        x, y = np.ravel(x), np.ravel(y)
        near = (x > -8) & (x < SITE_M + 8) & (y > -8) & (y < SITE_M + 8)
        keep = near & np.isin(self.at(x, y), (0, PAVED) if paved else (0,))
        x, y = x[keep], y[keep]
        low, high = self.style.crown_m
        radius = size * (low + (high - low) * self.rng.beta(2.0, 2.4, len(x)))
        kind = self.pick(self.style.wild_trees if wild else self.style.trees, len(x))
        slim = np.isin(kind, [INDEX["pine"], INDEX["palm"]])
        radius = np.where(slim, 0.7 * radius, radius)
        tall = np.where(slim, 4.2, 2.1) * radius * self.rng.uniform(0.8, 1.2, len(x)) + 1.5
        crown = np.minimum(0.55 * tall, np.where(kind == INDEX["pine"], 1.5, 0.95) * radius)
        self.add(
            "trees",
            shapes(
                x=x, y=y, a=radius, b=radius * self.rng.uniform(0.8, 1, len(x)), round=1, material=kind,
                angle=self.rng.uniform(0, np.pi, len(x)), bright=self.rng.normal(1, 0.16, len(x)).clip(0.5,
                1.6),
                mix=self.rng.uniform(0, 0.6, len(x)), label=LABEL["vegetation"], base=tall - crown,
                rise=crown,
                top=DOME,
            ),
        )  # fmt: skip

    def scatter(self, block: Block, spacing: float, jitter: float = 0.45) -> tuple[np.ndarray, np.ndarray]:
        """Ground (x, y) of points on a jittered lattice over a block, in its district, m."""
        u, v = np.meshgrid(np.arange(block.u0, block.u1, spacing), np.arange(block.v0, block.v1, spacing))
        u, v = (part.ravel() + self.rng.uniform(-jitter, jitter, part.size) * spacing for part in (u, v))
        return self.ground(block, u, v)

    def ground(self, block: Block, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ground (x, y) of those points (u, v) that are in a block's district, m."""
        x, y = self.frames[block.district].place(u, v)
        inside = self.district(x, y) == block.district
        return x[inside], y[inside]

    def laid(self, block: Block, u, v, a, b, along: str = "u", **columns) -> Shapes:
        """Shapes at (u, v) of a block's frame, their length along u or v."""
        frame = self.frames[block.district]
        x, y = frame.place(u, v)
        return shapes(x=x, y=y, a=a, b=b, angle=frame.direction(u, v, along), **columns)


@dataclass(frozen=True)
class Block:
    """A part of a district between (u0, v0) and (u1, v1), m, and its use, one of `styles.ZONES`."""

    district: int
    u0: float
    u1: float
    v0: float
    v1: float
    zone: str

    def shrunk(self, by: float) -> Block:
        """The block without a strip along its sides."""
        return Block(self.district, self.u0 + by, self.u1 - by, self.v0 + by, self.v1 - by, self.zone)
