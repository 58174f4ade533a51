"""Medians over patterns with bootstrap intervals."""

from __future__ import annotations

import numpy as np

from latentlab.studies.gisaxs.bootstrap import median_interval
from latentlab.studies.gisaxs.restoration.evaluated import Evaluation
from latentlab.studies.gisaxs.restoration.methods import NETWORK
from latentlab.studies.gisaxs.restoration.metric_names import ENDS, budget_name
from latentlab.studies.gisaxs.restoration.score_names import COVERAGES, PLACES, SCORES


def finite_median_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Median of the finite values (n,), and its bootstrap interval of 95 % over them; NaN without any."""
    values = values[np.isfinite(values)]
    if not len(values):
        return np.nan, np.nan, np.nan
    return tuple(float(part[0]) for part in median_interval(values[:, None], seed=0))


def summaries(evaluation: Evaluation) -> dict[str, dict[str, float]]:
    """By method: the medians of each score at each budget, with their intervals; see `metric_names`.

    The ratios are of the errors on the same patterns: a method's over the network's.
    """
    network = evaluation.methods.index(NETWORK)
    found: dict[str, dict[str, float]] = {method: {} for method in evaluation.methods}
    for row, method in enumerate(evaluation.methods):
        measured = {score: evaluation.values[score][row] for score in SCORES}
        if row == network:
            measured |= {score: evaluation.values[score][0] for score in COVERAGES}
        else:
            for place in PLACES:
                errors = evaluation.values[f"{place}_error"]
                measured[f"{place}_ratio"] = errors[row] / errors[network]
        for score, by_budget in measured.items():
            for photons, values in zip(evaluation.budgets, by_budget, strict=True):
                for end, value in zip(ENDS, finite_median_interval(values), strict=True):
                    found[method][f"{score}_{budget_name(photons)}{end}"] = value
    return found


def patterns_of(evaluation: Evaluation) -> dict[str, int]:
    """On how many patterns each method was measured."""
    tried = np.isfinite(evaluation.values["outside_error"]).any(axis=1).sum(axis=1)
    return dict(zip(evaluation.methods, tried.tolist(), strict=True))
