"""How well a model's latents tell the true factors: angle, offset, class and continuous factors.

Every score is to be computed on images that the model was not trained on. `scored` adds to a score its
interval (bootstrap over images) and its shuffle null: what the same score gives if the estimates belong to
other images.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from latentlab.invariant.angles import circular_correlation

RESAMPLES = 300  # of the bootstrap and of the shuffle null
LEVELS = (0.025, 0.975)  # ends of the interval
NULL_LEVEL = 0.95  # quantile of the null: a score below it can be had by chance
BINS = 20  # of a continuous quantity, in mutual information: as in Chen et al. 2018


@dataclass(frozen=True)
class Score:
    """A score, the ends of its 95 % bootstrap interval, and the 95th percentile of its shuffle null."""

    value: float
    low: float
    high: float
    null: float


def scored(statistic: Callable[..., float], truth: np.ndarray, *estimates: np.ndarray, seed: int) -> Score:
    """`statistic(truth, *estimates)` with its interval and its shuffle null; all arrays have n rows.

    The bootstrap draws rows with replacement; the null shuffles the rows of the truth alone. Resamples in
    which the statistic is not finite (one class only, for instance) are left out.
    """
    arrays = [np.asarray(truth), *(np.asarray(each) for each in estimates)]
    count = _same_length(*arrays)
    random = np.random.default_rng(seed)
    rows = random.integers(count, size=(RESAMPLES, count))
    resampled = np.array([statistic(*(each[row] for each in arrays)) for row in rows])
    shuffled = np.array([statistic(random.permutation(arrays[0]), *arrays[1:]) for _ in range(RESAMPLES)])
    low, high = np.quantile(resampled[np.isfinite(resampled)], LEVELS)
    null = np.quantile(shuffled[np.isfinite(shuffled)], NULL_LEVEL)
    return Score(float(statistic(*arrays)), float(low), float(high), float(null))


def angle_scores(
    truth: np.ndarray, estimate: np.ndarray, classes: np.ndarray, folds: Mapping[int, int], seed: int
) -> dict[int, Score]:
    """Circular correlation within each true class, modulo that class's symmetry.

    Parameters
    ----------
    truth, estimate : (n,) rad.
    classes : int (n,).
    folds : order of rotational symmetry of each class.
    """
    _same_length(truth, estimate, classes)
    scores = {}
    for each, fold in folds.items():
        where = classes == each
        scores[each] = scored(
            lambda a, b, fold=fold: circular_correlation(a, b, fold), truth[where], estimate[where], seed=seed
        )
    return scores


def offset_r2(truth: np.ndarray, estimate: np.ndarray) -> float:
    """Share of the variance of an offset (n, 2) that the estimate explains, both axes together.

    The mean difference is taken off: where an object's centre lies is a convention. Not a fit: an estimate
    with the wrong scale or sign scores low, and below 0 if it is worse than a constant.
    """
    _same_length(truth, estimate)
    truth, estimate = (np.asarray(each, float) for each in (truth, estimate))
    error = estimate - truth
    total = ((truth - truth.mean(0)) ** 2).sum()
    return float(1 - ((error - error.mean(0)) ** 2).sum() / total) if total > 0 else float("nan")


def without_centres(
    truth: np.ndarray, estimate: np.ndarray, angle: np.ndarray, classes: np.ndarray
) -> np.ndarray:
    """Estimated offsets (n, 2) after each class's centre has been moved to where the truth has it.

    Where the model puts the centre of its canonical image is a convention; in an image turned by `angle` (n,)
    rad (counter-clockwise as displayed, y downwards) a centre that is off by c moves the offset by R(angle)
    c. The two numbers of c are fitted to each class by least squares.
    """
    _same_length(truth, estimate, angle, classes)
    moved = np.array(estimate, float)
    turn = np.exp(-1j * np.asarray(angle, float))  # x to the right and y downwards as a complex number
    for each in np.unique(classes):
        where = classes == each
        error = (moved[where] - truth[where]) @ np.array([1, 1j])
        shift = turn[where] * (error / turn[where]).mean()
        moved[where] -= np.stack([shift.real, shift.imag], 1)
    return moved


def spearman(truth: np.ndarray, estimate: np.ndarray) -> float:
    """Rank correlation of two quantities (n,); 0 if one of them is constant."""
    from scipy.stats import rankdata

    _same_length(truth, estimate)
    ranks = [rankdata(each) - (len(each) + 1) / 2 for each in (truth, estimate)]
    scale = np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum())
    return float((ranks[0] * ranks[1]).sum() / scale) if scale > 0 else 0.0


def best_spearman(truth: np.ndarray, latents: np.ndarray) -> float:
    """Largest absolute rank correlation of a factor (n,) with any one of the latents (n, k)."""
    return max(abs(spearman(truth, latent)) for latent in np.asarray(latents).T)


def mutual_information_gap(factor: np.ndarray, latents: np.ndarray, bins: int = BINS) -> float:
    """How much more of a factor's entropy the best latent tells than the second best, as a share.

    Between 0 and 1; with a single latent it is that one's share. A factor or a latent with more than `bins`
    values is cut into as many bins with equal counts. Chen et al. 2018, "Isolating sources of
    disentanglement", eq. 6.
    """
    _same_length(factor, latents)
    factor = _binned(factor, bins)
    shares = np.bincount(factor) / len(factor)
    entropy = -(shares[shares > 0] * np.log(shares[shares > 0])).sum()
    told = sorted(
        (_mutual_information(factor, _binned(each, bins)) for each in np.asarray(latents).T), reverse=True
    )
    return float((told[0] - (told[1] if len(told) > 1 else 0.0)) / entropy) if entropy > 0 else 0.0


def _binned(values: np.ndarray, bins: int) -> np.ndarray:
    """Numbers from 0 of each value (n,): of distinct values, or of bins with equal counts."""
    distinct, places = np.unique(values, return_inverse=True)
    if len(distinct) <= bins:
        return places
    return np.searchsorted(np.quantile(values, np.arange(1, bins) / bins), values, side="right")


def _mutual_information(first: np.ndarray, second: np.ndarray) -> float:
    """Mutual information of two lists of class numbers (n,), in nats."""
    joint = contingency(first, second) / len(first)
    independent = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True)
    where = joint > 0
    return float((joint[where] * np.log(joint[where] / independent[where])).sum())


def contingency(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How often each value of the first (n,) meets each of the second (n,): float (values, values)."""
    _same_length(first, second)
    rows, first = np.unique(first, return_inverse=True)
    columns, second = np.unique(second, return_inverse=True)
    counts = np.bincount(first * len(columns) + second, minlength=len(rows) * len(columns))
    return counts.reshape(len(rows), len(columns)).astype(float)


