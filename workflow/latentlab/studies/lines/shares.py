"""How a set is divided into training and validation images, and how few are enough."""

from __future__ import annotations

TRAINING_SHARE = 0.7  # document's public code: 70 / 30
LEAST_VALIDATION = 2  # two samples are compared, latents of two images too


def training_images(count: int) -> int:
    """Training images of a set of `count`; the others are for validation."""
    return round(TRAINING_SHARE * count)


def least_images(batch: int, latent: int) -> int:
    """The smallest set that a VAE can be trained on: one batch, more images than components, two to validate.

    Parameters
    ----------
    batch : images of a training batch. latent : principal components of the baselines.
    """
    count, training = batch, max(batch, latent + 1)
    while training_images(count) < training or count - training_images(count) < LEAST_VALIDATION:
        count += 1
    return count
