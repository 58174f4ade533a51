"""The figures of trained runs: histories and reconstructions."""

from __future__ import annotations

import textwrap
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
from latentlab.studies.gisaxs.judging import baseline_of, score_of
from latentlab.studies.gisaxs.quantities import QUANTITIES

COLLAPSED_BELOW = 0.01  # MS-SSIM; that of a uniform image
WRAPPED = 11  # characters in a line that a panel has room for


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
        trivial = _baselines(inputs, record)
        words = textwrap.fill(not_learnt(record, summary, trivial), WRAPPED)
        restored.append(Restored(images, f"{_label(run, spec)}\n{_quality(summary, trivial)}", words))
    shown = {side: gaps if record[side] != "clean" else None for side in ("input", "target")}
    return reconstructions(
        given["measured"], given["target"], restored, parameters, extent, shown["input"], shown["target"]
    )


def not_learnt(
    record: Mapping[str, Any], summary: Mapping[str, float], baselines: Mapping[str, float]
) -> str:
    """What a figure says of a run that is no better than the mean of the training images in what it was
    trained for; "" of any other run.
    """
    score = score_of(record)
    if QUANTITIES[score].beats(summary[score], baselines[f"{score}_mean_image"]):
        return ""
    if score.startswith("ms_ssim") and summary[score] < COLLAPSED_BELOW:
        return f"collapsed: MS-SSIM {summary[score]:.3f}"
    return "no better than the mean image"


def _quality(summary: Mapping[str, float], baselines: Mapping[str, float]) -> str:
    raw, log = (
        f"{summary[name]:.3f} ({baselines[f'{name}_mean_image']:.3f})" for name in ("ms_ssim", "ms_ssim_log")
    )
    return f"MS-SSIM of the test set (of the mean image): raw intensity {raw}, log intensity {log}"


def _baselines(inputs: Inputs, record: Mapping[str, Any]) -> dict[str, float]:
    """What is known without training about the test patterns of a run."""
    return read_summary(inputs.artifacts[baseline_of(record)])


def _label(run: str, spec: Mapping[str, Any]) -> str:
    return spec.get("labels", {}).get(run, run)


def _histories(inputs: Inputs, spec: Mapping[str, Any]) -> list[RunHistory]:
    rows = []
    for run, path in inputs.evaluations.items():
        with read_artifact(path, kind="evaluation") as file:
            columns = {name: values[()] for name, values in file["history"].items()}
            record = record_of(file)
        baselines = _baselines(inputs, record)
        similarity = "ms_ssim_log" if record["intensity"] == "log" else "ms_ssim"
        rows.append(
            RunHistory(
                label=_label(run, spec),
                columns=columns,
                converged=epochs_to_converge([{"test_loss": loss} for loss in columns["test_loss"]]),
                warm_up=round(record["warm_up"] * record["epochs"]),
                not_learnt=not_learnt(record, read_summary(path), baselines),
                mean_image=baselines[f"{similarity}_mean_image"],
            )
        )
    return rows
