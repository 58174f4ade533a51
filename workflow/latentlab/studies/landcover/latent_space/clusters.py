"""Clusters in a latent space without labels, and how far they are the classes."""

from __future__ import annotations

import numpy as np

STARTS = 10
STEPS = 100  # at most, from each start
ROWS = 512  # of distances computed together


def k_means(points: np.ndarray, clusters: int, seed: int) -> np.ndarray:
    """Cluster (n,) of each point, the best of `STARTS` starts by k-means++ (Arthur and Vassilvitskii 2007).

    Parameters
    ----------
    points : float (n, d). clusters : their number. seed : of the starts.

    Raises
    ------
    ValueError : fewer points than clusters.
    """
    if len(points) < clusters:
        raise ValueError(f"{clusters} clusters need as many points, found {len(points)}")
    points = points - points.mean(axis=0, dtype=np.float64)
    random = np.random.default_rng(seed)
    found = [_lloyd(points, _spread_centres(points, clusters, random)) for _ in range(STARTS)]
    return min(found, key=lambda each: each[1])[0]


def _spread_centres(points: np.ndarray, clusters: int, random: np.random.Generator) -> np.ndarray:
    """Centres at points, each drawn by its squared distance to those before."""
    centres = [points[random.integers(len(points))]]
    distances = np.full(len(points), np.inf)
    for _ in range(1, clusters):
        distances = np.minimum(distances, np.square(points - centres[-1]).sum(axis=1))
        total = distances.sum()
        shares = distances / total if total > 0 else None  # all points are alike
        centres.append(points[random.choice(len(points), p=shares)])
    return np.array(centres)


def _lloyd(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, float]:
    """Clusters and their sum of squares: Lloyd's steps until nothing changes."""
    own, squares = None, np.square(points).sum()
    for _ in range(STEPS):
        distances = np.square(centres).sum(axis=1) - 2.0 * points @ centres.T
        before, own = own, distances.argmin(axis=1)
        if before is not None and np.array_equal(own, before):
            break
        members = np.eye(len(centres))[own]
        sizes = members.sum(axis=0)
        means = members.T @ points / np.maximum(sizes, 1)[:, None]
        centres = np.where(sizes[:, None] > 0, means, centres)  # an empty cluster stays where it is
    return own, float(squares + distances.min(axis=1).sum())


def rand_index(counts: np.ndarray) -> np.ndarray:
    """Adjusted Rand index: 1 for the same partition, 0 on average by chance. Hubert and Arabie 1985, eq. 5.

    Parameters
    ----------
    counts : (..., clusters, classes), how many tiles are in both.
    """

    def pairs(values: np.ndarray) -> np.ndarray:
        return values * (values - 1) / 2

    both = pairs(counts).sum(axis=(-2, -1))
    rows, columns = (pairs(counts.sum(axis=axis)).sum(axis=-1) for axis in (-1, -2))
    expected = rows * columns / pairs(counts.sum(axis=(-2, -1)))
    most = (rows + columns) / 2
    same = most - expected <= 0  # one cluster and one class
    return np.where(same, 1.0, (both - expected) / np.where(same, 1.0, most - expected))


def silhouettes(points: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Silhouette (n,) of each point in its class, -1 to 1; 0 for the only point of a class. Rousseeuw 1987.

    Parameters
    ----------
    points : float (n, d), Euclidean distances. classes : int (n,).

    Raises
    ------
    ValueError : fewer than two classes.
    """
    _, own, sizes = np.unique(classes, return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        raise ValueError("silhouettes need at least two classes, found one")
    points = points - points.mean(axis=0, dtype=np.float64)
    squares = np.square(points).sum(axis=1)
    members = np.eye(len(sizes))[own]
    within, beside = np.empty(len(points)), np.empty(len(points))
    for start in range(0, len(points), ROWS):
        rows = np.arange(start, min(start + ROWS, len(points)))
        squared = squares[rows, None] + squares - 2.0 * points[rows] @ points.T
        squared[np.arange(len(rows)), rows] = 0.0
        sums = np.sqrt(np.maximum(squared, 0.0)) @ members
        mine = own[rows]
        within[rows] = sums[np.arange(len(rows)), mine] / np.maximum(sizes[mine] - 1, 1)
        others = sums / sizes
        others[np.arange(len(rows)), mine] = np.inf
        beside[rows] = others.min(axis=1)
    largest = np.maximum(within, beside)
    values = (beside - within) / np.where(largest > 0, largest, 1.0)
    return np.where(sizes[own] > 1, values, 0.0)
