"""Principal components of images, and the errors of predictions that need no network."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Components(NamedTuple):
    """Mean (d,) of training rows and their first k orthonormal axes (d, k), largest variance first."""

    mean: np.ndarray
    axes: np.ndarray

    def coordinates(self, rows: np.ndarray) -> np.ndarray:
        """Coordinates (n, k) of rows (n, d)."""
        return (rows - self.mean) @ self.axes

    def restored(self, rows: np.ndarray, count: int | None = None) -> np.ndarray:
        """Rows (n, d) as the mean and the first `count` components give them; None: all components."""
        axes = self.axes[:, :count]
        return self.mean + (rows - self.mean) @ axes @ axes.T


def as_rows(images: np.ndarray) -> np.ndarray:
    """Images (n, ...) as rows, float64 (n, d)."""
    return np.asarray(images, dtype=np.float64).reshape(len(images), -1)


def components(rows: np.ndarray, count: int) -> Components:
    """The first `count` principal components of rows (n, d), by the eigenvectors of their covariance."""
    mean = rows.mean(axis=0)
    covariance = (rows - mean).T @ (rows - mean)
    from scipy.linalg import eigh  # a subset of the eigenvectors costs less than all

    size = len(covariance)
    axes = eigh(covariance, subset_by_index=(size - count, size - 1))[1][:, ::-1]
    return Components(mean, axes)


def mean_squared_error(truth: np.ndarray, found: np.ndarray) -> float:
    """Mean square per pixel and channel; arrays (n, ...) of the same size."""
    return float(np.mean((as_rows(truth) - as_rows(found)) ** 2))


def class_means(rows: np.ndarray, classes: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Mean row of each wanted image's class: rows (n, d), classes (n,), wanted (m,) gives (m, d)."""
    names = np.unique(classes)
    means = np.stack([rows[classes == name].mean(axis=0) for name in names])
    return means[np.searchsorted(names, wanted)]
