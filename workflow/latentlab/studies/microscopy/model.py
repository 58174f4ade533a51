"""From a run's record and its set to a trained model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.invariant import InvariantVAE, Settings, Training
from latentlab.invariant.settings import from_record
from latentlab.studies.microscopy.given import conditions_of, labels_of, restores_targets
from latentlab.studies.microscopy.set_file import ImageSet
from latentlab.training.device import training_device


def model_options(record: Mapping[str, Any], train: ImageSet) -> tuple[Settings, Training]:
    """The model's settings and its training: the record's, with the sizes of the set."""
    target = train.targets.shape[1:] if restores_targets(record, train) else None
    conditions = conditions_of(record, train)
    width = 0 if conditions is None else conditions.shape[1]
    return from_record(record, shape=train.images.shape[1:], target_shape=target, condition=width)


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
    settings, training = model_options(record, train)
    model = InvariantVAE(settings, seed=record["seed"], device=where)
    history = model.fit(
        train.images,
        targets=train.targets if restores_targets(record, train) else None,
        conditions=conditions_of(record, train),
        labels=labels_of(record, train),
        training=training,
        progress=progress,
    )
    return model, history
