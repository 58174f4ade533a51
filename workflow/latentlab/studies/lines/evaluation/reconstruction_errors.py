"""Mean squared errors of reconstructions, in data space and in statistics space, one pass over a set."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from latentlab.studies.lines.evaluation.image_sets import Blocks, image_slices, image_vectors
from latentlab.studies.lines.metric_names import SPACES

Reconstruct = Callable[[torch.Tensor], torch.Tensor]
_AT_A_TIME = 128  # images


def set_errors(reconstruct: Reconstruct, blocks: Blocks, side: int) -> dict[str, np.ndarray]:
    """MSE per pixel and per lag of each image of a set (document, B.4).

    Parameters
    ----------
    reconstruct : (n, side, side) -> reconstructions of the same shape.
    blocks : the set, see `image_slices`.

    Returns
    -------
    By space, "images" and "statistics", float64 (n,).
    """
    errors: dict[str, list[torch.Tensor]] = {space: [] for space in SPACES}
    for images in image_slices(blocks, side, _AT_A_TIME):
        restored = reconstruct(images)
        for space in SPACES:
            difference = image_vectors(images, space) - image_vectors(restored, space)
            errors[space].append(difference.double().square().sum(1))
    return {space: torch.cat(parts).numpy() for space, parts in errors.items()}


def constant_errors(train: Blocks, validation: Blocks, side: int) -> dict[str, np.ndarray]:
    """The same for trivial predictions: the training set's mean image, and its mean autocorrelation.

    A model that does not beat them has learnt nothing. The mean autocorrelation belongs to no image.
    """
    means = {space: _mean_vector(train, space, side) for space in SPACES}
    errors: dict[str, list[torch.Tensor]] = {space: [] for space in SPACES}
    for images in image_slices(validation, side, _AT_A_TIME):
        for space in SPACES:
            difference = image_vectors(images, space).double() - means[space]
            errors[space].append(difference.square().sum(1))
    return {space: torch.cat(parts).numpy() for space, parts in errors.items()}


def mean_image(train: Blocks, side: int) -> torch.Tensor:
    """Mean image of a set, float32 (side, side)."""
    total, count = torch.zeros(side, side, dtype=torch.float64), 0
    for images in image_slices(train, side, _AT_A_TIME):
        total += images.double().sum(0)
        count += len(images)
    return (total / count).float()


def _mean_vector(blocks: Blocks, space: str, side: int) -> torch.Tensor:
    total, count = torch.zeros(()), 0
    for images in image_slices(blocks, side, _AT_A_TIME):
        total = total + image_vectors(images, space).double().sum(0)
        count += len(images)
    return total / count
