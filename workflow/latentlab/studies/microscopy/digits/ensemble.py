"""An ensemble of joint VAEs: matched classes, mean prediction, dispersion against error."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from latentlab.studies.microscopy.digits.metric_names import ENSEMBLE_METRICS
from latentlab.studies.microscopy.scores import (
    adjusted_rand_index,
    contingency,
    hungarian_accuracy,
    spearman,
)

ROUNDS = 3  # of matching all members to their mean
RESAMPLES = 300
LEVELS = (0.025, 0.975)


def matched_classes(probabilities: np.ndarray) -> np.ndarray:
    """How each member's classes have to be ordered so that they mean the same in all members.

    The member that agrees most with the others is the reference; then all are matched, a few times over, to
    the mean of all. The true classes have no part in it.

    Parameters
    ----------
    probabilities : (members, n, k) of the classes, on the same images.

    Returns
    -------
    int64 (members, k): class c of the ensemble is class `order[m, c]` of member m.
    """
    chosen = probabilities.argmax(axis=2)
    agreement = [np.mean([adjusted_rand_index(one, other) for other in chosen]) for one in chosen]
    mean = probabilities[int(np.argmax(agreement))]
    for _ in range(ROUNDS):
        order = np.stack([_assignment(mean, each) for each in probabilities])
        mean = in_order(probabilities, order).mean(axis=0)
    return order


def _assignment(reference: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """The order of the second's classes that makes both (n, k) agree best."""
    return linear_sum_assignment(-(reference.T @ probabilities))[1]


def in_order(values: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Members' values (members, ..., k) with their classes, the last axis, in the ensemble's order."""
    return np.stack([each[..., place] for each, place in zip(values, order, strict=True)])


def dispersion_of(probabilities: np.ndarray) -> np.ndarray:
    """Dispersion (n,) of matched probabilities (members, n, k): root of the variances' sum over the classes.

    0 if all members say the same; at most sqrt(1 - 1/members), about 0.94 for 8, if each says another class.
    """
    return np.sqrt(probabilities.var(axis=0).sum(axis=1))


def area_under_curve(score: np.ndarray, positive: np.ndarray) -> float:
    """Probability that a positive (bool (n,)) has a higher score than a negative, ties counting half."""
    from scipy.stats import rankdata

    count = int(positive.sum())
    if count in (0, len(score)):
        return float("nan")
    ranks = rankdata(score)[positive].sum()
    return float((ranks - count * (count + 1) / 2) / (count * (len(score) - count)))


def measure(
    probabilities: np.ndarray, truth: np.ndarray, seed: int
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Scores of an ensemble on test images, with the ends of their intervals, and the arrays behind them.

    Parameters
    ----------
    probabilities : (members, n, k), matched. truth : int (n,).
    seed : of the bootstrap over images, from which the intervals come; that of `member_accuracy` is the range
        over the members.
    """
    mean, dispersion = probabilities.mean(axis=0), dispersion_of(probabilities)
    chosen = mean.argmax(axis=1)
    classes, digits = mean.shape[1], int(truth.max()) + 1
    counts = np.zeros((classes, digits))
    np.add.at(counts, (chosen, truth), 1)
    rows, columns = linear_sum_assignment(-counts)
    digit = np.full(classes, -1)
    digit[rows] = columns
    wrong = digit[chosen] != truth
    size = np.bincount(chosen, minlength=classes)
    used = size > 0
    by_class = {
        "class_dispersion": np.bincount(chosen, dispersion, minlength=classes) / np.maximum(size, 1),
        "class_error": np.bincount(chosen, wrong, minlength=classes) / np.maximum(size, 1),
    }
    members = [hungarian_accuracy(truth, each.argmax(axis=1)) for each in probabilities]
    first = probabilities.argmax(axis=2)

    def statistics(where: np.ndarray) -> dict[str, float]:
        return {
            "class_accuracy": hungarian_accuracy(truth[where], chosen[where]),
            "class_ari": adjusted_rand_index(truth[where], chosen[where]),
            "members_agree": float((first[:, where] == chosen[where]).mean()),
            "error_auroc": area_under_curve(dispersion[where], wrong[where]),
            "dispersion_wrong": _mean(dispersion[where][wrong[where]]),
            "dispersion_right": _mean(dispersion[where][~wrong[where]]),
            "class_spearman": _class_spearman(dispersion[where], wrong[where], chosen[where]),
        }

    everything = np.arange(len(truth))
    rng = np.random.default_rng(seed)
    resampled = [statistics(rng.integers(len(truth), size=len(truth))) for _ in range(RESAMPLES)]
    summary: dict[str, float] = {}
    for name, value in statistics(everything).items():
        values = np.array([each[name] for each in resampled])
        low, high = np.nanquantile(values, LEVELS) if np.isfinite(values).any() else (value, value)
        summary |= {name: value, f"{name}_low": float(low), f"{name}_high": float(high)}
    for end, value in (("", float(np.mean(members))), ("_low", min(members)), ("_high", max(members))):
        summary[f"member_accuracy{end}"] = value
    given = by_class["class_dispersion"][used], by_class["class_error"][used]
    null = [spearman(rng.permutation(given[0]), given[1]) for _ in range(RESAMPLES)]
    summary["class_spearman_p"] = float(np.mean(np.array([*null, np.inf]) >= summary["class_spearman"]))
    assert set(ENSEMBLE_METRICS) <= set(summary)
    arrays = {
        **by_class,
        "class_digit": digit,
        "class_share": size / len(truth),
        "image_dispersion": dispersion,
        "image_wrong": wrong,
        "member_accuracy": np.array(members),
        "confusion": contingency(chosen, truth),
    }
    return summary, arrays


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _class_spearman(dispersion: np.ndarray, wrong: np.ndarray, chosen: np.ndarray) -> float:
    """Rank correlation, over the found classes, of mean dispersion with the share of images in error."""
    _, place = np.unique(chosen, return_inverse=True)
    size = np.bincount(place)
    return spearman(np.bincount(place, dispersion) / size, np.bincount(place, wrong) / size)
