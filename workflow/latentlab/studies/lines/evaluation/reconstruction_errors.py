"""Mean squared errors of reconstructions, in data space and in statistics space, one pass over a set."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from latentlab.studies.lines.evaluation.image_sets import Blocks, image_slices, image_vectors
from latentlab.studies.lines.evaluation.volume_fractions import black_pixels
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


def errors_from_fraction(train: Blocks, validation: Blocks, side: int) -> np.ndarray:
    """MSE of autocorrelations that are predicted from each image's volume fraction alone, float64 (n,).

    The best linear prediction, lag by lag, over the training images. A model that is not better knows of an
    image how much is black, and nothing of its shape.
    """
    # of the fraction v and the features f: sums of 1, v, v^2, f and v f
    count, first, second = 0, 0.0, 0.0
    features, products = torch.zeros(()), torch.zeros(())
    for images in image_slices(train, side, _AT_A_TIME):
        fractions, vectors = _fractions_and_features(images)
        count, first, second = (
            count + len(images),
            first + float(fractions.sum()),
            second + float(fractions @ fractions),
        )
        features, products = features + vectors.sum(0), products + fractions @ vectors
    mean, variance = first / count, second / count - (first / count) ** 2
    covariance = products / count - mean * features / count
    slope = covariance / variance if variance > 0 else torch.zeros_like(covariance)
    errors = []
    for images in image_slices(validation, side, _AT_A_TIME):
        fractions, vectors = _fractions_and_features(images)
        predicted = features / count + (fractions - mean)[:, None] * slope
        errors.append((vectors - predicted).square().sum(1))
    return torch.cat(errors).numpy()


def _fractions_and_features(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Volume fractions (n,) and statistics' vectors (n, length), both float64."""
    fractions = torch.from_numpy(black_pixels(images)).double() / images[0].numel()
    return fractions, image_vectors(images, "statistics").double()


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
