"""The figures of trained runs: histories and reconstructions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.artifacts import read_artifact, record_of
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.compression.convergence import epochs_to_converge
from latentlab.studies.gisaxs.figures.history import history, scales
from latentlab.studies.gisaxs.figures.patterns import angles_extent, reconstructions


def draw_history(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Loss and MS-SSIM of the test set over the epochs of each run."""
    rows = _histories(inputs)
    converged = {
        run: epochs_to_converge([{"test_loss": loss} for loss in columns["test_loss"]])
        for run, columns in rows.items()
    }
    return history(rows, converged)


def draw_scales(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """The terms of MS-SSIM's scales over the epochs of each run."""
    return scales(_histories(inputs))


def draw_reconstructions(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Input, target, restored and error of the examples."""
    with read_artifact(inputs.artifacts["examples"], kind="patterns") as file:
        extent = angles_extent(file["examples/alpha_f"][()], file["examples/two_theta_f"][()])
        parameters, gaps = file["examples/parameters"][()], file["gaps"][()]
    with read_artifact(inputs.evaluations[spec["run"]], kind="evaluation") as file:
        record = record_of(file)
        images = [file[f"examples/{name}"][()] for name in ("measured", "restored", "target")]
    shown_gaps = gaps if record["input"] != "clean" and set(record["noise"]) <= {"counting"} else None
    return reconstructions(*images, parameters, extent, shown_gaps)


def _histories(inputs: Inputs) -> dict[str, dict[str, np.ndarray]]:
    """Histories by run and by name, one value per epoch."""
    rows = {}
    for run, path in inputs.evaluations.items():
        with read_artifact(path, kind="evaluation") as file:
            rows[run] = {name: values[()] for name, values in file["history"].items()}
    return rows
