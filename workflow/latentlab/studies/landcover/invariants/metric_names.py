"""Which metrics the part measures, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.studies.landcover.classes import CLASSES

PROBES = tuple(f"probe_r2_{name}" for name in CLASSES)  # of `latent_scores`; `fractions_r2` is their mean
# of any latents, from `latent_space.scores.latent_scores`
SCORES = (
    "knn_balanced",
    "knn_accuracy",
    "fractions_r2",
    "height_r2",
    "direction_knn_r2",
    "kmeans_explained",
    "kmeans_ari",
    "silhouette",
    "city_accuracy",
)
MOVED = ("moved_turned", "moved_shifted")
GROUPS = ("class_explained", "class_ari", "class_kept")
ANGLE = ("angle_follows", "angle_null")
LABELS = "label_balanced"
CONTROL = "vae"  # the model that the others are compared with, if an entry has it
GAINS = (
    "knn_balanced",
    "fractions_r2",
    "kmeans_explained",
)  # that are compared with the control's, tile by tile
CHANCE = "knn_balanced_chance"
RIVALS = ("colour", "components")
INTERVAL = ("", "_low", "_high")  # mean and range over the seeds


def row_metrics(record: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Metrics of a model, from its record, or of a rival (None).

    A model whose weights are those that it started from restores nothing: it has no `reconstruction`.
    Rivals are told labels only if a model is.
    """
    if record is None:
        return (*SCORES, *MOVED, "reconstruction", *GROUPS, LABELS)
    found = [*SCORES, *MOVED]
    found += ["reconstruction"] if record["trained"] else []
    found += GROUPS if record["classes"] else []
    found += [LABELS] if record["labelled"] else []
    return (*found, *(ANGLE if record["rotation"] != "none" else ()))


def metrics(entry: Mapping[str, Any]) -> frozenset[str]:
    """Metrics of an artifact, "<metric>_<model or rival>" with the ends of its range over the seeds.

    Where there is a control, "gain_<metric>_<model or rival>" is the difference from it, with its interval.

    Parameters
    ----------
    entry : records of models by name under "models".
    """
    told = any(record["labelled"] for record in entry["models"].values())
    rows = {**entry["models"], **dict.fromkeys(RIVALS)}
    found = {
        f"{metric}_{name}"
        for name, record in rows.items()
        for metric in row_metrics(record)
        if record or metric != LABELS or told
    }
    if CONTROL in rows:
        found |= {f"gain_{metric}_{name}" for name in rows if name != CONTROL for metric in GAINS}
    return frozenset({CHANCE, *(f"{name}{end}" for name in found for end in INTERVAL)})
