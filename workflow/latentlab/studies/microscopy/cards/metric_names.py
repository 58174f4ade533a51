"""Which metrics the part on cards measures, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SHEARED_DEG = 5.0  # a set with less shear has nothing for a latent to follow
BOUNDS = ("", "_low", "_null")  # value, lower end of the interval, shuffle null


def metrics(spec: Mapping[str, Any], record: Mapping[str, Any]) -> set[str]:
    """Metrics of a run, the keys of the summary that `evaluation.evaluate` gives.

    Parameters
    ----------
    spec : the set's entry in config/microscopy.yaml. record : the run's.
    """
    found = {"reconstruction"} | {f"suit_ari{end}" for end in BOUNDS}
    if record["latent"]:
        found.add("suit_neighbours")
        if spec["shear_deg"] >= SHEARED_DEG:
            found |= {f"shear_lowest{end}" for end in BOUNDS} | {"shear_all", "shear_gap"}
    if record["rotation"] != "none":
        found |= {f"angle_lowest{end}" for end in BOUNDS} | {"angle_error_deg"}
    if record["classes"]:
        found |= {"suit_accuracy", "suit_accuracy_null"}
    if record["translation_prior"] and spec.get("translation"):
        found |= {f"offset_r2{end}" for end in BOUNDS}
    return found


def set_metrics(spec: Mapping[str, Any]) -> set[str]:
    """Metrics of a set, the keys of the summary that `answers.answers` gives; `spec` is its entry."""
    found = {"reconstruction_mean_image", "angle_lowest_moments"}
    found |= {
        f"{name}_{each}"
        for name in ("suit_ari", "suit_neighbours")
        for each in ("components", "invariants", "area")
    }
    return found | ({"offset_r2_centre_of_mass"} if spec.get("translation") else set())
