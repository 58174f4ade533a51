"""Errors and coverage of the regression by photon budget, with intervals over the test patterns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from latentlab.studies.gisaxs.bootstrap import median_interval

PARAMETERS = ("r_nm", "sigma_over_r", "d_nm", "omega_over_d")
METHODS = ("network", "refined", "latents", "fit", "median")
WITH_INTERVALS = ("network", "refined")
ALL = "all"  # budgets together
BOOTSTRAP_SEED = 5  # of the bootstrap over test patterns


@dataclass(frozen=True)
class Results:
    """Answers of all methods to the same measurements.

    Attributes
    ----------
    truth : float64 (n, 4). photons : budgets, (b,). answers : by method, float64 (b, m, 4), of the first m of
    the n patterns. covered : by method of WITH_INTERVALS and level in per cent, bool (b, n, 4).
    """

    truth: np.ndarray
    photons: Sequence[float]
    answers: Mapping[str, np.ndarray]
    covered: Mapping[tuple[str, int], np.ndarray]


def tag(photons: float) -> str:
    """A budget in a metric's name: 1e5 for 100,000.

    Raises
    ------
    ValueError : it has more than one significant digit.
    """
    digits, exponent = f"{photons:e}".split("e")
    if float(digits) != int(float(digits)):
        raise ValueError(f"photons is {photons:g}, expected a number such as 1e5 or 3e5")
    return f"{int(float(digits))}e{int(exponent)}"


def errors(results: Results, method: str) -> np.ndarray:
    """Absolute errors of a method, float64 (b, m, 4)."""
    answers = results.answers[method]
    return np.abs(answers - results.truth[: answers.shape[1]])


def share_interval(hits: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of hits, bool (n, k), and the ends of its 95 % interval (Wilson 1927), (k,) each."""
    z, n, share = 1.96, len(hits), hits.mean(axis=0)
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return share, centre - half, centre + half


def summary_of(results: Results) -> dict[str, float]:
    """Metrics by name, see `regression.metric_names`."""
    summary: dict[str, float] = {}
    tags = [tag(photons) for photons in results.photons]

    def add(name: str, method: str, budget: str, triple: Sequence[np.ndarray]) -> None:
        for end, values in zip(("", "_low", "_high"), triple, strict=False):
            for parameter, value in zip(PARAMETERS, values, strict=True):
                summary[f"{name}_{parameter}_{method}_{budget}{end}"] = float(value)

    for method in results.answers:
        for budget, values in zip(tags, errors(results, method), strict=True):
            add("error", method, budget, median_interval(values, BOOTSTRAP_SEED))
            add("error95", method, budget, [np.percentile(values, 95, axis=0)])
    for (method, level), hits in results.covered.items():
        for budget, values in zip(tags, hits, strict=True):
            add(f"covered{level}", method, budget, share_interval(values))
        add(f"covered{level}", method, ALL, share_interval(hits.reshape(-1, len(PARAMETERS))))
    return summary
