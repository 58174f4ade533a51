"""Silver nanoparticles of four simple shapes on a plane: sizes, places, thickness, distance to the edge.

Lengths in nm. Points are (x, y): x to the right, y downwards, as columns and rows of an image. Angles in rad,
counter-clockwise as displayed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

KINDS = ("disc", "rod", "cube", "dimer")
DISC_HEIGHT = 12.0  # nm, of discs alone and in dimers
# ranges in nm, drawn uniformly: a disc's diameter, a rod's length and width, a cube's side, ...
DISC_DIAMETER = (18.0, 44.0)
ROD_LENGTH, ROD_WIDTH = (28.0, 54.0), (9.0, 16.0)
CUBE_SIDE = (16.0, 34.0)
DIMER_DIAMETER, DIMER_GAP = (16.0, 24.0), (2.0, 10.0)
EDGE_POINTS = 64
TRIALS = 200  # places that are tried for a particle


@dataclass(frozen=True)
class Particles:
    """Particles of a scene, arrays (n,) or (n, 2).

    Attributes
    ----------
    kind : int, index in `KINDS`. centre : (n, 2), nm. angle : of the long axis, rad.
    length, width, height : of one disc, rod or cube, nm; of each disc of a dimer.
    gap : between the discs of a dimer, nm; 0 for the others.
    """

    kind: np.ndarray
    centre: np.ndarray
    angle: np.ndarray
    length: np.ndarray
    width: np.ndarray
    height: np.ndarray
    gap: np.ndarray

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def aspect(self) -> np.ndarray:
        """Length of the whole particle over its width."""
        return 2 * self.reach / self.width

    @property
    def reach(self) -> np.ndarray:
        """Half of the whole particle's length, nm: of a dimer both discs and the gap."""
        return np.where(self.kind == KINDS.index("dimer"), self.length + self.gap / 2, self.length / 2)

    @property
    def axes(self) -> np.ndarray:
        """Unit vectors along the length and across, (n, 2, 2): [particle, axis, (x, y)]."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return np.stack([np.stack([cos, -sin], axis=-1), np.stack([sin, cos], axis=-1)], axis=1)

    def select(self, which: np.ndarray) -> Particles:
        """The particles that an index or a mask chooses."""
        return Particles(**{item.name: getattr(self, item.name)[which] for item in fields(self)})

    def in_frame(self, points: np.ndarray) -> np.ndarray:
        """Points (k, 2) in each particle's frame (along, across), nm: (n, k, 2)."""
        return np.einsum("nkj,nij->nki", points[None] - self.centre[:, None], self.axes)

    def thickness(self, points: np.ndarray) -> np.ndarray:
        """Thickness of each particle at points (k, 2), nm: (n, k), 0 outside.

        Discs and rods are ellipsoids, cubes have flat tops.
        """
        along, across = np.moveaxis(self.in_frame(points), -1, 0)
        shift = np.where(self.kind == KINDS.index("dimer"), (self.length + self.gap) / 2, 0.0)[:, None]
        along = np.abs(along) - shift  # both discs of a dimer at once: the particle is symmetric
        half_length, half_width, height = (
            values[:, None] for values in (self.length / 2, self.width / 2, self.height)
        )
        round_part = height * np.sqrt(
            np.maximum(0.0, 1 - (along / half_length) ** 2 - (across / half_width) ** 2)
        )
        flat = height * ((np.abs(along) <= half_length) & (np.abs(across) <= half_width))
        return np.where((self.kind == KINDS.index("cube"))[:, None], flat, round_part)

    def edges(self) -> np.ndarray:
        """Points on the outline, nm: (n, EDGE_POINTS, 2); of a dimer half of them on each disc."""
        turn = 2 * np.pi * np.arange(EDGE_POINTS) / EDGE_POINTS
        along, across = (
            np.repeat(values[None], len(self), axis=0) for values in (np.cos(turn), np.sin(turn))
        )
        square = np.maximum(np.abs(along), np.abs(across))
        cube = (self.kind == KINDS.index("cube"))[:, None]
        along, across = (np.where(cube, values / square, values) for values in (along, across))
        along, across = along * self.length[:, None] / 2, across * self.width[:, None] / 2
        side = np.where(np.arange(EDGE_POINTS) % 2, 1.0, -1.0)
        dimer = self.kind == KINDS.index("dimer")
        along = along + np.where(dimer, (self.length + self.gap) / 2, 0.0)[:, None] * side
        local = np.stack([along, across], axis=-1)
        return self.centre[:, None] + np.einsum("nki,nij->nkj", local, self.axes)

    def edge_distance(self, points: np.ndarray) -> np.ndarray:
        """Distance of points (k, 2) to each particle's outline, nm: (n, k), negative inside."""
        x, y = np.moveaxis(self.edges().astype(np.float32), -1, 0)
        across, down = points.astype(np.float32).T[:, None, :, None]
        squares = (across - x[:, None]) ** 2 + (down - y[:, None]) ** 2
        return np.sqrt(squares.min(axis=-1)) * np.where(self.thickness(points) > 0, -1.0, 1.0)


def place_particles(number: int, side_nm: float, spacing_nm: float, rng: np.random.Generator) -> Particles:
    """Draw particles of random kind, size, angle and place in a square, at most `number`.

    Parameters
    ----------
    number : asked for; fewer where `TRIALS` places were tried for a particle and none was free.
    side_nm : of the square; particles lie inside. spacing_nm : least distance between two particles' circles.
    rng : source of randomness.

    Raises
    ------
    ValueError : the square is too small for any particle.
    """
    kind = rng.integers(len(KINDS), size=number)
    u, v = rng.random((2, number))
    choose = [kind == place for place in range(len(KINDS))]

    def between(limits: tuple[float, float], share: np.ndarray) -> np.ndarray:
        return limits[0] + (limits[1] - limits[0]) * share

    lengths = [between(limits, u) for limits in (DISC_DIAMETER, ROD_LENGTH, CUBE_SIDE, DIMER_DIAMETER)]
    length, rod_width = np.select(choose, lengths), between(ROD_WIDTH, v)
    width = np.where(choose[1], rod_width, length)
    height = np.select(
        choose, [np.full(number, DISC_HEIGHT), rod_width, length, np.full(number, DISC_HEIGHT)]
    )
    drawn = Particles(
        kind=kind,
        centre=np.zeros((number, 2)),
        angle=rng.uniform(0, np.pi, number),
        length=length,
        width=width,
        height=height,
        gap=np.where(choose[3], between(DIMER_GAP, v), 0.0),
    )
    radius = np.hypot(drawn.reach, np.where(choose[2], width / 2, 0.0))  # of a cube to its corner
    centres: list[np.ndarray] = []
    kept: list[int] = []
    for place in range(number):
        low, high = radius[place], side_nm - radius[place]
        if high <= low:
            raise ValueError(f"a particle of {2 * radius[place]:.0f} nm does not fit into {side_nm:g} nm")
        for candidate in rng.uniform(low, high, (TRIALS, 2)):
            far = radius[kept] + radius[place] + spacing_nm
            if not kept or (np.hypot(*(np.array(centres) - candidate).T) >= far).all():
                centres.append(candidate)
                kept.append(place)
                break
    chosen = drawn.select(np.array(kept, dtype=np.int64))
    return Particles(**{**_values(chosen), "centre": np.array(centres)})


def _values(particles: Particles) -> dict[str, np.ndarray]:
    return {item.name: getattr(particles, item.name) for item in fields(particles)}
