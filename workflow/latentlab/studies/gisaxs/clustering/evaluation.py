"""What is measured of clusters: agreement with the parameters, chance, and the held-out distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from latentlab.studies.gisaxs.clustering.metric_names import INTERVAL, NULL, PARAMETERS, TESTED
from latentlab.studies.gisaxs.clustering.scores import (
    Permutation,
    ari,
    cells,
    eta_squared,
    nmi,
    permutation_test,
    purity,
    radius_bound,
)

QUANTILES = 4  # of R, in the cells of omega/D x quantiles of R


def omega_classes(parameters: np.ndarray) -> np.ndarray:
    """Class by omega/D, int64 (n,), of parameters (n, 4)."""
    return np.unique(parameters[:, 3], return_inverse=True)[1]


def tested_scores(
    labels: np.ndarray, parameters: np.ndarray, permutations: int, seed: int
) -> dict[str, Permutation]:
    """The scores `TESTED` with their permutation tests, of labels int (n,) and parameters float64 (n, 4)."""
    omega, cell = omega_classes(parameters), cells(parameters, QUANTILES)
    compared = {
        **{f"eta_{name}": (eta_squared, parameters[:, place]) for name, place in PARAMETERS.items()},
        "purity_omega": (purity, omega),
        "ari_cells": (ari, cell),
        "nmi_cells": (nmi, cell),
    }
    return {
        name: permutation_test(compared[name][0], labels, compared[name][1], permutations, seed)
        for name in TESTED
    }


def measure_clusters(
    labels: np.ndarray, parameters: np.ndarray, permutations: int, seed: int
) -> dict[str, float]:
    """Active units, the scores `TESTED` with p value and null, and the bound of eta squared of R.

    `bound_r` is what as many clusters could reach at most without mixing omega/D; 0 if there are too few.
    """
    active = len(np.unique(labels))
    found = {"units_active": float(active), "bound_r": _bound(active, parameters)}
    for name, test in tested_scores(labels, parameters, permutations, seed).items():
        found[name] = test.observed
        found |= dict(
            zip(
                (f"{prefix}_{name}" for prefix in NULL), (test.p, test.null_mean, test.null_high), strict=True
            )
        )
    return found


def measure_held_out(labels: np.ndarray, parameters: np.ndarray) -> dict[str, float]:
    """The same of patterns that the clusters were not fitted to; all have the same distance D."""
    active = len(np.unique(labels))
    return {
        "held_out_units": float(active),
        "held_out_eta_r": float(eta_squared(labels, parameters[:, 0])),
        "held_out_eta_omega": float(eta_squared(labels, parameters[:, 3])),
        "held_out_purity_omega": float(purity(labels, omega_classes(parameters))),
        "held_out_bound_r": _bound(active, parameters),
    }


def over_seeds(rows: Sequence[Mapping[str, float]], ending: str = "") -> dict[str, float]:
    """Mean, <name>_low and <name>_high, the range, of each number over the seeds; `ending` joins the name."""
    found = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        for end, value in zip(INTERVAL, (float(np.mean(values)), min(values), max(values)), strict=True):
            found[f"{name}{ending}{end}"] = value
    return found


def _bound(active: int, parameters: np.ndarray) -> float:
    classes = omega_classes(parameters)
    if active < len(np.unique(classes)):
        return 0.0
    return radius_bound(parameters[:, 0], active, classes)
