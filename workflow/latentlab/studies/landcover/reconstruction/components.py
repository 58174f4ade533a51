"""Principal components of pictures: the best linear autoencoder for the mean squared error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Components:
    """Mean (values,) and orthonormal directions (components, values) of pictures as rows, float32."""

    mean: np.ndarray
    directions: np.ndarray

    @classmethod
    def of(cls, pictures: np.ndarray, number: int) -> Components:
        """The first `number` components, at most n - 1, of pictures uint8 (n, channels, side, side).

        From the n x n products of the pictures, which are fewer than their values.
        """
        rows = pictures.reshape(len(pictures), -1).astype(np.float32) / np.float32(255)
        mean = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
        rows -= mean
        variances, vectors = np.linalg.eigh((rows @ rows.T).astype(np.float64))
        first = np.argsort(variances)[::-1][: min(number, len(rows) - 1)]
        directions = vectors[:, first].T.astype(np.float32) @ rows
        lengths = np.linalg.norm(directions, axis=1, keepdims=True)
        # components without variance, of equal pictures, stay 0
        return cls(mean, np.divide(directions, lengths, where=lengths > 0, out=np.zeros_like(directions)))

    def restored(self, rows: np.ndarray, number: int) -> np.ndarray:
        """Rows (n, values) from their first `number` components, cut to 0 to 1."""
        basis = self.directions[:number]
        return np.clip(self.mean + (rows - self.mean) @ basis.T @ basis, 0, 1)
