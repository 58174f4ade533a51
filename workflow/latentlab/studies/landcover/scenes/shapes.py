"""Rectangles and ellipses on the ground, in metres, and which pixels they cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

SITE_M = 1024.0  # side of a site
FLAT, GABLE, HIP, DOME = range(4)  # forms of a top
COLUMNS = ("x", "y", "a", "b", "angle", "round", "material", "bright", "mix", "label", "base", "rise", "top")
DEFAULTS = dict.fromkeys(COLUMNS, 0.0) | {"bright": 1.0, "label": 2.0}
AT_ONCE = 400_000  # points tested together


@dataclass(frozen=True)
class Shapes:
    """Many rectangles or ellipses; of those painted together small ones lie on large ones.

    Attributes
    ----------
    values : (n, columns). x east and y south of the north-western corner, m; a, b half length and half width,
        m; angle of the length, radians from east towards south; round 1 for an ellipse; material, index in
        `materials.NAMES`; bright, factor of its reflectance; mix, added share of its partner; label, index in
        `classes.CLASSES`; base, height of the walls, m; rise of the top above them, m per m for a roof, m
        for a
        dome; top, one of FLAT, GABLE (ridge along the length), HIP, DOME.
    """

    values: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    def __getattr__(self, name: str) -> np.ndarray:
        if name not in COLUMNS:
            raise AttributeError(name)
        return self.values[:, COLUMNS.index(name)]

    def where(self, chosen: np.ndarray) -> Shapes:
        """Those that a mask or indices name."""
        return Shapes(self.values[chosen])


def shapes(**columns: np.ndarray | float) -> Shapes:
    """Shapes from columns that are broadcast against each other; others have `DEFAULTS`."""
    count = max((np.size(value) for value in columns.values()), default=1)
    if any(np.size(value) == 0 for value in columns.values()):
        count = 0
    values = np.empty((count, len(COLUMNS)))
    for place, name in enumerate(COLUMNS):
        values[:, place] = np.ravel(columns.get(name, DEFAULTS[name])) if count else 0
    return Shapes(values)


def replaced(each: Shapes, **columns: np.ndarray | float) -> Shapes:
    """The shapes with other values in some columns."""
    values = each.values.copy()
    for name, value in columns.items():
        values[:, COLUMNS.index(name)] = value
    return Shapes(values)


def joined(parts: list[Shapes]) -> Shapes:
    """One after the other."""
    return Shapes(np.concatenate([np.empty((0, len(COLUMNS))), *(each.values for each in parts)]))


def corners(each: Shapes, grow: float = 0.0) -> np.ndarray:
    """Centre, corners and the middles of the sides of shapes, m, (n, 9, 2): x, y."""
    u, v = (grid.ravel() for grid in np.meshgrid((-1, 0, 1), (-1, 0, 1)))
    u, v = u * (each.a + grow)[:, None], v * (each.b + grow)[:, None]
    cosine, sine = np.cos(each.angle)[:, None], np.sin(each.angle)[:, None]
    x = each.x[:, None] + u * cosine - v * sine
    return np.stack([x, each.y[:, None] + u * sine + v * cosine], axis=-1)


def covered(
    each: Shapes, side: int, grow: np.ndarray | float = 0.0
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Pixels whose centres lie in shapes, in parts: those of similar size together, small ones last.

    Yields
    ------
    Index of the shape, flat index of the pixel, and the pixel's place (u, v) along and across the shape, m;
    all (m,).
    """
    pixel = SITE_M / side
    a, b = each.a + grow, each.b + grow
    cosine, sine = np.cos(each.angle), np.sin(each.angle)
    reach_x = np.abs(a * cosine) + np.abs(b * sine)
    reach_y = np.abs(a * sine) + np.abs(b * cosine)
    inside = (each.x + reach_x > 0) & (each.x - reach_x < SITE_M)
    inside &= (each.y + reach_y > 0) & (each.y - reach_y < SITE_M)
    reach = np.maximum(reach_x, reach_y) / pixel
    size = np.ceil(2 * np.log2(np.maximum(reach, 1))).astype(int)  # in steps of a factor 1.4
    for level in np.unique(size[inside])[::-1]:
        members = np.flatnonzero(inside & (size == level))
        span = int(np.ceil(2 ** (level / 2))) + 1
        steps = np.arange(-span, span + 1)
        together = max(1, AT_ONCE // len(steps) ** 2)
        for start in range(0, len(members), together):
            yield _covered(each, members[start : start + together], steps, side, a, b, cosine, sine)


def _covered(each, chosen, steps, side, a, b, cosine, sine):
    pixel = SITE_M / side
    column = np.floor(each.x[chosen] / pixel).astype(np.int32)[:, None] + steps.astype(np.int32)
    row = np.floor(each.y[chosen] / pixel).astype(np.int32)[:, None] + steps.astype(np.int32)
    dx = ((column + 0.5) * pixel - each.x[chosen, None]).astype(np.float32)
    dy = ((row + 0.5) * pixel - each.y[chosen, None]).astype(np.float32)
    dx[(column < 0) | (column >= side)] = np.inf  # outside the site
    dy[(row < 0) | (row >= side)] = np.inf
    c, s = (part[chosen, None].astype(np.float32) for part in (cosine, sine))
    with np.errstate(invalid="ignore"):
        u = (dx * c)[:, None, :] + (dy * s)[:, :, None]
        v = (-dx * s)[:, None, :] + (dy * c)[:, :, None]
        half_a, half_b = (part[chosen, None, None].astype(np.float32) for part in (a, b))
        if each.round[chosen].any():
            disc = (u / half_a) ** 2 + (v / half_b) ** 2 <= 1
            box = (np.abs(u) <= half_a) & (np.abs(v) <= half_b)
            hit = np.where(each.round[chosen, None, None] > 0, disc, box)
        else:
            hit = (np.abs(u) <= half_a) & (np.abs(v) <= half_b)
    k, i, j = np.nonzero(hit)
    return chosen[k], row[k, i] * side + column[k, j], u[hit], v[hit]
