"""What a run is judged by: its score, and the answers without training on the same set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Runs that agree in these differ in random numbers and small settings, and scatter over the seeds alike.
ALIKE = (
    "data",
    "variational",
    "rotation",
    "translation_prior",
    "classes",
    "decoder",
    "condition",
    "labelled",
)
SCORE = "reconstruction"  # mean squared error of a held-out image: what every model is trained for


def baseline_of(record: Mapping[str, Any]) -> str:
    """The set whose answers without training a run is judged against: the one that it is trained on."""
    return record["data"]


def score_of(record: Mapping[str, Any]) -> str:
    """The metric that a run was trained for."""
    return SCORE
