"""What a model is given of its set: targets, conditions, labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.invariant.few_labels import told_labels
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
    return told_labels(images.labels, record["labelled"], record["seed"])
