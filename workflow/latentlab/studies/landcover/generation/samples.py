"""Pictures drawn from the prior, and how far a set of pictures is from the tiles themselves."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.perception.features import looks
from latentlab.studies.landcover.perception.measures import edge_energy

COUNT = 128  # samples that are measured
SHOWN = 24  # of which are shown


def prior(count: int, latent: int, seed: int) -> np.ndarray:
    """Latents drawn from the standard normal distribution, float32 (count, latent)."""
    return np.random.default_rng([seed, latent]).standard_normal((count, latent), dtype=np.float32)


class Naturalness:
    """How natural pictures are beside real ones, by simple features (`perception.features.looks`).

    Parameters
    ----------
    real : pictures (n, 3, side, side), 0 to 1; their features' standard deviations are the units.
    """

    def __init__(self, real: np.ndarray) -> None:
        features = looks(real)
        self.spread = features.std(axis=0) + 1e-9
        self.features = features / self.spread
        self.within = _mean_distance(self.features, self.features)
        self.energy = float(edge_energy(real).mean())

    def distance(self, x: np.ndarray) -> float:
        """Energy coefficient of the two sets' features, 0 (distributed alike) to 1.

        Szekely and Rizzo 2013: energy distance over twice the mean distance between the sets.
        """
        features = looks(x) / self.spread
        between = _mean_distance(features, self.features)
        distance = 2 * between - self.within - _mean_distance(features, features)
        return float(distance / (2 * between)) if between > 0 else 0.0

    def sharpness(self, x: np.ndarray) -> float:
        """Mean edge energy of the pictures over that of the real ones; 1 for pictures as sharp."""
        return float(edge_energy(x).mean() / self.energy)


def _mean_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Mean Euclidean distance of each row of one from each of the other; scipy's takes longer to import."""
    return float(np.mean([np.sqrt(((each - second) ** 2).sum(axis=1)).mean() for each in first]))
