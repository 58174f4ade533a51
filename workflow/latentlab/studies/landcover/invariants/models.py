"""Members of the family of invariant autoencoders on small tiles: training, and what they say of tiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latentlab.invariant import InvariantVAE
from latentlab.invariant.few_labels import told_labels
from latentlab.invariant.settings import from_record


@dataclass(frozen=True)
class Found:
    """What is said of n tiles.

    Attributes
    ----------
    latents : float (n, d), what tiles are sorted by: continuous latents and class probabilities, without
        angle and offset.
    classes : int (n,), the most probable class; angle : (n,) rad, counter-clockwise as displayed. None where
        there is no such part.
    """

    latents: np.ndarray
    classes: np.ndarray | None = None
    angle: np.ndarray | None = None


def train_model(
    record: Mapping[str, Any], images: np.ndarray, dominant: np.ndarray, seed: int, device: str = "cpu"
) -> InvariantVAE:
    """A model trained on tiles.

    Parameters
    ----------
    record : its settings and training, see `latentlab.invariant.settings`; `trained`, whether it is trained
        at all; `labelled`, how many tiles it is told the dominant class of.
    images : float32 (n, channels, side, side). dominant : int (n,), dominant class. seed : of everything.
    device : where torch computes.

    Raises
    ------
    InvariantError : the settings do not fit the images, or the loss is not finite.
    """
    settings, training = from_record(record, shape=images.shape[1:])
    model = InvariantVAE(settings, seed=seed, device=device)
    if record["trained"]:
        labels = told_labels(dominant, record["labelled"], seed) if record["labelled"] else None
        model.fit(images, labels=labels, training=training, progress=False)
    return model


def encoded(model: InvariantVAE, images: np.ndarray) -> Found:
    """What a model says of tiles, float32 (n, channels, side, side)."""
    found = model.encode(images)
    if found.classes is None:
        return Found(found.continuous, angle=found.angle)
    return Found(np.hstack([found.continuous, found.classes]), found.classes.argmax(1), found.angle)
