"""What linear models read from latents: properties by ridge, classes by logistic regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from latentlab.errors import ArtifactError

PENALTIES = np.logspace(-3, 4, 15)


@dataclass(frozen=True)
class ClassScore:
    """Share of correct classes on the second split, and of the commonest class of the first split there."""

    accuracy: float
    commonest: float


def regression_score(
    fit_latents: np.ndarray, fit_values: np.ndarray, test_latents: np.ndarray, test_values: np.ndarray
) -> float:
    """R^2 on one split of a ridge regression fit on another; negative where the mean would do better.

    The penalty is chosen on the first split by leave-one-out; latents are standardised with its moments.

    Parameters
    ----------
    fit_latents, test_latents : (n, latents) and (m, latents).
    fit_values, test_values : (n,) and (m,) of a continuous property, any unit.

    Returns
    -------
    R^2; NaN where the property is constant in the second split.

    Raises
    ------
    ValueError : shapes that do not fit together.
    ArtifactError : numbers that are not finite.
    """
    _check(fit_latents, fit_values, test_latents, test_values)
    values = np.asarray(test_values, dtype=np.float64)
    if np.ptp(values) == 0:
        return float("nan")
    model = make_pipeline(StandardScaler(), RidgeCV(alphas=PENALTIES))
    model.fit(fit_latents, np.asarray(fit_values, dtype=np.float64))
    return float(model.score(test_latents, values))


def classification_score(
    fit_latents: np.ndarray, fit_classes: np.ndarray, test_latents: np.ndarray, test_classes: np.ndarray
) -> ClassScore:
    """Accuracy on one split of a logistic regression fit on another: orientation, number of lines.

    Parameters
    ----------
    fit_latents, test_latents : (n, latents) and (m, latents); standardised with the first's moments.
    fit_classes, test_classes : (n,) and (m,) integers.

    Raises
    ------
    ValueError : shapes that do not fit together.
    ArtifactError : numbers that are not finite, or a first split of one class alone.
    """
    _check(fit_latents, fit_classes, test_latents, test_classes)
    classes, numbers = np.unique(fit_classes, return_counts=True)
    if len(classes) < 2:
        raise ArtifactError(f"a classification needs at least two classes, found only {classes[0]}")
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    model.fit(fit_latents, fit_classes)
    return ClassScore(
        accuracy=float(model.score(test_latents, test_classes)),
        commonest=float(np.mean(np.asarray(test_classes) == classes[np.argmax(numbers)])),
    )


def _check(
    fit_latents: np.ndarray, fit_targets: np.ndarray, test_latents: np.ndarray, test_targets: np.ndarray
) -> None:
    shapes = [np.shape(array) for array in (fit_latents, fit_targets, test_latents, test_targets)]
    fits = all(len(shape) == 2 for shape in shapes[::2]) and shapes[0][1:] == shapes[2][1:]
    if not fits or shapes[1] != shapes[0][:1] or shapes[3] != shapes[2][:1]:
        raise ValueError(f"expected latents (n, d) and targets (n,) of two splits, found {shapes}")
    if min(shapes[1][0], shapes[3][0]) == 0:
        raise ArtifactError("a split to score properties on is empty")
    if not all(np.isfinite(array).all() for array in (fit_latents, fit_targets, test_latents, test_targets)):
        raise ArtifactError("latents or properties hold values that are not finite")
