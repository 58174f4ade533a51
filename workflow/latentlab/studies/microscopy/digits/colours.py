"""Colours predicted without a network, and how a predicted colour is judged."""

from __future__ import annotations

import numpy as np

from latentlab.studies.microscopy.digits.components import as_rows
from latentlab.studies.microscopy.digits.drawing import PALETTE


def mean_colour(grey: np.ndarray, train_classes: np.ndarray) -> np.ndarray:
    """Grey images (n, h, w) in the mean colour of the training images' classes: float (n, 3, h, w)."""
    return grey[:, None] * PALETTE[train_classes].mean(axis=0)[None, :, None, None]


def neighbour_colour(grey: np.ndarray, train: np.ndarray, train_classes: np.ndarray) -> np.ndarray:
    """Grey images (n, h, w) in the colour of the nearest training image (m, h, w): float (n, 3, h, w)."""
    from scipy.spatial import cKDTree

    nearest = cKDTree(as_rows(train)).query(as_rows(grey))[1]
    return grey[:, None] * PALETTE[train_classes[nearest]][:, :, None, None]


def nearest_class(coloured: np.ndarray) -> np.ndarray:
    """The class (n,) whose palette colour is nearest in hue to each image's ink (n, 3, h, w).

    The ink is the sum over the pixels; colours are compared by the angle between them, so that brightness
    has no part.
    """
    ink = np.asarray(coloured, dtype=np.float64).sum(axis=(2, 3))
    ink /= np.maximum(np.linalg.norm(ink, axis=1, keepdims=True), 1e-12)
    return (ink @ (PALETTE / np.linalg.norm(PALETTE, axis=1, keepdims=True)).T).argmax(axis=1)
