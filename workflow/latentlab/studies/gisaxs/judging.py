"""What a run is judged by: its score, and the baselines on the same test patterns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Runs that agree in these differ in network, rate and random numbers alone, and scatter over the seeds alike.
# Other kinds of training scatter otherwise: some of those in raw intensity collapse, none of the improved do.
ALIKE = ("dataset", "input", "target", "noise", "loss", "intensity", "loop", "schedule", "warm_up")
SCORES = {  # by loss and intensity: what a training minimises, measured on the decoded patterns
    ("mse", "raw"): "mse",
    ("ms-ssim", "raw"): "ms_ssim",
    ("mse", "log"): "log_rmse",
    ("ms-ssim", "log"): "ms_ssim_log",
}


def baseline_of(record: Mapping[str, Any]) -> str:
    """The baselines with a run's test patterns: "small", "large", or with gaps in the target "small-gaps"."""
    return f"{record['dataset']}-gaps" if record["target"] == "gaps" else record["dataset"]


def score_of(record: Mapping[str, Any]) -> str:
    """The metric that a run was trained for."""
    return SCORES[record["loss"], record["intensity"]]
