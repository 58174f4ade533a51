"""What the side-by-side of rotation-invariant autoencoders measures on held-out cards, and its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from latentlab.studies.microscopy.scores import (
    Score,
    adjusted_rand_index,
    angle_scores,
    best_spearman,
    hungarian_accuracy,
    mixture_classes,
    neighbour_accuracy,
    scored,
)

SUITS = ("spades", "clubs", "hearts", "diamonds")


@dataclass(frozen=True)
class Encoded:
    """What a model says of the n images of one split.

    latents : (n, k). angle : (n,) rad, or (n, 2) of answers that give one for symmetry of order 1 and one for
    order 2; None if the model gives none. classes : int (n,), or None. error : mean squared error of the
    reconstruction, a pixel; nan if there is none.
    """

    latents: np.ndarray
    angle: np.ndarray | None = None
    classes: np.ndarray | None = None
    error: float = float("nan")


@dataclass(frozen=True)
class Truth:
    """Factors of the n images of one split: suit int (n,), angle (n,) rad, shear (n,) deg."""

    suit: np.ndarray
    angle: np.ndarray
    shear: np.ndarray


def scores(
    train: Encoded, test: Encoded, truths: Mapping[str, Truth], folds: Mapping[int, int], seed: int
) -> dict[str, Score | float]:
    """Scores on the test split, by name; neighbours and the mixture know the training split's latents.

    A suit's shear is compared with the latent that follows it best within that suit. Neighbours of a joint
    model are sought among the images of the same class; there is no mixture, as its classes say the same.
    """
    told, truth = truths["train"], truths["test"]
    result: dict[str, Score | float] = {
        "knn": neighbour_accuracy(_apart(train), told.suit, _apart(test), truth.suit),
        "mse": test.error,
    }
    if test.classes is None:
        mixture = mixture_classes(test.latents, len(folds), seed, fit_to=train.latents)
        result["gmm_ari"] = scored(adjusted_rand_index, truth.suit, mixture, seed=seed)
    for suit, fold in folds.items():
        where = truth.suit == suit
        result[f"shear_{suit}"] = scored(best_spearman, truth.shear[where], test.latents[where], seed=seed)
        if test.angle is not None:
            angle = test.angle if test.angle.ndim == 1 else test.angle[:, fold - 1]
            alone = angle_scores(truth.angle, angle, truth.suit, {suit: fold}, seed)
            result[f"angle_{suit}"] = alone[suit]
    if test.classes is not None:
        result["class_ari"] = scored(adjusted_rand_index, truth.suit, test.classes, seed=seed)
        result["class_accuracy"] = scored(hungarian_accuracy, truth.suit, test.classes, seed=seed)
    return result


def _apart(encoded: Encoded) -> np.ndarray:
    """The latents, with the class as one more, in steps that no continuous latent reaches."""
    if encoded.classes is None:
        return encoded.latents
    return np.column_stack([encoded.latents, 1e3 * encoded.classes])


def trivial(train: np.ndarray, test: np.ndarray) -> dict[str, tuple[Encoded, Encoded]]:
    """The answers that need no training, by name.

    Parameters
    ----------
    train, test : images (n, side, side).
    """
    mass = [Encoded(images.sum((1, 2))[:, None]) for images in (train, test)]
    moments = [_moments(images) for images in (train, test)]
    spread = moments[0].latents.std(0)
    return {
        "trivial: two principal components": _principal_components(train, test),
        "trivial: sum of the pixels": (mass[0], mass[1]),
        "trivial: image moments": tuple(Encoded(each.latents / spread, each.angle) for each in moments),
    }


def _principal_components(train: np.ndarray, test: np.ndarray) -> tuple[Encoded, Encoded]:
    mean = train.mean(0).ravel()
    components = np.linalg.svd(train.reshape(len(train), -1) - mean, full_matrices=False)[2][:2]
    answers = []
    for images in (train, test):
        flat = images.reshape(len(images), -1)
        latents = (flat - mean) @ components.T
        error = float(((mean + latents @ components - flat) ** 2).mean())
        answers.append(Encoded(latents, error=error))
    return answers[0], answers[1]


def _moments(images: np.ndarray) -> Encoded:
    """Two latents that no rotation and no change of size alters, and the angle, of images (n, side, side).

    The latents are the moment of inertia and the size of the complex moment of order (2, 1). The angles are
    the phases of the moments of order (2, 1), which turns once with the image, and (2, 0), which turns twice:
    for symmetries of order 1 and 2. Flusser 2000, "On the independence of rotation moment invariants".
    """
    rows, columns = np.indices(images.shape[1:])
    mass = images.sum((1, 2))
    place = columns - 1j * rows  # y upwards
    place = place - ((images * place).sum((1, 2)) / mass)[:, None, None]
    inertia = (images * abs(place) ** 2).sum((1, 2)) / mass**2
    once = (images * place**2 * place.conj()).sum((1, 2)) / mass**2.5
    twice = (images * place**2).sum((1, 2))
    latents = np.stack([inertia, abs(once)], 1)
    return Encoded(latents, np.stack([np.angle(once), np.angle(twice) / 2], 1))


HEAD = (
    "model",
    "epochs",
    "CPU-s an epoch",
    "CPU-s",
    *(f"angle: {suit}" for suit in SUITS),
    "kNN of suits",
    "GMM's ARI",
    *(f"shear: {suit}" for suit in SUITS),
    "class ARI",
    "class accuracy",
    "mse a pixel",
)
KEYS = (
    *(f"angle_{suit}" for suit in range(len(SUITS))),
    "knn",
    "gmm_ari",
    *(f"shear_{suit}" for suit in range(len(SUITS))),
    "class_ari",
    "class_accuracy",
    "mse",
)


def line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def shown(value: Score | float | None, interval: bool) -> str:
    """A score, with its interval and its shuffle null if wanted and known."""
    if value is None or value != value:
        return ""
    if not isinstance(value, Score):
        return f"{value:.4f}"
    text = f"{value.value:.3f}"
    return f"{text} [{value.low:.3f}, {value.high:.3f}], null {value.null:.2f}" if interval else text


def tables(rows: list[tuple[str, tuple[int, float] | None, dict[str, Score | float]]]) -> str:
    """Two tables in Markdown: times and scores; the same scores with intervals and nulls.

    Parameters
    ----------
    rows : name, epochs and processor seconds of the training (None: not trained), scores.
    """
    rule = line("---" for _ in HEAD)
    first = [line(HEAD), rule]
    second = [line((HEAD[0], *HEAD[4:])), line("---" for _ in HEAD[3:])]
    for name, training, measured in rows:
        times = ["", "", ""]
        if training is not None:
            epochs, seconds = training
            times = [str(epochs), f"{seconds / epochs:.3g}", f"{seconds:.0f}"]
        first.append(line([name, *times, *(shown(measured.get(key), False) for key in KEYS)]))
        second.append(line([name, *(shown(measured.get(key), True) for key in KEYS)]))
    title = "With 95 % intervals (bootstrap over cards) and the 95th percentile of the shuffle null:"
    return "\n".join([*first, "", title, "", *second, ""])
