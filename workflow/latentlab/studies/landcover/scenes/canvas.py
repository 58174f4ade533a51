"""Pixels of a site: what covers them, how high it is and how it slopes."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.classes import CLASSES
from latentlab.studies.landcover.scenes.shapes import DOME, FLAT, GABLE, HIP, SITE_M, Shapes, covered


class Canvas:
    """Layers of pixels, (side, side), painted by shapes.

    Attributes
    ----------
    material : uint8, index in `materials.NAMES`. bright : float32, factor of its reflectance. mix : float32,
        share of its partner. height : float32, m above ground. slope_x, slope_y : float32, m per m to the
        east
        and the south. label : uint8, index in `classes.CLASSES`.
    """

    def __init__(self, side: int) -> None:
        self.side = side
        self.material = np.zeros((side, side), np.uint8)
        self.bright = np.ones((side, side), np.float32)
        self.mix = np.zeros((side, side), np.float32)
        self.height = np.zeros((side, side), np.float32)
        self.slope_x = np.zeros((side, side), np.float32)
        self.slope_y = np.zeros((side, side), np.float32)
        self.label = np.full((side, side), CLASSES.index("ground"), np.uint8)

    def cover(self, layer: Shapes) -> None:
        """Paint flat covers of the ground; labels and heights of what they cover are replaced."""
        for shape, pixel, _, _ in covered(layer, self.side):
            self._paint(layer, shape, pixel)
            self.height.ravel()[pixel] = 0

    def brighten(self, layer: Shapes) -> None:
        """Thin lines of paint, of which a pixel shows its share."""
        half = 0.5 * SITE_M / self.side
        grow = np.maximum(half - layer.b, 0)
        for shape, pixel, _, _ in covered(layer, self.side, grow):
            self.bright.ravel()[pixel] *= (
                1 + (layer.bright * np.minimum(layer.b / half, 1)).astype(np.float32)[shape]
            )

    def raise_solids(self, layer: Shapes) -> None:
        """Put up solids; where several stand, the highest is seen."""
        for shape, pixel, u, v in covered(layer, self.side):
            height, along, across = _top(layer, shape, u, v)
            flat = self.height.ravel()
            np.maximum.at(flat, pixel, height)
            seen = flat[pixel] == height
            shape, pixel, along, across = shape[seen], pixel[seen], along[seen], across[seen]
            self._paint(layer, shape, pixel)
            cosine, sine = np.cos(layer.angle)[shape], np.sin(layer.angle)[shape]
            self.slope_x.ravel()[pixel] = along * cosine - across * sine
            self.slope_y.ravel()[pixel] = along * sine + across * cosine

    def _paint(self, layer: Shapes, shape: np.ndarray, pixel: np.ndarray) -> None:
        for name in ("material", "bright", "mix", "label"):
            values = getattr(self, name)
            values.ravel()[pixel] = getattr(layer, name).astype(values.dtype)[shape]


def _top(layer: Shapes, shape: np.ndarray, u: np.ndarray, v: np.ndarray):
    """Height, m, and its slope along and across a shape, at places in it."""
    a, b, base, rise = (getattr(layer, name).astype(np.float32)[shape] for name in ("a", "b", "base", "rise"))
    kind = layer.top[shape]
    height, along, across = base.copy(), np.zeros_like(u), np.zeros_like(v)
    if np.all(layer.top == FLAT):
        return height, along, across
    gable = (kind == GABLE) | ((kind == HIP) & (b - np.abs(v) <= a - np.abs(u)))
    end = (kind == HIP) & ~gable
    height = np.where(gable, base + (b - np.abs(v)) * rise, height)
    across = np.where(gable, -np.sign(v) * rise, across)
    height = np.where(end, base + (a - np.abs(u)) * rise, height)
    along = np.where(end, -np.sign(u) * rise, along)
    dome = kind == DOME
    height = np.where(dome, base + rise * (1 - (u / a) ** 2 - (v / b) ** 2), height)
    along = np.where(dome, -2 * rise * u / a**2, along)
    across = np.where(dome, -2 * rise * v / b**2, across)
    return height.astype(np.float32), along.astype(np.float32), across.astype(np.float32)
