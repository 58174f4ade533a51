"""How much of held-out spectra or images a prediction explains, with intervals over scenes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from latentlab.studies.microscopy.plasmonics.metric_names import ENDS

RESAMPLES = 500
LEVELS = (0.025, 0.975)
TURNS = 36  # orientations in which a predicted image is compared


@dataclass(frozen=True)
class Explained:
    """Share of the variance that a prediction explains: R^2 beside the mean of the training targets.

    Attributes
    ----------
    channels : (t,) R^2 of each energy or pixel. mean : mean of `channels`, and its interval, (3,).
    whole : 1 - sum of all squared errors / sum of all squares, and its interval, (3,).
    draws : (RESAMPLES + 1,) the mean, and that of each resample of the scenes.
    """

    channels: np.ndarray
    mean: np.ndarray
    whole: np.ndarray
    draws: np.ndarray

    def more_than(self, other: Explained, name: str) -> dict[str, float]:
        """By how much the mean is larger than another prediction's of the same targets, with its interval.

        Both must come from the same truth, groups and seed: the resamples are then the same, and what makes a
        scene hard for both does not widen the interval.
        """
        return dict(
            zip(
                (f"{name}{end}" for end in ENDS),
                map(float, _interval(self.draws - other.draws)),
                strict=True,
            )
        )

    def summary(self, name: str, answer: str = "") -> dict[str, float]:
        """`<name><answer><end>` of the mean, `<name>_whole<answer><end>` of the whole, by `ENDS`."""
        parts = ((name, self.mean), (f"{name}_whole", self.whole))
        return {
            f"{part}{answer}{end}": float(value)
            for part, values in parts
            for end, value in zip(ENDS, values, strict=True)
        }


def explained(
    truth: np.ndarray, predicted: np.ndarray, mean: np.ndarray, groups: np.ndarray, seed: int
) -> Explained:
    """R^2 of predictions of held-out targets.

    The interval is the bootstrap's over groups (scenes): positions of one scene are no independent cases.

    Parameters
    ----------
    truth, predicted : (n, t). mean : (t,) of the training targets, the trivial prediction. groups : (n,) int.
    seed : of the bootstrap.
    """
    truth, predicted = truth.reshape(len(truth), -1), predicted.reshape(len(predicted), -1)
    _, group = np.unique(groups, return_inverse=True)
    sums = np.zeros((2, group.max() + 1, truth.shape[1]))
    for place, squares in enumerate(((truth - predicted) ** 2, (truth - mean) ** 2)):
        np.add.at(sums[place], group, squares)
    weights = np.random.default_rng(seed).multinomial(
        len(sums[0]), np.full(len(sums[0]), 1 / len(sums[0])), size=RESAMPLES
    )
    weights = np.concatenate([np.ones((1, len(sums[0]))), weights])
    errors, totals = weights @ sums[0], weights @ sums[1]
    channels = 1 - errors / totals
    mean_r2, whole = channels.mean(axis=1), 1 - errors.sum(axis=1) / totals.sum(axis=1)
    return Explained(channels[0], _interval(mean_r2), _interval(whole), mean_r2)


def _interval(values: np.ndarray) -> np.ndarray:
    """The first value, and the ends of the interval of the others."""
    return np.concatenate([values[:1], np.quantile(values[1:], LEVELS)])


def linear_r2(known: np.ndarray, known_factor: np.ndarray, asked: np.ndarray, factor: np.ndarray) -> float:
    """R^2 of a factor (m,) as a linear function of latents (m, k), fitted to other latents (n, k).

    Parameters
    ----------
    known, known_factor : what is fitted to, of the training split. asked, factor : what is judged.
    """
    mean, level = known.mean(axis=0), known_factor.mean()
    weights, *_ = np.linalg.lstsq((known - mean).astype(float), known_factor - level, rcond=None)
    errors = factor - level - (asked - mean) @ weights
    return float(1 - (errors**2).sum() / ((factor - level) ** 2).sum())


def turn_correlation(truth: np.ndarray, estimate: np.ndarray, fold: int) -> float:
    """Circular correlation of two angles (n,) in rad, modulo 2 pi / fold.

    Source: Fisher and Lee, Biometrika 70 (1983) 327, their rho_T. 1 if they differ by a constant, -1 if they
    turn in opposite senses, 0 on average by chance. It needs no mean directions: angles all round have none,
    and a correlation centred at them is at random.
    """
    first, second = (np.exp(1j * fold * np.asarray(each, float)) for each in (truth, estimate))
    same, opposite = abs((first * second.conj()).mean()) ** 2, abs((first * second).mean()) ** 2
    spread = (1 - abs((first**2).mean()) ** 2) * (1 - abs((second**2).mean()) ** 2)
    return float((same - opposite) / np.sqrt(spread)) if spread > 0 else 0.0


def turned_copies(images: np.ndarray, turns: int = TURNS) -> np.ndarray:
    """Square images (n, s, s), each turned counter-clockwise by multiples of 2 pi / turns: (n, turns, s, s).

    Bilinear; what lies outside an image continues its border.
    """
    side = images.shape[-1]
    grid = np.arange(side) - (side - 1) / 2
    y, x = np.meshgrid(grid, grid, indexing="ij")
    copies = np.empty((len(images), turns, side, side), dtype=np.float32)
    for turn in range(turns):
        cos, sin = np.cos(2 * np.pi * turn / turns), np.sin(2 * np.pi * turn / turns)
        column = np.clip(cos * x - sin * y + (side - 1) / 2, 0, side - 1)
        row = np.clip(sin * x + cos * y + (side - 1) / 2, 0, side - 1)
        left, top = (np.minimum(each.astype(int), side - 2) for each in (column, row))
        right_share, low_share = column - left, row - top
        copies[:, turn] = (
            images[:, top, left] * (1 - right_share) * (1 - low_share)
            + images[:, top, left + 1] * right_share * (1 - low_share)
            + images[:, top + 1, left] * (1 - right_share) * low_share
            + images[:, top + 1, left + 1] * right_share * low_share
        )
    return copies


def best_turned(predicted: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Each predicted image (n, s, s) in the orientation that comes nearest to the true one.

    A spectrum does not tell the orientation, so a prediction from it is judged in its best one; so are
    rivals.
    """
    copies = turned_copies(predicted)
    errors = ((copies - truth[:, None]) ** 2).mean(axis=(2, 3))
    return copies[np.arange(len(copies)), errors.argmin(axis=1)]