def adjusted_rand_index(truth: np.ndarray, found: np.ndarray) -> float:
    """Agreement of two partitions (n,): 1 if equal, 0 on average by chance. Hubert and Arabie 1985, eq. 5."""
    counts = contingency(truth, found)

    def pairs(values: np.ndarray) -> float:
        return float((values * (values - 1) / 2).sum())

    both, rows, columns = pairs(counts), pairs(counts.sum(1)), pairs(counts.sum(0))
    expected = rows * columns / pairs(counts.sum(keepdims=True))
    largest = (rows + columns) / 2
    return (both - expected) / (largest - expected) if largest > expected else 1.0


def hungarian_accuracy(truth: np.ndarray, found: np.ndarray) -> float:
    """Share of images (n,) in the right class, with the found classes named as gives the most."""
    from scipy.optimize import linear_sum_assignment

    counts = contingency(truth, found)
    return float(counts[linear_sum_assignment(-counts)].sum() / len(truth))


def mixture_classes(
    latents: np.ndarray, classes: int, seed: int, fit_to: np.ndarray | None = None
) -> np.ndarray:
    """Class (n,) of each row of latents (n, k) by a Gaussian mixture, full covariances, best of ten starts.

    `fit_to` (m, k): rows that the mixture is fitted to, if they are not the latents themselves.
    """
    from sklearn.mixture import GaussianMixture

    mixture = GaussianMixture(classes, n_init=10, random_state=seed)
    return mixture.fit(latents if fit_to is None else fit_to).predict(latents)


def neighbour_accuracy(
    train: np.ndarray,
    train_classes: np.ndarray,
    test: np.ndarray,
    test_classes: np.ndarray,
    neighbours: int = 5,
) -> float:
    """Share of test rows (m, k) whose class has most of the nearest training rows (n, k)."""
    from scipy.spatial import cKDTree

    _same_length(train, train_classes)
    _same_length(test, test_classes)
    _, nearest = cKDTree(train).query(test, k=np.arange(1, neighbours + 1))
    names = np.unique(train_classes)
    votes = (train_classes[nearest][:, :, None] == names).sum(1)
    return float((names[votes.argmax(1)] == test_classes).mean())


def semi_supervised_accuracy(truth: np.ndarray, probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Share of the images that had no label (-1 in `labels` (n,)) that are put in the true class."""
    _same_length(truth, probabilities, labels)
    hidden = np.asarray(labels) == -1
    if not hidden.any():
        raise ValueError("semi-supervised accuracy needs images without a label (-1), found none")
    return float((np.asarray(probabilities)[hidden].argmax(1) == np.asarray(truth)[hidden]).mean())


def _same_length(*arrays: np.ndarray) -> int:
    """Number of rows that all arrays have; ValueError if it differs or is 0."""
    lengths = {len(each) for each in arrays}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(
            f"a score needs arrays with the same number of rows, found {[len(a) for a in arrays]}"
        )
    return lengths.pop()
