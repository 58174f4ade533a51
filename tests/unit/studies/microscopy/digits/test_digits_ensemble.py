"""Ensembles: matching of classes, dispersion, and its relation to error."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.microscopy.digits.ensemble import (
    area_under_curve,
    dispersion_of,
    in_order,
    matched_classes,
    measure,
)
from latentlab.studies.microscopy.digits.metric_names import ENSEMBLE, subjects

STAGES = {"digits": {"ensemble": {}, "labels": {"counts": [10]}}}


@pytest.fixture
def members() -> tuple[np.ndarray, np.ndarray]:
    """Six members (6, 300, 5) that agree on classes 0 to 3 and guess in class 4, in orders of their own."""
    rng = np.random.default_rng(0)
    truth = np.repeat(np.arange(5), 60)
    found = np.empty((6, 300, 5))
    for member in found:
        chosen = truth.copy()
        chosen[truth == 4] = rng.integers(0, 5, 60)
        member[...] = 0.02 + 0.9 * np.eye(5)[chosen]
        member[...] = member[:, rng.permutation(5)]
    return found, truth


def test_matching_undoes_the_members_own_orders(members: tuple[np.ndarray, np.ndarray]) -> None:
    probabilities, truth = members
    matched = in_order(probabilities, matched_classes(probabilities))
    chosen = matched.argmax(axis=2)[:, truth < 4]
    assert (chosen == chosen[0]).all()


def test_dispersion_is_zero_where_all_agree_and_bounded() -> None:
    agree = np.tile(np.eye(4)[:1], (8, 1, 1))
    differ = np.eye(8)[:, None, :]
    assert dispersion_of(agree)[0] == 0
    assert dispersion_of(differ)[0] == pytest.approx(np.sqrt(1 - 1 / 8))


def test_the_unstable_class_has_the_dispersion_and_the_errors(members: tuple[np.ndarray, np.ndarray]) -> None:
    probabilities, truth = members
    summary, arrays = measure(in_order(probabilities, matched_classes(probabilities)), truth, seed=0)
    assert summary["error_auroc"] > 0.9
    assert summary["dispersion_wrong"] > summary["dispersion_right"]
    assert summary["class_accuracy_low"] <= summary["class_accuracy"] <= summary["class_accuracy_high"]
    assert summary["class_accuracy"] >= summary["member_accuracy"]
    assert set(summary) >= subjects(STAGES)[ENSEMBLE]
    assert arrays["class_share"].sum() == pytest.approx(1)


def test_an_ensemble_of_guesses_tells_nothing() -> None:
    rng = np.random.default_rng(1)
    truth = np.repeat(np.arange(5), 60)
    probabilities = rng.dirichlet(np.ones(5), (6, 300))
    summary, _ = measure(in_order(probabilities, matched_classes(probabilities)), truth, seed=0)
    assert summary["class_accuracy"] < 0.35
    assert summary["error_auroc_low"] < 0.5 < summary["error_auroc_high"]


def test_area_under_curve() -> None:
    assert area_under_curve(np.array([1.0, 2.0, 3.0]), np.array([False, False, True])) == 1.0
    assert area_under_curve(np.array([1.0, 1.0]), np.array([False, True])) == 0.5
    assert np.isnan(area_under_curve(np.array([1.0, 2.0]), np.array([False, False])))
