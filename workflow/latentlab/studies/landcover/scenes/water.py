"""Rivers, lakes and ponds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from latentlab.studies.landcover.scenes.shapes import SITE_M


@dataclass(frozen=True)
class Curve:
    """A line across the site that swings about a straight one.

    Attributes
    ----------
    x, y : a point of it, m. angle : of the straight line, radians from east towards south. waves : (n, 3), of
        each swing: size, m, wave number, 1/m, and phase.
    """

    x: float
    y: float
    angle: float
    waves: np.ndarray

    def along_and_off(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Way along the straight line, and distance from the curve to its right, m, of points (about)."""
        c, s = np.float32(np.cos(self.angle)), np.float32(np.sin(self.angle))
        t = (x - np.float32(self.x)) * c + (y - np.float32(self.y)) * s
        off = (y - np.float32(self.y)) * c - (x - np.float32(self.x)) * s
        return t, off - self.swing(t)

    def swing(self, t: np.ndarray) -> np.ndarray:
        """Distance of the curve from the straight line, m, to its right."""
        return sum(
            np.float32(size) * np.sin(np.float32(k) * t + np.float32(phase)) for size, k, phase in self.waves
        )

    def points(self, step: float) -> np.ndarray:
        """Points of the curve across the whole site, m, (n, 2)."""
        t = np.arange(-1.1 * SITE_M, 1.1 * SITE_M, step)
        off = self.swing(t)
        c, s = np.cos(self.angle), np.sin(self.angle)
        return np.stack([self.x + t * c - off * s, self.y + t * s + off * c], axis=-1)


def swinging(x: float, y: float, angle: float, bend: float, rng: np.random.Generator) -> Curve:
    """A curve through about (x, y) with three swings; `bend` is its largest slope, about."""
    wavelength = rng.uniform(500, 1600, 3)
    k = 2 * np.pi / wavelength
    return Curve(x, y, angle, np.stack([bend / 2 / k, k, rng.uniform(0, 2 * np.pi, 3)], axis=1))


@dataclass(frozen=True)
class River:
    """Water within half a width of a curve; the width swings a little."""

    curve: Curve
    width: float

    def depth(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Distance inside the bank, m (about), negative on land."""
        t, off = self.curve.along_and_off(x, y)
        return self.width / 2 * (1 + 0.12 * np.sin(t / 170) + 0.07 * np.sin(t / 61 + 1)) - np.abs(off)


@dataclass(frozen=True)
class Lake:
    """A round lake whose bank swings: waves (n, 2), size as a part of the radius and phase."""

    x: float
    y: float
    radius: float
    waves: np.ndarray

    def depth(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Distance inside the bank, m (about), negative on land."""
        angle = np.arctan2(y - np.float32(self.y), x - np.float32(self.x))
        bank = 1 + sum(size * np.cos((k + 1) * angle + phase) for k, (size, phase) in enumerate(self.waves))
        return np.float32(self.radius) * bank - np.hypot(x - np.float32(self.x), y - np.float32(self.y))


def wavy_lake(x: float, y: float, radius: float, rng: np.random.Generator) -> Lake:
    """A lake with five swings of its bank."""
    size = rng.uniform(0, 0.5, 5) / np.arange(1.5, 6.5)
    return Lake(x, y, radius, np.stack([size, rng.uniform(0, 2 * np.pi, 5)], axis=1))
