"""Predictions without a network: the mean, the nearest neighbours, and ridge regression on components.

Each rival's settings are chosen on a part of the training pairs that its fit has not seen: whole groups
(scenes), so that neighbouring patches of one scene do not decide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NEIGHBOURS = (1, 2, 4, 8, 16, 32)
COMPONENTS = (8, 16, 32, 64, 128)
PENALTIES = (1e-3, 1e-1, 1e1, 1e3)
BLOCK = 128  # rows whose distances are computed together
CHOOSING_ROWS = 200  # that settings are chosen by


@dataclass(frozen=True)
class Components:
    """Principal components: `mean` (d,), `axes` (d, k), orthonormal."""

    mean: np.ndarray
    axes: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray, number: int) -> Components:
        """Of rows (n, d), at most `number`."""
        mean = rows.mean(axis=0)
        centred = rows - mean
        _, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64))
        return cls(mean, vectors[:, ::-1][:, :number].astype(rows.dtype))

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """Rows (n, d) as scores (n, k)."""
        return (rows - self.mean) @ self.axes


def nearest_rows(train: np.ndarray, rows: np.ndarray, neighbours: int, copies: int = 1) -> np.ndarray:
    """Numbers of the nearest training rows to each row (m, d), Euclidean, nearest first: (m, neighbours).

    Parameters
    ----------
    train : (copies * n, d), copies one block after another. A row is as far away as its nearest copy, and
    counts
        once: numbers are below n.
    """
    squares = (train**2).sum(axis=1)
    found = np.empty((len(rows), neighbours), dtype=np.int64)
    for start in range(0, len(rows), BLOCK):
        distances = squares - 2 * rows[start : start + BLOCK] @ train.T
        distances = distances.reshape(len(distances), copies, -1).min(axis=1)
        order = np.argpartition(distances, neighbours - 1, axis=1)[:, :neighbours]
        ranks = np.take_along_axis(distances, order, axis=1).argsort(axis=1)
        found[start : start + BLOCK] = np.take_along_axis(order, ranks, axis=1)
    return found


def nearest(
    train: np.ndarray, targets: np.ndarray, groups: np.ndarray, *rows: np.ndarray, copies: int = 1
) -> list[np.ndarray]:
    """Mean target of the nearest neighbours in the space of principal components.

    The numbers of components and of neighbours are chosen on held-out groups.

    Parameters
    ----------
    train : (copies * n, d), see `nearest_rows`. targets : (n, t). groups : (n,) int, of the training pairs.
    rows : each (m, d), to predict.

    Returns
    -------
    Predictions (m, t), for each of `rows`.
    """
    fit, part = _parts(groups)
    blocks = train.reshape(copies, len(targets), -1)
    axes = Components.of(blocks[:, fit].reshape(copies * len(fit), -1), max(COMPONENTS))
    known = axes.scores(blocks[:, fit].reshape(copies * len(fit), -1))
    asked = axes.scores(blocks[0, part])
    most = min(max(NEIGHBOURS), len(fit))
    best, setting = np.inf, (1, 1)
    for number in _numbers(train.shape[1]):
        order = nearest_rows(known[:, :number], asked[:, :number], most, copies)
        sums = targets[fit][order].cumsum(axis=1)
        for neighbours in [k for k in NEIGHBOURS if k <= most]:
            error = ((sums[:, neighbours - 1] / neighbours - targets[part]) ** 2).mean()
            best, setting = min((best, setting), (error, (number, neighbours)))
    axes = Components.of(train, setting[0])
    known = axes.scores(train)
    found = [nearest_rows(known, axes.scores(each), setting[1], copies) for each in rows]
    return [targets[order].mean(axis=1) for order in found]


def ridge(train: np.ndarray, targets: np.ndarray, groups: np.ndarray, *rows: np.ndarray) -> list[np.ndarray]:
    """Ridge regression on principal components; their number and the penalty are chosen on held-out groups.

    Parameters and result as of `nearest`.
    """
    fit, part = _parts(groups)
    axes = Components.of(train[fit], max(COMPONENTS))
    known, asked = axes.scores(train[fit]), axes.scores(train[part])
    settings = [(k, penalty) for k in _numbers(train.shape[1]) for penalty in PENALTIES]
    errors = [
        ((_ridge(known[:, :k], targets[fit], asked[:, :k], penalty) - targets[part]) ** 2).mean()
        for k, penalty in settings
    ]
    number, penalty = settings[int(np.argmin(errors))]
    axes = Components.of(train, number)
    return [_ridge(axes.scores(train), targets, axes.scores(each), penalty) for each in rows]


def _ridge(train: np.ndarray, targets: np.ndarray, rows: np.ndarray, penalty: float) -> np.ndarray:
    centre, mean = train.mean(axis=0), targets.mean(axis=0)
    known = (train - centre).astype(np.float64)
    gram = known.T @ known + penalty * np.eye(known.shape[1])
    weights = np.linalg.solve(gram, known.T @ (targets - mean))
    return ((rows - centre) @ weights + mean).astype(targets.dtype)


def _numbers(most: int) -> list[int]:
    """Numbers of components to choose from, where there are `most`."""
    return sorted({min(number, most) for number in COMPONENTS})


def _parts(groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows to fit to, and some rows of the last fifth of the groups, to choose settings by."""
    held_out = groups >= np.quantile(np.unique(groups), 0.8)
    part = np.flatnonzero(held_out)
    return np.flatnonzero(~held_out), part[:: max(1, len(part) // CHOOSING_ROWS)]


def turned(images: np.ndarray) -> np.ndarray:
    """The eight turned and mirrored copies of square images (n, h, w), one block after another: (8 n, h,
    w)."""
    quarter = [np.rot90(images, turns, axes=(1, 2)) for turns in range(4)]
    return np.concatenate([*quarter, *(each[:, :, ::-1] for each in quarter)])
