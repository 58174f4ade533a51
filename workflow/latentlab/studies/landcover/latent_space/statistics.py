"""Statistics of test tiles that are sums over sites, so that an interval can be had by drawing sites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

RESAMPLES = 1000
LEVELS = (0.025, 0.975)


@dataclass(frozen=True)
class SiteStatistic:
    """A statistic of sums over sites.

    Attributes
    ----------
    sums : float (sites, ...), what each site adds. statistic : of the summed (..., ...), for many at once.
    """

    sums: np.ndarray
    statistic: Callable[[np.ndarray], np.ndarray]

    @property
    def value(self) -> float:
        """The statistic of all sites."""
        return float(self.statistic(self.sums.sum(axis=0)))

    def interval(self, seed: int) -> tuple[float, float]:
        """95 % bootstrap interval over the sites: tiles of one site are alike, and count as one draw.

        With few sites, as the eight of scale quick, it is somewhat too narrow. NaN if the statistic is not
        defined for any draw.
        """
        sites = len(self.sums)
        drawn = np.random.default_rng(seed).integers(sites, size=(RESAMPLES, sites))
        times = np.stack([(drawn == site).sum(axis=1) for site in range(sites)], axis=1)
        values = self.statistic(np.tensordot(times.astype(float), self.sums, axes=1))
        values = values[np.isfinite(values)]
        if len(values) == 0:
            return float("nan"), float("nan")
        low, high = np.quantile(values, LEVELS)
        return float(low), float(high)


def over_sites(sites: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sums of values (n, ...) over the tiles of each site: float (sites, ...)."""
    names, own = np.unique(sites, return_inverse=True)
    sums = np.zeros((len(names), *values.shape[1:]))
    np.add.at(sums, own, values)
    return sums


def met(sites: np.ndarray, rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """How often each number of `rows` (n,) meets each of `columns` (n,) at each site: (sites, *shape)."""
    each = np.zeros((len(rows), *shape))
    each[np.arange(len(rows)), rows, columns] = 1.0
    return over_sites(sites, each)


def accuracy(counts: np.ndarray) -> np.ndarray:
    """Share of tiles in the right class, of counts (..., true, found)."""
    return _divided(np.trace(counts, axis1=-2, axis2=-1), counts.sum(axis=(-2, -1)))


def balanced(counts: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Mean over some true classes of the share of their tiles that is found, of counts (..., true, found).

    An answer that is always the same has 1 / classes at most, however many tiles a class has. Classes that a
    draw of sites has no tile of are left out.

    Parameters
    ----------
    classes : int, the classes that are counted; tiles of the others matter no more.
    """
    found = np.diagonal(counts, axis1=-2, axis2=-1)[..., classes]
    there = counts.sum(axis=-1)[..., classes]
    shares = np.where(there > 0, found / np.where(there > 0, there, 1.0), 0.0)
    return _divided(shares.sum(axis=-1), (there > 0).sum(axis=-1))


def informedness(counts: np.ndarray, place: int) -> np.ndarray:
    """Share of a class's tiles that are found, less the share of the other tiles taken for it (Youden 1950).

    1 at best and 0 for any answer that does not depend on the tile, however frequent the class is.

    Parameters
    ----------
    counts : (..., true, found). place : of the class.
    """
    true, taken, right = counts[..., place, :].sum(-1), counts[..., place].sum(-1), counts[..., place, place]
    return _divided(right, true) - _divided(taken - right, counts.sum(axis=(-2, -1)) - true)


def moments(sites: np.ndarray, truth: np.ndarray, said: np.ndarray) -> np.ndarray:
    """What `r_squared` needs of a target: (sites, 4, t), rows with NaN in the truth left out.

    Parameters
    ----------
    truth, said : float (n, t).
    """
    known = np.isfinite(truth).all(axis=1)
    true = np.where(known[:, None], truth, 0.0)
    error = np.where(known[:, None], said - true, 0.0)
    each = [np.broadcast_to(known[:, None], true.shape).astype(float), true, true**2, error**2]
    return over_sites(sites, np.stack(each, axis=1))


def r_squared(sums: np.ndarray) -> np.ndarray:
    """Share of the variance that is told, all columns of a target together, of `moments` (..., 4, t).

    0 for the mean of the tiles themselves, below 0 for what is worse; NaN for a target that is constant.
    """
    number, first, second, error = (sums[..., place, :] for place in range(4))
    about_mean = second - first**2 / np.maximum(number, 1.0)
    total = np.where(about_mean > 1e-12 * second, about_mean, 0.0).sum(axis=-1)
    return 1.0 - _divided(error.sum(axis=-1), total)


def cluster_moments(sites: np.ndarray, clusters: np.ndarray, number: int, values: np.ndarray) -> np.ndarray:
    """What `explained` needs of clusters int (n,), 0 and above, and values (n, t): (sites, number, t + 2)."""
    own = np.eye(number)[clusters]
    each = np.hstack([np.ones((len(values), 1)), values, np.square(values).sum(axis=1, keepdims=True)])
    return over_sites(sites, own[:, :, None] * each[:, None, :])


def explained(sums: np.ndarray) -> np.ndarray:
    """Share of the variance of all columns together that lies between clusters, of `cluster_moments`.

    0 for clusters that all have the same means, 1 for clusters of equal rows; NaN if nothing varies. k
    clusters drawn at random from n tiles have (k - 1) / (n - 1) on average.
    """
    number, first, second = sums[..., 0], sums[..., 1:-1], sums[..., -1].sum(axis=-1)
    whole = np.square(first.sum(axis=-2)).sum(axis=-1) / np.maximum(number.sum(axis=-1), 1.0)
    between = (np.square(first).sum(axis=-1) / np.maximum(number, 1.0)).sum(axis=-1)
    about_mean = second - whole
    return _divided(between - whole, np.where(about_mean > 1e-12 * second, about_mean, 0.0))


def _divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """The ratio; NaN where the divisor is 0."""
    below = np.asarray(below, float)
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)
