"""The figures of trained runs: histories and reconstructions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.errors import ArtifactError
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.compression.convergence import epochs_to_converge
from latentlab.studies.gisaxs.figures.history import RunHistory, history, scales
from latentlab.studies.gisaxs.figures.patterns import angles_extent
from latentlab.studies.gisaxs.figures.reconstructions import Restored, reconstructions

COLLAPSED_BELOW = 0.01  # MS-SSIM; that of a uniform image


def draw_history(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Loss and MS-SSIM of the test set over the epochs of each run."""
    return history(_histories(inputs, spec))


def draw_scales(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """The terms of MS-SSIM's scales over the epochs of each run."""
    return scales(_histories(inputs, spec))


def draw_reconstructions(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Input, target, and of each run the restored patterns and their error, for the examples.

    Raises
    ------
    ArtifactError : two runs have other inputs or targets, so that one figure cannot show both.
    """
    with read_artifact(inputs.artifacts["examples"], kind="patterns") as file:
        extent = angles_extent(file["examples/alpha_f"][()], file["examples/two_theta_f"][()])
        parameters, gaps = file["examples/parameters"][()], file["gaps"][()]
    given: dict[str, np.ndarray] = {}
    restored = []
    for run, path in inputs.evaluations.items():
        with read_artifact(path, kind="evaluation") as file:
            record = record_of(file)
            for name in ("measured", "target"):
                images = file[f"examples/{name}"][()]
                if not np.array_equal(given.setdefault(name, images), images):
                    raise ArtifactError(
                        f"{path}: examples/{name} differs from that of the figure's first run"
                    )
            images = file["examples/restored"][()]
        summary = read_summary(path)
        quality = (
            f"MS-SSIM of the test set {summary['ms_ssim']:.3f} (raw intensity), "
            f"{summary['ms_ssim_log']:.3f} (log intensity)"
        )
        words = collapsed(record, summary).replace(" ", "\n")
        restored.append(Restored(images, f"{_label(run, spec)}\n{quality}", words))
    shown = {side: gaps if record[side] != "clean" else None for side in ("input", "target")}
    return reconstructions(
        given["measured"], given["target"], restored, parameters, extent, shown["input"], shown["target"]
    )


def collapsed(record: Mapping[str, Any], summary: Mapping[str, float]) -> str:
    """What a figure says of a run that has learnt nothing, by MS-SSIM in its own intensity scale; else ""."""
    similarity = summary["ms_ssim_log" if record["intensity"] == "log" else "ms_ssim"]
    return f"collapsed: MS-SSIM {similarity:.3f}" if similarity < COLLAPSED_BELOW else ""


def _label(run: str, spec: Mapping[str, Any]) -> str:
    return spec.get("labels", {}).get(run, run)


def _histories(inputs: Inputs, spec: Mapping[str, Any]) -> list[RunHistory]:
    rows = []
    for run, path in inputs.evaluations.items():
        with read_artifact(path, kind="evaluation") as file:
            columns = {name: values[()] for name, values in file["history"].items()}
            record = record_of(file)
        rows.append(
            RunHistory(
                label=_label(run, spec),
                columns=columns,
                converged=epochs_to_converge([{"test_loss": loss} for loss in columns["test_loss"]]),
                warm_up=round(record["warm_up"] * record["epochs"]),
                collapsed=collapsed(record, read_summary(path)),
            )
        )
    return rows
