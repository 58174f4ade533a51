"""Clusters without a network: k-means, Gaussian mixture, HDBSCAN; fitted to one set, used on another."""

from __future__ import annotations

import numpy as np

RESTARTS = 10  # of k-means and of the mixture: the best of them is used


def cluster(train: np.ndarray, test: np.ndarray, n_clusters: int, seed: int) -> np.ndarray:
    """Fit k-means to the vectors `train`, float (n, k), and return the cluster of each of `test`, (m, k).

    Returns int64 (m,), 0 to `n_clusters` - 1; `seed` is that of the starting points. The vectors are used as
    they are: scale them first.

    Raises
    ------
    ValueError : fewer vectors than clusters.
    """
    from sklearn.cluster import KMeans

    fitted = KMeans(n_clusters, n_init=RESTARTS, random_state=seed).fit(np.asarray(train, dtype=np.float64))
    return fitted.predict(np.asarray(test, dtype=np.float64)).astype(np.int64)
