"""Clusters without a neural network: fitted to some vectors, and given to others.

The vectors are used as they are: scale them first. `train` is float (n, k), `vectors` float (m, k), `seed`
that of the starting points; what is returned is int64 (m,).
"""

from __future__ import annotations

import numpy as np

RESTARTS = 10  # of k-means and of the mixture: the best of them is used
AXES = 8  # principal components that the mixture is fitted in
VARIANCE = 1e-6  # added to those of the mixture's Gaussians, in units of the vectors' own
NOISE = -1  # label of vectors that HDBSCAN gives to no cluster


def cluster(train: np.ndarray, test: np.ndarray, n_clusters: int, seed: int) -> np.ndarray:
    """Fit k-means to the vectors `train` and return the cluster of each of `test`, 0 to `n_clusters` - 1.

    Vectors that are all alike share a cluster, so that there may be fewer.

    Raises
    ------
    ValueError : fewer vectors than clusters.
    """
    from sklearn.cluster import KMeans

    distinct = min(n_clusters, len(np.unique(train, axis=0))) if len(train) >= n_clusters else n_clusters
    fitted = KMeans(distinct, n_init=RESTARTS, random_state=seed).fit(np.asarray(train, dtype=np.float64))
    return fitted.predict(np.asarray(test, dtype=np.float64)).astype(np.int64)


def mixture(train: np.ndarray, vectors: np.ndarray, n_clusters: int, seed: int) -> np.ndarray:
    """The most probable of `n_clusters` Gaussians with full covariances, fitted by expectation maximisation.

    In the first `AXES` principal components of `train`: more would leave covariances undetermined.
    """
    from sklearn.mixture import GaussianMixture

    mean = train.mean(axis=0, dtype=np.float64)
    axes = np.linalg.svd(train - mean, full_matrices=False)[2][:AXES].T
    projected = (train - mean) @ axes
    spread = float(np.var(projected)) or 1.0
    model = GaussianMixture(n_clusters, n_init=RESTARTS, reg_covar=VARIANCE * spread, random_state=seed)
    return model.fit(projected).predict((vectors - mean) @ axes).astype(np.int64)


def density(train: np.ndarray, vectors: np.ndarray, least: int) -> np.ndarray:
    """HDBSCAN's clusters of `least` vectors or more; `NOISE` for vectors in none of them.

    HDBSCAN has no rule for vectors that it was not fitted to: each gets the label of the nearest one that it
    was fitted to.
    """
    from sklearn.cluster import HDBSCAN

    labels = HDBSCAN(min_cluster_size=least, copy=True).fit(np.asarray(train, dtype=np.float64)).labels_
    nearest = [int(np.square(train - vector).sum(axis=1).argmin()) for vector in vectors]
    return labels[nearest].astype(np.int64)
