"""Classes of tiles by their nearest neighbours in a latent space, among tiles of other sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

COUNT = 5  # of neighbours that vote for a class, scikit-learn's default
COUNTS = (1, 3, 5, 9, 15, 25)  # of neighbours of a mean, chosen between training sites
FEWEST = 10  # tiles of a class that is counted in a balanced accuracy
ROWS = 512  # of distances computed together
NEARER = 1e-6  # weight of a nearer neighbour's vote above the next one's: it decides ties alone


def nearest(
    points: np.ndarray, others: np.ndarray, count: int, apart: np.ndarray | None = None
) -> np.ndarray:
    """The nearest `others` of each point by Euclidean distance, nearest first: int (n, count).

    Parameters
    ----------
    points : float (n, d). others : float (m, d).
    apart : optional bool (n, m), True where the two may not be neighbours.

    Raises
    ------
    ValueError : a point has fewer than `count` others that may be its neighbours.
    """
    allowed = len(others) if apart is None else int((~apart).sum(axis=1).min())
    if count > allowed:
        raise ValueError(f"{count} neighbours asked for, and a point has only {allowed} to choose from")
    centre = others.mean(axis=0, dtype=np.float64)
    points, others = points - centre, others - centre  # float64, without the cancellation of large means
    squares = np.square(others).sum(axis=1)
    found = np.empty((len(points), count), dtype=np.int64)
    for start in range(0, len(points), ROWS):
        rows = slice(start, start + ROWS)
        distances = squares - 2.0 * points[rows] @ others.T
        if apart is not None:
            distances[apart[rows]] = np.inf
        close = np.sort(np.argpartition(distances, count - 1, axis=1)[:, :count], axis=1)
        order = np.argsort(np.take_along_axis(distances, close, axis=1), axis=1, kind="stable")
        found[rows] = np.take_along_axis(close, order, axis=1)
    return found


def vote(
    classes: np.ndarray, neighbours: np.ndarray, count: int, weights: np.ndarray | None = None
) -> np.ndarray:
    """The class that most of the `count` nearest have; of equally many the one with nearer neighbours.

    Parameters
    ----------
    classes : int (m,), of the others, 0 or above. neighbours : int (n, at least count), see `nearest`.
    weights : optional float (n, classes), of a vote for a class; all 1 if not given.
    """
    nearer = 1.0 + NEARER * np.arange(count, 0, -1)
    found = classes[neighbours[:, :count]]
    votes = np.stack(
        [(nearer * (found == each)).sum(axis=1) for each in range(int(classes.max()) + 1)], axis=1
    )
    return np.argmax(votes if weights is None else votes * weights, axis=1)


def counted_classes(classes: np.ndarray) -> np.ndarray:
    """The classes of at least `FEWEST` tiles (of fewer, one tile would decide a score); if none, all."""
    names, counts = np.unique(classes, return_counts=True)
    enough = names[counts >= FEWEST]
    return enough if len(enough) else names


def balanced_accuracy(classes: np.ndarray, found: np.ndarray) -> float:
    """Mean, over the `counted_classes`, of the share of their tiles that are found."""
    return float(np.mean([(found[classes == each] == each).mean() for each in counted_classes(classes)]))


def between_sites(
    points: np.ndarray,
    classes: np.ndarray,
    sites: np.ndarray,
    counts: Sequence[int] = COUNTS,
    even: bool = False,
) -> dict[int, np.ndarray]:
    """By number of neighbours, the class (n,) of each point by its nearest points of other sites.

    Numbers larger than a point has others are left out.

    Parameters
    ----------
    even : whether a vote weighs less the more points of its class the other sites have. Without, points at
        random places would be given the class that is rare at their own site.

    Raises
    ------
    ValueError : all points are of one site.
    """
    possible, apart = _possible(sites, counts)
    neighbours = nearest(points, points, max(possible), apart)
    members = (~apart) @ np.eye(int(classes.max()) + 1)[classes]
    weights = 1.0 / np.maximum(members, 1.0) if even else None
    return {count: vote(classes, neighbours, count, weights) for count in possible}


@dataclass(frozen=True)
class Neighbours:
    """The nearest training points, nearest first: of training points at other sites, and of test points.

    Attributes
    ----------
    counts : numbers of neighbours that a mean may have. between : int (n, k). of_test : int (m, k).
    """

    counts: tuple[int, ...]
    between: np.ndarray
    of_test: np.ndarray

    @classmethod
    def find(cls, train: np.ndarray, sites: np.ndarray, test: np.ndarray) -> Neighbours:
        """Of training points float (n, d) at sites int (n,) and test points float (m, d)."""
        counts, apart = _possible(sites, COUNTS)
        between = nearest(train, train, counts[-1], apart)
        return cls(counts, between, nearest(test, train, counts[-1]))

    def classify(self, classes: np.ndarray) -> np.ndarray:
        """The class (m,) of each test point by its `COUNT` neighbours, from classes (n,) of training points.

        The number is not chosen: between few sites, with classes that some lack, chance would choose it.
        """
        return vote(classes, self.of_test, min(COUNT, self.counts[-1]))

    def regress(self, values: np.ndarray) -> np.ndarray:
        """Means (m, t) over the nearest training points' values (n, t), where known.

        The number of neighbours is the one with the smallest squared error between training sites.
        """
        known = np.isfinite(values).all(axis=1)
        filled = np.where(known[:, None], values, values[known].mean(axis=0))
        errors = {
            count: np.square(filled[self.between[known, :count]].mean(axis=1) - values[known]).sum()
            for count in self.counts
        }
        count = min(errors, key=lambda each: (errors[each], each))
        return filled[self.of_test[:, :count]].mean(axis=1)


def _possible(sites: np.ndarray, counts: Sequence[int]) -> tuple[tuple[int, ...], np.ndarray]:
    """The numbers of neighbours that each tile has at other sites, and which pairs are of one site."""
    apart = sites[:, None] == sites[None, :]
    allowed = int((~apart).sum(axis=1).min())
    if allowed == 0:
        raise ValueError("neighbours of other sites need at least two sites, found one")
    return tuple(count for count in sorted(counts) if count <= allowed), apart
