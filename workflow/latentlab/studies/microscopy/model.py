"""From a run's record and its set to a trained model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.invariant import InvariantVAE, Settings
from latentlab.studies.microscopy.records import settings_of, training_of
from latentlab.studies.microscopy.set_file import ImageSet


def model_settings(record: Mapping[str, Any], train: ImageSet) -> Settings:
    """The model's settings: the record's, with the sizes of the set."""
    shape = train.images.shape[1:]
    target = tuple(train.targets.shape[1:]) if restores_targets(record, train) else None
    condition = train.conditions.shape[1] if record["condition"] and train.conditions is not None else 0
    return settings_of(record, shape=tuple(shape), target_shape=target, condition=condition)


def train_model(
    record: Mapping[str, Any], train: ImageSet, *, device: str = "auto", progress: bool = True
) -> tuple[InvariantVAE, list[dict[str, float]]]:
    """A model trained on a split, and one row of means for each epoch.

    Parameters
    ----------
    record : the run's record; with the set it determines the result. train : the split.
    device : "auto", "cpu" or "cuda".

    Raises
    ------
    ConfigError, TrainingError : the record and the set do not fit each other, or the training failed.
    """
    model = InvariantVAE(model_settings(record, train), seed=record["seed"])
    history = model.fit(
        train.images,
        targets=train.targets if restores_targets(record, train) else None,
        conditions=conditions_of(record, train),
        labels=labels_of(record, train),
        training=training_of(record),
        device=device,
        progress=progress,
    )
    return model, history


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
