"""Which metrics the part on digits measures, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.studies.microscopy.digits.titles import CLUSTERS, COLOURS, METHODS, RESTORERS

CLASS_SCORES = ("class_ari", "class_accuracy")
ANGLES = ("angle_correlation", "angle_correlation_lowest", "angle_correlation_null", "angle_error")
ENSEMBLE, LABELS = "ensemble-digits", "labels-digits"  # subjects: stages of the part
INTERVAL = ("", "_low", "_high")
# Of an ensemble: accuracies of its mean and of its members; dispersion against error, by image and by class.
ENSEMBLE_METRICS = (
    "class_accuracy",
    "class_ari",
    "member_accuracy",
    "members_agree",
    "error_auroc",
    "dispersion_wrong",
    "dispersion_right",
    "class_spearman",
    "class_spearman_p",
)


def metrics(spec: Mapping[str, Any], record: Mapping[str, Any]) -> set[str]:
    """Metrics of a run, the keys of the summary that `evaluation.evaluate` gives.

    Parameters
    ----------
    spec : the set's entry in config/microscopy.yaml. record : the run's.
    """
    found = {"reconstruction", "reconstruction_matched_components"}
    if record["restores"] == "targets":
        return found | ({"psnr"} if "noise" in spec else {"colour_right"})
    if record["latent"]:
        found |= {"neighbours", "neighbours_matched_components", "slant", "slant_null"}
    if not record["condition"] and not record["classes"]:
        found.add("manifold_distance")
    if record["rotation"] != "none" and spec.get("rotation_deg"):
        found |= set(ANGLES)
    if record["labelled"]:
        found.add("label_accuracy")
    elif record["classes"]:
        found |= {*CLASS_SCORES, "class_accuracy_null"}
    return found


def set_metrics(spec: Mapping[str, Any]) -> set[str]:
    """Metrics of a set, the keys of the summary that `answers.answers` gives; `spec` is its entry."""
    found = {"reconstruction_mean_image"}
    if "noise" in spec:
        return found | {f"{name}_{each}" for name in ("reconstruction", "psnr") for each in RESTORERS}
    if "colours" in spec:
        return found | {f"{name}_{each}" for name in ("reconstruction", "colour_right") for each in COLOURS}
    found |= {"reconstruction_components", "neighbours_components", "neighbours_pixels", "neighbours_chance"}
    return found | {f"{name}_{each}" for name in CLASS_SCORES for each in CLUSTERS}


def label_metrics(counts: list[int]) -> set[str]:
    """Accuracies by number of labels: of the ssVAE and of its rivals, mean and range over the seeds."""
    return {f"accuracy_{method}_{count}{end}" for method in METHODS for count in counts for end in INTERVAL}


def subjects(study: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Metrics by subject, of the part's own stages that config/microscopy.yaml declares."""
    stages = study.get("digits", {})
    found = {}
    if "ensemble" in stages:
        found[ENSEMBLE] = frozenset(
            f"{name}{end}"
            for name in ENSEMBLE_METRICS
            for end in (INTERVAL if name not in ("class_spearman_p",) else ("",))
        )
    if "labels" in stages:
        found[LABELS] = frozenset(label_metrics(stages["labels"]["counts"]))
    return found
