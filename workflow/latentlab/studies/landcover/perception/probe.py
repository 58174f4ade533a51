"""A probe that tells the land cover of a picture from simple features of it."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.perception.features import cover_features

RIDGE = 3.0  # added to the products of standardised features, beside n
PROBED = 256  # training tiles at most
LEAST = 1e-3  # standard deviation of a fraction that is worth telling


class CoverProbe:
    """Ridge regression of class fractions on `features.cover_features` of original tiles.

    Asked about a restored or constructed picture, it says whether what it shows is still the same land cover.

    Parameters
    ----------
    x : training pictures (n, 3, side, side), 0 to 1. fractions : float (n, classes), of their pixels.
    """

    def __init__(self, x: np.ndarray, fractions: np.ndarray) -> None:
        features = cover_features(x)
        self.centre, self.spread = features.mean(axis=0), features.std(axis=0) + 1e-9
        rows = self._rows(features)
        penalty = RIDGE * np.eye(rows.shape[1])
        penalty[0, 0] = 0.0
        self.weights = np.linalg.solve(rows.T @ rows + penalty, rows.T @ fractions)

    def _rows(self, features: np.ndarray) -> np.ndarray:
        return np.column_stack([np.ones(len(features)), (features - self.centre) / self.spread])

    def correlation(self, x: np.ndarray, fractions: np.ndarray) -> float:
        """Pearson correlation of told and true fractions (n, classes), mean over the classes.

        Classes that hardly vary are left out. 1 is best; 0 if all pictures look alike to the probe.
        """
        told = self._rows(cover_features(x)) @ self.weights
        varies = fractions.std(axis=0) > LEAST
        first, second = (
            each[:, varies] - each[:, varies].mean(axis=0) for each in (told, fractions.astype(float))
        )
        spread = np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0))
        same = first.std(axis=0) <= LEAST**2  # nothing told: no correlation
        found = np.where(same, 0.0, (first * second).sum(axis=0) / np.where(same, 1.0, spread))
        return float(found.mean()) if varies.any() else 0.0
