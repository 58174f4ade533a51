"""Answers without a network: colour statistics, principal components, and clusters of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from latentlab.studies.landcover.classes import CLASSES
from latentlab.studies.landcover.invariants.models import Found
from latentlab.studies.landcover.latent_space.neighbours import balanced_accuracy

Encode = Callable[[np.ndarray], Found]
MIXTURE_STARTS = 5
INVERSE_PENALTIES = (0.01, 0.1, 1.0, 10.0)  # scikit-learn's C
MIXTURE_RIDGE = 1e-3  # added to the covariances' diagonals, in variances of the whole set


@dataclass(frozen=True)
class Rival:
    """What is said of images without a network.

    Attributes
    ----------
    encode : of images (n, channels, side, side). restore : latents (n, d) -> images.
    """

    encode: Encode
    restore: Callable[[np.ndarray], np.ndarray]


def fitted_rivals(train: np.ndarray, inside: np.ndarray, latent: int, seed: int) -> dict[str, Rival]:
    """By name: colour statistics and components, both with the classes of a Gaussian mixture.

    Parameters
    ----------
    train : training images (n, channels, side, side). inside : (side, side), 1 in the pixels that count.
    latent : number of components. seed : of the mixtures.
    """
    spaces = {"colour": colour_statistics(inside), "components": components(train, latent)}
    return {name: Rival(mixture_of(each.encode, train, seed), each.restore) for name, each in spaces.items()}


def colour_statistics(inside: np.ndarray) -> Rival:
    """Mean and standard deviation of each channel over the disc: nothing of shape, and no turn alters them.

    Parameters
    ----------
    inside : (side, side), 1 in the pixels that count, else 0.
    """
    where = inside.astype(bool)

    def encode(images: np.ndarray) -> Found:
        pixels = images[:, :, where]
        return Found(np.hstack([pixels.mean(axis=2), pixels.std(axis=2)]))

    def restore(latents: np.ndarray) -> np.ndarray:
        means = latents[:, : latents.shape[1] // 2]
        return means[:, :, None, None] * inside

    return Rival(encode, restore)


def components(train: np.ndarray, number: int) -> Rival:
    """Coordinates on the first principal components of training images (n, channels, side, side)."""
    rows = train.reshape(len(train), -1).astype(np.float64)
    mean = rows.mean(axis=0)
    _, _, axes = np.linalg.svd(rows - mean, full_matrices=False)
    axes = axes[:number]

    def encode(images: np.ndarray) -> Found:
        return Found((images.reshape(len(images), -1) - mean) @ axes.T)

    def restore(latents: np.ndarray) -> np.ndarray:
        return (latents @ axes + mean).reshape(-1, *train.shape[1:])

    return Rival(encode, restore)


def mixture_of(encode: Encode, train: np.ndarray, seed: int) -> Encode:
    """As `encode`, with the classes of a Gaussian mixture of as many parts as land cover has classes.

    Parameters
    ----------
    train : images that it is fitted to. seed : of its starts.
    """
    from sklearn.mixture import GaussianMixture

    rows = encode(train).latents
    scale = rows.std(axis=0)
    mixture = GaussianMixture(len(CLASSES), n_init=MIXTURE_STARTS, reg_covar=MIXTURE_RIDGE, random_state=seed)
    mixture.fit(rows / scale)

    def grouped(images: np.ndarray) -> Found:
        latents = encode(images).latents
        return Found(latents, mixture.predict(latents / scale))

    return grouped


def from_labels(train: np.ndarray, labels: np.ndarray, test: np.ndarray, truth: np.ndarray) -> float:
    """Balanced accuracy of logistic regression that knows few labels, on test tiles.

    At the penalty that is best on the test tiles themselves: so few labels leave none to choose with, and a
    rival is to have the benefit of the doubt.

    Parameters
    ----------
    train, test : (n, d) and (m, d). labels : int (n,), -1 where there is none. truth : int (m,).
    """
    from sklearn.linear_model import LogisticRegression

    known = labels >= 0
    scale = train.std(axis=0)
    models = [LogisticRegression(C=each, max_iter=500) for each in INVERSE_PENALTIES]
    return max(
        balanced_accuracy(truth, model.fit(train[known] / scale, labels[known]).predict(test / scale))
        for model in models
    )
