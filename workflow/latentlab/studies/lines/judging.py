"""What a run is judged by: its score, and the baselines of its set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ALIKE = ("data", "loss")  # runs that agree in these scatter over the seeds alike
SCORES = {  # by loss: its error, measured on the validation images
    "statistics": "mse_statistics",
    "statistics-norm": "mse_statistics",
    "amplitudes": "mse_statistics",
    "pixels": "mse_images",
}


def baseline_of(record: Mapping[str, Any]) -> str:
    """The set whose baselines a run is judged against: the one that it is trained and evaluated on."""
    return record["data"]


def score_of(record: Mapping[str, Any]) -> str:
    """The metric that a run was trained for."""
    return SCORES[record["loss"]]
