"""Pictures between two tiles: along a straight line in the latent space, and blended pixel by pixel."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.perception.measures import edge_energy

STEPS = 8  # of a path, both ends among them
PAIRS = 16  # that are measured
SHOWN = 3  # of which are shown
SEED = 0  # of the choice of pairs: the same ones for every run


def pairs(dominant: np.ndarray, count: int = PAIRS, seed: int = SEED) -> np.ndarray:
    """Places (count, 2) of tiles of different dominant classes; of any tiles if all are of one class.

    Classes are drawn first and then tiles, so that rare classes come up too. No tile comes up twice before
    only one class has tiles left.
    """
    random = np.random.default_rng(seed)
    left: dict[int, list[int]] = {}
    found: list[list[int]] = []
    while len(found) < count:
        if len(left) < 2:
            left = {
                each: list(random.permutation(np.flatnonzero(dominant == each))) for each in set(dominant)
            }
        if len(left) < 2:
            found.append(list(random.choice(len(dominant), 2, replace=False)))
            continue
        found.append([left[each].pop() for each in random.choice(sorted(left), 2, replace=False)])
        left = {each: places for each, places in left.items() if places}
    return np.array(found)


def line(first: np.ndarray, second: np.ndarray, steps: int = STEPS) -> np.ndarray:
    """Points (n, steps, ...) on the straight lines from `first` to `second` (n, ...), ends included."""
    part = np.linspace(0, 1, steps, dtype=np.float32).reshape(1, steps, *[1] * (first.ndim - 1))
    return (1 - part) * first[:, None] + part * second[:, None]


def unevenness(paths: np.ndarray) -> float:
    """Largest step over the mean step of a path, in mean absolute error; mean over the paths, at best 1.

    Parameters
    ----------
    paths : pictures (n, steps, channels, side, side).
    """
    steps = np.abs(np.diff(paths, axis=1)).mean(axis=(2, 3, 4))
    return float((steps.max(axis=1) / np.maximum(steps.mean(axis=1), 1e-12)).mean())


def middle_sharpness(paths: np.ndarray, ends: np.ndarray) -> float:
    """Edge energy half-way over that of the tiles at the ends, sums over all paths; 1 is as sharp as tiles.

    Parameters
    ----------
    paths : pictures (n, steps, 3, side, side), an even number of steps.
    ends : the tiles (n, 2, 3, side, side).
    """
    half = paths.shape[1] // 2
    middle = sum(edge_energy(paths[:, step]).sum() for step in (half - 1, half))
    return float(middle / sum(edge_energy(ends[:, place]).sum() for place in (0, 1)))
