"""Images for the tests: a shape without symmetry, turned and shifted by known amounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from latentlab.invariant.transforms import transform_images

SIDE = 20  # px


@dataclass(frozen=True)
class Turned:
    """n images (n, 1, SIDE, SIDE), their angles (rad), offsets (n, 2; half sides), lengths of the arm."""

    images: np.ndarray
    angle: np.ndarray
    offset: np.ndarray
    arm: np.ndarray


def turned_shapes(number: int, seed: int, angle: float = np.pi, offset: float = 0.0) -> Turned:
    """Letters F with upper arms of different length, turned by up to `angle`, shifted by up to `offset`."""
    random = np.random.default_rng(seed)
    arm = random.uniform(0.0, 1.0, number)
    y, x = np.mgrid[:SIDE, :SIDE]
    stem = (x >= 8) & (x < 11) & (y >= 4) & (y < 16)
    middle = (y >= 9) & (y < 11) & (x >= 8) & (x < 13)
    upper = (y >= 4) & (y < 7) & (x >= 8) & (x < 11 + 4 * arm[:, None, None])
    images = (stem | middle | upper).astype(np.float32)[:, None]
    angles = random.uniform(-angle, angle, number)
    offsets = random.uniform(-offset, offset, (number, 2)) if offset else np.zeros((number, 2))
    return Turned(transform_images(images, angles, offsets), angles, offsets, arm)


def wrapped(angle: np.ndarray) -> np.ndarray:
    """The angle in [-pi, pi)."""
    return (angle + np.pi) % (2 * np.pi) - np.pi
