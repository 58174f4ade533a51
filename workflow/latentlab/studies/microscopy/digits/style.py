"""The slant of handwriting: a factor of style that all digits share, measured from the image."""

from __future__ import annotations

import numpy as np


def slant(images: np.ndarray) -> np.ndarray:
    """Slant (n,) of images (n, h, w): how far ink moves to the right per pixel upwards; 0 is upright.

    From the second moments about the centre of the ink: -(covariance of x and y) / (variance of y), with y
    downwards.
    """
    images = np.asarray(images, dtype=np.float64)
    total = images.sum(axis=(1, 2))
    y, x = (np.arange(size, dtype=np.float64) for size in images.shape[1:])
    middle_y = (images.sum(axis=2) @ y) / total
    middle_x = (images.sum(axis=1) @ x) / total
    dy, dx = y - middle_y[:, None], x - middle_x[:, None]
    covariance = np.einsum("nyx,ny,nx->n", images, dy, dx)
    return -covariance / np.einsum("ny,ny->n", images.sum(axis=2), dy**2)


def within_classes(values: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Values (n,) less the mean of their class (n,)."""
    _, place = np.unique(classes, return_inverse=True)
    return values - (np.bincount(place, values) / np.bincount(place))[place]
