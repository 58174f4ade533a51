"""Training and test digits."""

from __future__ import annotations

import numpy as np


def stratified_split(classes: np.ndarray, train: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Places of training and of test images, in random order, with equal shares of each class in both.

    Parameters
    ----------
    classes : int (n,). train : number of training images, 0 < train < n; those of a class are rounded down,
        what is left goes to the classes with the largest remainders.

    Raises
    ------
    ValueError : no image is left for one of the parts.
    """
    n = len(classes)
    if not 0 < train < n:
        raise ValueError(f"expected 1 to {n - 1} training images of {n}, found {train}")
    rng = np.random.default_rng(seed)
    found, counts = np.unique(classes, return_counts=True)
    exact = counts * train / n
    taken = np.floor(exact).astype(int)
    taken[np.argsort(taken - exact, kind="stable")[: train - taken.sum()]] += 1
    parts: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for name, number in zip(found, taken, strict=True):
        places = rng.permutation(np.flatnonzero(classes == name))
        parts[0].append(places[:number])
        parts[1].append(places[number:])
    first, second = (rng.permutation(np.concatenate(part)) for part in parts)
    return first, second
