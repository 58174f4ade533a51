"""The example patterns as denoisers restore them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from latentlab.artifacts import read_artifact, read_summary
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.denoising.restored_file import KIND
from latentlab.studies.gisaxs.denoising.tables import BASELINES
from latentlab.studies.gisaxs.figures.patterns import angles_extent
from latentlab.studies.gisaxs.figures.reconstructions import Restored, reconstructions


def draw_restored(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Input, target, and of each denoiser of `spec["restored"]` the restored patterns and their error.

    Those that the scale does not have are left out.
    """
    with read_artifact(inputs.artifacts["examples"], kind="patterns") as file:
        extent = angles_extent(file["examples/alpha_f"][()], file["examples/two_theta_f"][()])
        parameters, gaps = file["examples/parameters"][()], file["gaps"][()]
    known = read_summary(inputs.artifacts[BASELINES])
    restored = []
    for subject, title in spec["restored"].items():
        if subject not in inputs.artifacts:
            continue
        with read_artifact(inputs.artifacts[subject], kind=KIND) as file:
            measured, target, images = (
                file[f"examples/{name}"][()] for name in ("measured", "target", "restored")
            )
        own = read_summary(inputs.artifacts[subject])
        restored.append(Restored(images, f"{title}\n{_quality(own, known)}"))
    return reconstructions(measured, target, restored, parameters, extent, gaps)


def _quality(own: Mapping[str, float], known: Mapping[str, float]) -> str:
    similarity = f"MS-SSIM of log intensity {own['ms_ssim_log']:.3f} ({known['ms_ssim_log_mean_image']:.3f})"
    error = f"rms error {own['log_rmse']:.3f} ({known['log_rmse_mean_image']:.3f}) decades"
    return f"Test set (mean image): {similarity}, {error}"
