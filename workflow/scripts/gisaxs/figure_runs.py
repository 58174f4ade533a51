"""Draw the figures of trained runs: histories and reconstructions."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.artifacts import read_artifact, record_of
from latentlab.pipeline.figure_style import save_figure
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs.compression.convergence import epochs_to_converge
from latentlab.studies.gisaxs.figures.history import history, scales
from latentlab.studies.gisaxs.figures.patterns import angles_extent, reconstructions


def histories(evaluations: Sequence[Path | str], runs: Sequence[str]) -> dict[str, dict[str, np.ndarray]]:
    """By run, its history: by name, one value an epoch."""
    rows = {}
    for run, path in zip(runs, evaluations, strict=True):
        with read_artifact(path, kind="evaluation") as file:
            rows[run] = {name: values[()] for name, values in file["history"].items()}
    return rows


def figure_history(
    outputs: Sequence[Path | str], evaluations: Sequence[Path | str], runs: Sequence[str]
) -> None:
    """Draw loss and MS-SSIM of the test set over the epochs of each run."""
    rows = histories(evaluations, runs)
    converged = {
        run: epochs_to_converge([{"test_loss": loss} for loss in columns["test_loss"]])
        for run, columns in rows.items()
    }
    save_figure(history(rows, converged), outputs)


def figure_scales(
    outputs: Sequence[Path | str], evaluations: Sequence[Path | str], runs: Sequence[str]
) -> None:
    """Draw the terms of MS-SSIM's scales over the epochs of each run."""
    save_figure(scales(histories(evaluations, runs)), outputs)


def figure_reconstructions(outputs: Sequence[Path | str], evaluation: Path | str, small: Path | str) -> None:
    """Draw input, target, restored and error of the examples."""
    with read_artifact(small, kind="patterns") as file:
        extent = angles_extent(file["examples/alpha_f"][()], file["examples/two_theta_f"][()])
        parameters, gaps = file["examples/parameters"][()], file["gaps"][()]
    with read_artifact(evaluation, kind="evaluation") as file:
        record = record_of(file)
        images = [file[f"examples/{name}"][()] for name in ("measured", "restored", "target")]
    shown_gaps = gaps if record["input"] != "clean" and set(record["noise"]) <= {"counting"} else None
    save_figure(reconstructions(*images, parameters, extent, shown_gaps), outputs)


def draw(
    outputs: Sequence[Path | str],
    spec: Mapping[str, Any],
    evaluations: Sequence[Path | str],
    small: Path | str,
) -> None:
    """Draw a figure of trained runs; `spec`, its entry in config/gisaxs.yaml, names kind and runs."""
    if spec["kind"] == "history":
        figure_history(outputs, evaluations, spec["runs"])
    elif spec["kind"] == "scales":
        figure_scales(outputs, evaluations, spec["runs"])
    else:
        figure_reconstructions(outputs, evaluations[0], small)


if __name__ == "__main__":
    with stage(snakemake):
        draw(
            outputs=list(snakemake.output),
            spec=snakemake.params.spec,
            evaluations=list(snakemake.input.evaluations),
            small=snakemake.input.small,
        )
