"""Classes of tiles by their nearest neighbours in a latent space, among tiles of other sites."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

COUNTS = (1, 3, 5, 9, 15, 25)  # numbers of neighbours that are tried
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
    """The classes of at least `FEWEST` tiles, as of fewer one tile would decide a score; else all there are."""
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
    apart = sites[:, None] == sites[None, :]
    allowed = int((~apart).sum(axis=1).min())
    if allowed == 0:
        raise ValueError("neighbours of other sites need at least two sites, found one")
    possible = [count for count in counts if count <= allowed]
    neighbours = nearest(points, points, max(possible), apart)
    members = (~apart) @ np.eye(int(classes.max()) + 1)[classes]
    weights = 1.0 / np.maximum(members, 1.0) if even else None
    return {count: vote(classes, neighbours, count, weights) for count in possible}


def chosen_count(points: np.ndarray, classes: np.ndarray, sites: np.ndarray) -> int:
    """The number of neighbours with the best balanced accuracy between sites; of equal ones the smallest."""
    found = between_sites(points, classes, sites)
    return max(found, key=lambda count: (balanced_accuracy(classes, found[count]), -count))


def classify(
    train: np.ndarray, classes: np.ndarray, sites: np.ndarray, test: np.ndarray
) -> tuple[np.ndarray, int]:
    """Classes (m,) of test points by their nearest training points, and how many neighbours vote.

    Parameters
    ----------
    train : float (n, d). classes, sites : int (n,), of the training points, from which alone the number of
        neighbours is chosen. test : float (m, d).
    """
    count = chosen_count(train, classes, sites)
    return vote(classes, nearest(test, train, count), count), count
