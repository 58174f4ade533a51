"""What a run is judged by: its score, and the answers without training on the same tiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.studies.landcover.reconstruction.metric_names import of_kind

TILES = "tiles"  # the subject that has the answers without training
# Runs that agree in these differ in random numbers and small settings, and scatter over the seeds alike.
ALIKE = ("input", "restores", "loss", "variational")


def baseline_of(record: Mapping[str, Any]) -> str:
    """The subject whose answers without training a run is judged against."""
    return TILES


def score_of(record: Mapping[str, Any]) -> str:
    """The metric that a run was trained for: MS-SSIM where the loss has nothing else, else the MAE."""
    return of_kind("ms_ssim" if record["loss"] == "ms-ssim" else "mae", record["restores"])
