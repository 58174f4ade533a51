"""Which images a semi-supervised model is told the class of."""

from __future__ import annotations

import numpy as np


def told_labels(classes: np.ndarray, number: int, seed: int) -> np.ndarray:
    """Classes int (n,) of `number` images, as many of each class as possible, and -1 for all others.

    Parameters
    ----------
    classes : int (n,), of all images. seed : of the choice.
    """
    order = np.random.default_rng([seed, 1]).permutation(len(classes))
    drawn = classes[order]
    rank = np.zeros(len(order), dtype=int)  # of an image among those of its class
    for each in np.unique(drawn):
        rank[drawn == each] = np.arange((drawn == each).sum())
    told = order[np.argsort(rank, kind="stable")[:number]]
    labels = np.full(len(classes), -1)
    labels[told] = classes[told]
    return labels
