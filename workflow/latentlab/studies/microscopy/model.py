"""From a run's record and its set to a trained model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.invariant import InvariantVAE, Settings
from latentlab.studies.microscopy.given import conditions_of, labels_of, restores_targets
from latentlab.studies.microscopy.records import settings_of, training_of
from latentlab.studies.microscopy.set_file import ImageSet
from latentlab.training.device import training_device


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
    InvariantError : the record and the set do not fit each other, or the loss is not finite.
    TrainingError : no CUDA device where one was asked for.
    """
    where = str(training_device(device))
    model = InvariantVAE(model_settings(record, train), seed=record["seed"], device=where)
    history = model.fit(
        train.images,
        targets=train.targets if restores_targets(record, train) else None,
        conditions=conditions_of(record, train),
        labels=labels_of(record, train),
        training=training_of(record),
        progress=progress,
    )
    return model, history
