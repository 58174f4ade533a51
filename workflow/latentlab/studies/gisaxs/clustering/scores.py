"""How well clusters agree with parameters that are known, and whether chance alone would agree as well.

In every function `labels` are integers (n,), the cluster of each pattern. What they are compared with,
`values` or `classes`, is (n,), or (m, n) for m comparisons at once, of which m results are returned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Score = Callable[[np.ndarray, np.ndarray], np.ndarray]
TOLERANCE = 1e-12  # of a score, below which two are equal


@dataclass(frozen=True)
class Permutation:
    """A score, and what it is when the patterns are shuffled among the clusters.

    Attributes
    ----------
    observed : the score. p : one-sided probability of a score as high by chance, at least 1 / (shuffles + 1).
    null_mean, null_low, null_high : mean of the shuffled scores, and the range of their central 95 %.
    """

    observed: float
    p: float
    null_mean: float
    null_low: float
    null_high: float


def eta_squared(labels: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Share of the variance of `values` (float) between clusters, 0 to 1; nan for values that are all equal.

    The correlation ratio (Fisher). Of k clusters drawn at random it is (k - 1) / (n - 1) on average.
    """
    members = _members(labels)
    deviations = np.asarray(values, dtype=np.float64)
    deviations = deviations - deviations.mean(axis=-1, keepdims=True)
    total = np.square(deviations).sum(axis=-1)
    between = (np.square(deviations @ members) / members.sum(axis=0)).sum(axis=-1)
    scale = np.square(np.asarray(values, dtype=np.float64)).sum(axis=-1)
    constant = total <= TOLERANCE * scale
    share = between / np.where(constant, 1.0, total)
    return np.where(constant, np.nan, np.where(share < TOLERANCE, 0.0, share))


