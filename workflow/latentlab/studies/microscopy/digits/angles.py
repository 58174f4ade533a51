"""How well a model finds the angle by which digits were turned."""

from __future__ import annotations

import numpy as np

from latentlab.invariant.angles import angle_errors
from latentlab.studies.microscopy.scores import angle_scores

# Digits that look alike after half a turn: their angle is known up to that. A 6 and a 9 are two classes.
FOLDS = {digit: 2 if digit in (0, 1, 8) else 1 for digit in range(10)}


def angle_metrics(truth: np.ndarray, found: np.ndarray, classes: np.ndarray, seed: int) -> dict[str, float]:
    """Circular correlation of true and found angle (n,) in rad within each class, modulo its symmetry.

    Mean and lowest over the classes; `angle_correlation_null` is the mean of the 95th percentiles of shuffled
    angles; `angle_error` the median error in degrees, less a constant for each class. A writer's own slant is
    part of the truth that no model can know.
    """
    folds = {digit: FOLDS[digit] for digit in np.unique(classes).tolist()}
    scores = angle_scores(truth, found, classes, folds, seed)
    errors = np.concatenate(
        [angle_errors(truth[classes == each], found[classes == each], fold) for each, fold in folds.items()]
    )
    return {
        "angle_correlation": float(np.mean([score.value for score in scores.values()])),
        "angle_correlation_lowest": min(score.value for score in scores.values()),
        "angle_correlation_null": float(np.mean([score.null for score in scores.values()])),
        "angle_error": float(np.rad2deg(np.median(np.abs(errors)))),
    }
