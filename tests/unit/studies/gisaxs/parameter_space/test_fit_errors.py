"""Fit errors: of an even sample, against the truth, and NaN where there is nothing to fit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from latentlab.studies.gisaxs.parameter_space.fit_errors import FITTED, PARAMETERS, fit_errors


def corner_values(patterns: np.ndarray) -> np.ndarray:
    """A "fit" that reads the four parameters from a pattern's first four pixels."""
    return patterns[:, 0, :4].astype(np.float64)


@pytest.mark.parametrize("count", [1, 5, FITTED, 52])
def test_mean_absolute_errors(count: int) -> None:
    truth = np.random.default_rng(0).uniform(1, 2, (count, 4))
    restored = np.ones((count, 8, 8))
    restored[:, 0, :4] = truth + np.array([0.1, -0.2, 0.3, 0.0])
    errors = fit_errors(corner_values, restored, truth)
    assert list(errors) == [f"fit_error_{name}" for name in PARAMETERS]
    assert list(errors.values()) == pytest.approx([0.1, 0.2, 0.3, 0.0], abs=1e-6)


def test_a_sample_reaches_from_the_first_to_the_last() -> None:
    seen: list[float] = []

    def fit(patterns: np.ndarray) -> np.ndarray:
        seen.extend(patterns[:, 0, 0].tolist())
        return corner_values(patterns)

    restored = np.arange(1.0, 53.0)[:, None, None] * np.ones((4, 4))
    fit_errors(fit, restored, np.ones((52, 4)))
    assert len(seen) == FITTED
    assert (seen[0], seen[-1]) == (1.0, 52.0)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan])
def test_patterns_without_intensity_give_nan(value: float) -> None:
    errors = fit_errors(corner_values, np.full((3, 8, 8), value), np.ones((3, 4)))
    assert all(math.isnan(error) for error in errors.values())