def purity(labels: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Share of patterns whose class is the most frequent one of their cluster, 0 to 1."""
    counts = _counts(labels, classes)
    return counts.max(axis=-1).sum(axis=-1) / len(labels)


def ari(labels: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Adjusted Rand index (Hubert and Arabie 1985): 1 for the same partition, 0 on average by chance."""
    counts = _counts(labels, classes)
    both, of_labels, of_classes = (
        _pairs(counts).sum(axis=(-2, -1)),
        _pairs(counts.sum(axis=-1)).sum(axis=-1),
        _pairs(counts.sum(axis=-2)).sum(axis=-1),
    )
    expected = of_labels * of_classes / _pairs(np.float64(len(labels)))
    most = (of_labels + of_classes) / 2
    same = np.isclose(most, expected)  # one cluster and one class, or each pattern alone in both
    return np.where(same, 1.0, (both - expected) / np.where(same, 1.0, most - expected))


def nmi(labels: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Mutual information over the mean of the two entropies, 0 to 1; not corrected for chance."""
    counts = _counts(labels, classes) / len(labels)
    of_labels, of_classes = _entropy(counts.sum(axis=-1)), _entropy(counts.sum(axis=-2))
    shared = of_labels + of_classes - _entropy(counts.reshape(*counts.shape[:-2], -1))
    mean = (of_labels + of_classes) / 2
    return np.where(mean > TOLERANCE, shared / np.where(mean > TOLERANCE, mean, 1.0), 1.0)


def permutation_test(
    score: Score, labels: np.ndarray, values: np.ndarray, permutations: int = 1000, seed: int = 0
) -> Permutation:
    """Compare a score with that of the same clusters when the patterns are shuffled.

    Parameters
    ----------
    score : one of this module. labels, values : (n,). permutations : number of shuffles. seed : of these.
    """
    draws = np.random.default_rng(seed)
    shuffled = draws.permuted(np.tile(np.asarray(values), (permutations, 1)), axis=1)
    observed, null = float(score(labels, np.asarray(values))), score(labels, shuffled)
    as_high = int(np.sum(null >= observed - TOLERANCE)) if np.isfinite(observed) else permutations
    low, high = np.quantile(null, [0.025, 0.975])
    return Permutation(
        observed, (as_high + 1) / (permutations + 1), float(null.mean()), float(low), float(high)
    )


def cells(parameters: np.ndarray, quantiles: int) -> np.ndarray:
    """Class of each pattern: its omega/D, and in which quantile of that omega/D's radii it lies.

    Parameters
    ----------
    parameters : float (n, 4), R in nm, sigma/R, D in nm, omega/D. quantiles : number of quantiles of R.
    """
    radii, omegas = parameters[:, 0], np.unique(parameters[:, 3], return_inverse=True)[1]
    found = np.zeros(len(parameters), dtype=np.int64)
    for omega in np.unique(omegas):
        of_omega = omegas == omega
        edges = np.quantile(radii[of_omega], np.arange(1, quantiles) / quantiles)
        found[of_omega] = omega * quantiles + np.searchsorted(edges, radii[of_omega], side="right")
    return found


def radius_bound(radii: np.ndarray, n_clusters: int, classes: np.ndarray | None = None) -> float:
    """The largest `eta_squared` of the radii that clusters can have if none of them mixes two classes.

    The best clusters of numbers are intervals (Fisher 1958); they are found by dynamic programming, and the
    clusters then shared out among the classes.

    Parameters
    ----------
    radii : float (n,). n_clusters : at most this many clusters. classes : int (n,), None for one class.

    Raises
    ------
    ValueError : fewer clusters than classes.
    """
    radii = np.asarray(radii, dtype=np.float64)
    classes = np.zeros(len(radii), dtype=int) if classes is None else np.asarray(classes)
    groups = [np.sort(radii[classes == name]) for name in np.unique(classes)]
    if n_clusters < len(groups):
        raise ValueError(f"{n_clusters} clusters cannot keep {len(groups)} classes apart")
    least = np.array([0.0])  # of the groups so far, by the number of clusters used less the number of groups
    for group in groups:
        within = _least_within(group, n_clusters - len(groups) + 1)
        sums = least[:, None] + within[None, :]
        least = np.array([np.diagonal(sums[:, ::-1], len(within) - 1 - k).min() for k in range(len(within))])
    total = np.square(radii - radii.mean()).sum()
    return float(max(0.0, 1 - least.min() / total))


def _least_within(values: np.ndarray, n_clusters: int) -> np.ndarray:
    """Least sum of squares within 1, 2, ... `n_clusters` intervals of sorted `values`."""
    n = len(values)
    sums, squares = (np.concatenate([[0.0], np.cumsum(values**power)]) for power in (1, 2))
    start, stop = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    length = np.maximum(stop - start, 1)
    cost = squares[stop] - squares[start] - (sums[stop] - sums[start]) ** 2 / length
    cost = np.where(stop >= start, np.maximum(cost, 0.0), np.inf)
    best = cost[0]
    found = [best[n]]
    for _ in range(1, n_clusters):
        best = (best[:, None] + cost).min(axis=0)
        found.append(best[n])
    return np.array(found)


def _members(labels: np.ndarray) -> np.ndarray:
    """Float64 (n, clusters), 1 where a pattern is in a cluster."""
    found = np.unique(labels, return_inverse=True)[1]
    return np.eye(found.max() + 1)[found]


def _counts(labels: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Float64 (..., clusters, classes), patterns of each class in each cluster."""
    classes = np.asarray(classes)
    rows = np.unique(labels, return_inverse=True)[1]
    columns = np.unique(classes, return_inverse=True)[1].reshape(-1, len(rows))
    height, width = rows.max() + 1, columns.max() + 1
    index = np.arange(len(columns))[:, None] * height * width + rows * width + columns
    counts = np.bincount(index.ravel(), minlength=len(columns) * height * width).astype(np.float64)
    return counts.reshape(*classes.shape[:-1], height, width)


def _pairs(counts: np.ndarray) -> np.ndarray:
    return counts * (counts - 1) / 2


def _entropy(shares: np.ndarray) -> np.ndarray:
    """Of the last axis, in nats."""
    positive = np.where(shares > 0, shares, 1.0)
    return -(shares * np.log(positive)).sum(axis=-1)
