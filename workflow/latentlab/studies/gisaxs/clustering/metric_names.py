"""Which metrics the clustering measures, so that claims are checked before any job starts.

A subject is an input of `clustering.inputs`; a metric of a method ends in the method's name, as
eta_r_k_sparse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PARAMETERS = {
    "r": 0,
    "d": 2,
    "omega": 3,
}  # column of the parameters; sigma/R is the same in the whole small set
# Scores on the patterns that the clusters were fitted to; each with the p value and the null of permutations.
TESTED = (*(f"eta_{name}" for name in PARAMETERS), "purity_omega", "ari_cells", "nmi_cells")
NULL = ("p", "null", "null_highest")  # prefixes: p value, mean and 97.5th percentile of the shuffled scores
HELD_OUT = (
    "held_out_units",
    "held_out_eta_r",
    "held_out_eta_omega",
    "held_out_purity_omega",
    "held_out_bound_r",
)
SCORES = (
    "units_active",
    "bound_r",
    *TESTED,
    *(f"{prefix}_{name}" for prefix in NULL for name in TESTED),
    *HELD_OUT,
)
TRAINED = ("train_loss", "val_loss", "relative_loss", "learning_rate_end")  # of a k-sparse autoencoder
LATENTS = ("distinct_vectors", "varying_numbers")
LSRAE = ("loss", "mse", "label_loss", "sparse_loss", "accuracy", "relative_mse")
THESIS = "thesis-clusters"  # subject: the clusters of the thesis's own table 4.19
THESIS_SCORES = (
    "units_active",
    "bound_r",
    *TESTED,
    *(f"{prefix}_{name}" for prefix in NULL for name in TESTED),
)
THESIS_METRICS = (
    "entries",
    "patterns_read",
    *THESIS_SCORES,
    *(f"{name}_completed" for name in THESIS_SCORES),
)
CLASSIFIER = (
    "loss",
    "mse",
    "label_loss",
    "equal_label_loss",
    "accuracy",
    "trivial_accuracy",
    "held_out_accuracy",
)
INTERVAL = ("", "_low", "_high")


def of_method(metric: str, method: str) -> str:
    """Name of a metric of a method: ("eta_r", "k-sparse") is "eta_r_k_sparse"."""
    return f"{metric}_{method.replace('-', '_')}"


def clustering_subjects(study: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Metrics by subject: of each input, of the thesis's own clusters, and of the classification.

    `study` is the content of config/gisaxs.yaml.
    """
    settings = study["clustering"]
    subjects = {THESIS: frozenset(THESIS_METRICS)}
    for name, entry in settings["inputs"].items():
        metrics = [*LATENTS, *(f"{metric}_lsrae" for metric in LSRAE if entry.get("lsrae"))]
        for method, how in settings["methods"].items():
            if name in how["inputs"]:
                trained = TRAINED if how["kind"] == "k-sparse" else ()
                metrics += [of_method(metric, method) for metric in (*SCORES, *trained)]
        subjects[name] = frozenset(f"{metric}{end}" for metric in metrics for end in INTERVAL)
        if name in settings["classification"]["inputs"]:
            subjects[f"{name}-classes"] = frozenset(
                f"{metric}_{target}{end}"
                for metric in CLASSIFIER
                for target in settings["classification"]["targets"]
                for end in INTERVAL
            )
    return subjects
