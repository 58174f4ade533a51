"""The figures of the codec comparison: rate against distortion, or lossless rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from latentlab.artifacts import read_summary
from latentlab.errors import ArtifactError
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.codec_comparison.comparison_file import read_comparison
from latentlab.studies.gisaxs.codec_comparison.goal import GOAL, GOAL_TEST_SET
from latentlab.studies.gisaxs.figures.rate_distortion import frame_rates, lossless_rates, rate_distortion

MEAN_IMAGE_METRICS = ("psnr_log", "ms_ssim_log")


def draw_comparison(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """One test set of the comparison.

    `spec["table"]` is "lossy" or "lossless"; `photons`, if given, is the photon budget to show.
    The goal is drawn only for its own test set; the mean image if the baselines of the test set are an
    artifact, called as the test set.

    Raises
    ------
    ArtifactError : there are no rows of that budget.
    """
    path = inputs.artifacts["comparison"]
    rows = read_comparison(path, spec["table"])
    if spec["table"] == "lossless":
        # the entropy of a real frame is not known
        return (frame_rates if spec["test_set"] == "frames" else lossless_rates)(rows)
    if "photons" in spec:
        rows = rows[rows["photons"] == spec["photons"]]
        if rows.empty:
            raise ArtifactError(f"{path}: there are no rows of {spec['photons']:g} photons per pattern")
    goal = GOAL if spec["test_set"] == GOAL_TEST_SET else None
    if spec["test_set"] not in inputs.artifacts:
        return rate_distortion(rows, goal)
    known = read_summary(inputs.artifacts[spec["test_set"]])
    return rate_distortion(rows, goal, {name: known[f"{name}_mean_image"] for name in MEAN_IMAGE_METRICS})
