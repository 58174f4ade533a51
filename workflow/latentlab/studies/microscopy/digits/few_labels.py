"""Recognition with few labels, without a network: nearest neighbours and logistic regression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from latentlab.studies.microscopy.digits.metric_names import INTERVAL
from latentlab.studies.microscopy.digits.titles import METHODS

NEIGHBOURS = (1, 3, 5)
INVERSE_PENALTIES = (0.01, 0.1, 1.0, 10.0)  # scikit-learn's C


def rival_accuracies(
    rows: np.ndarray, labels: np.ndarray, test: np.ndarray, truth: np.ndarray
) -> dict[str, float]:
    """Share of test images recognised, in per cent, by rivals that know the same labels.

    Each at the setting that is best on the test images themselves: so few labels leave none to choose with,
    and a rival is to have the benefit of the doubt.

    Parameters
    ----------
    rows : float (n, d), training images. labels : int (n,), -1 where there is none.
    test, truth : (m, d) and (m,), test images and their classes.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    known = labels >= 0
    given, names = rows[known], labels[known]
    models = {
        "neighbour": [KNeighborsClassifier(each) for each in NEIGHBOURS if each <= len(names)],
        "logistic": [LogisticRegression(C=each, max_iter=500) for each in INVERSE_PENALTIES],
    }
    return {
        name: 100 * max(float((model.fit(given, names).predict(test) == truth).mean()) for model in tried)
        for name, tried in models.items()
    }


def summary_of(accuracy: np.ndarray, counts: Sequence[int]) -> dict[str, float]:
    """Mean, <name>_low and <name>_high (range over the seeds) of accuracy_<method>_<count>, in per cent.

    `accuracy` is (methods, counts, seeds): the ssVAE first, then `titles.RIVALS`.
    """
    found = {}
    for method, by_count in zip(METHODS, accuracy, strict=True):
        for count, values in zip(counts, by_count, strict=True):
            numbers = (values.mean(), values.min(), values.max())
            for end, value in zip(INTERVAL, numbers, strict=True):
                found[f"accuracy_{method}_{count}{end}"] = float(value)
    return found
