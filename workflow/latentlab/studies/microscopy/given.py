"""What a model is given of its set: targets, conditions, labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.microscopy.set_file import ImageSet


def restores_targets(record: Mapping[str, Any], images: ImageSet) -> bool:
    """Whether a model restores the set's targets; without targets it restores the images."""
    return record["restores"] == "targets" and images.targets is not None


def conditions_of(record: Mapping[str, Any], images: ImageSet) -> np.ndarray | None:
    """What a conditional model is given, float32 (n, k); None for all others."""
    return images.conditions if record["condition"] else None


def labels_of(record: Mapping[str, Any], images: ImageSet) -> np.ndarray | None:
    """Classes for a semi-supervised model, int (n,), -1 where it is not told; None for all others.

    `record["labelled"]` images are labelled, as many of each class as possible, drawn with the run's seed.
    """
    if not record["labelled"] or images.labels is None:
        return None
    order = np.random.default_rng([record["seed"], 1]).permutation(len(images))
    classes = images.labels[order]
    rank = np.zeros(len(order), dtype=int)  # of an image among those of its class
    for each in np.unique(classes):
        rank[classes == each] = np.arange((classes == each).sum())
    told = order[np.argsort(rank, kind="stable")[: record["labelled"]]]
    labels = np.full(len(images), -1)
    labels[told] = images.labels[told]
    return labels
