"""Street frames: straight coordinates (u, v) laid over the ground, turned and bent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Frame:
    """u along streets, v across them, m.

    Attributes
    ----------
    centre : (x, y) on the ground of u = v = 0, m. angle : of u, radians from east towards south.
    waves : (n, 5): a bend of the frame each: wave numbers along u and v (1/m), phase, and its push to x and
        y, m.
    """

    centre: tuple[float, float]
    angle: float
    waves: np.ndarray

    def place(self, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ground (x, y), m, of places (u, v)."""
        p, q = u + 0.0 * v, v + 0.0 * u  # of one shape
        for ku, kv, phase, push_x, push_y in self.waves:
            wave = np.sin(ku * u + kv * v + phase)
            p, q = p + push_x * wave, q + push_y * wave
        c, s = np.cos(self.angle), np.sin(self.angle)
        return self.centre[0] + p * c - q * s, self.centre[1] + p * s + q * c

    def direction(self, u: np.ndarray, v: np.ndarray, along: str = "u") -> np.ndarray:
        """Direction on the ground of growing u or v, radians from east towards south."""
        du, dv = (1.0, 0.0) if along == "u" else (0.0, 1.0)
        p, q = du + 0.0 * (u + v), dv + 0.0 * (u + v)
        for ku, kv, phase, push_x, push_y in self.waves:
            rise = np.cos(ku * u + kv * v + phase) * (ku * du + kv * dv)
            p, q = p + push_x * rise, q + push_y * rise
        return np.arctan2(q, p) + self.angle


def bent_frame(centre: tuple[float, float], angle: float, bend: float, rng: np.random.Generator) -> Frame:
    """A frame with three bends of wavelengths of 350 to 900 m; `bend` is the largest slope of a street,
    about."""
    wavelength = rng.uniform(350, 900, 3)
    direction = rng.uniform(0, 2 * np.pi, 3)
    push = rng.uniform(0, 2 * np.pi, 3)
    size = bend / 2 * wavelength / (2 * np.pi)
    waves = np.stack(
        [
            2 * np.pi / wavelength * np.cos(direction),
            2 * np.pi / wavelength * np.sin(direction),
            rng.uniform(0, 2 * np.pi, 3),
            size * np.cos(push),
            size * np.sin(push),
        ],
        axis=1,
    )
    return Frame(centre, angle, waves)
