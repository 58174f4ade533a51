"""A probe that tells the land cover of a picture from simple features of it."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.perception.features import cover_features

RIDGE = 1.0  # added to the products of standardised features, beside n


class CoverProbe:
    """Ridge regression of the dominant class (one of n) on `features.cover_features` of original tiles.

    Asked about a restored or constructed picture, it says whether what it shows is still the same land cover.

    Parameters
    ----------
    x : training pictures (n, 3, side, side), 0 to 1. dominant : int (n,), their dominant classes.
    """

    def __init__(self, x: np.ndarray, dominant: np.ndarray) -> None:
        features = cover_features(x)
        self.centre, self.spread = features.mean(axis=0), features.std(axis=0) + 1e-9
        self.classes = np.unique(dominant)
        rows = self._rows(features)
        targets = (dominant[:, None] == self.classes).astype(float)
        penalty = RIDGE * np.eye(rows.shape[1])
        self.weights = np.linalg.solve(rows.T @ rows + penalty, rows.T @ targets)

    def _rows(self, features: np.ndarray) -> np.ndarray:
        return np.column_stack([np.ones(len(features)), (features - self.centre) / self.spread])

    def accuracy(self, x: np.ndarray, dominant: np.ndarray) -> float:
        """Share of pictures (n, 3, side, side) whose dominant class (n,) is told rightly."""
        found = self.classes[(self._rows(cover_features(x)) @ self.weights).argmax(axis=1)]
        return float((found == dominant).mean())
