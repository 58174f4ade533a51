"""The GISAXS study's tables: what each kind is made from, and the note below it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from latentlab.artifacts import read_artifact, record_of
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables import run_table, side_by_side
from latentlab.scattering.parameters import form_factor_parameters, structure_factor_parameters
from latentlab.studies.gisaxs.parameter_space.fit_errors import FITTED

Content = tuple[pd.DataFrame, str]  # a table and its note


def parameters(inputs: Inputs, spec: Mapping[str, Any]) -> Content:
    """The simulator's grids of parameters, and how many of their entries the libraries hold."""
    rows = []
    for path, kind, names, grid in (
        (inputs.artifacts["form_factors"], "form-factors", ("R", "sigma/R"), form_factor_parameters()),
        (
            inputs.artifacts["structure_factors"],
            "structure-factors",
            ("D", "omega/D"),
            structure_factor_parameters(),
        ),
    ):
        with read_artifact(path, kind=kind, datasets={"parameters": (None, 2)}) as file:
            held = len(file["parameters"])
        for name, values in zip(names, grid.T, strict=True):
            distinct = np.unique(values)
            step = float(np.diff(distinct).min().round(6))
            rows.append((name, distinct[0], distinct[-1], step, len(grid), held))
    ours = pd.DataFrame(
        rows, columns=["parameter", "minimum", "maximum", "step", "entries", "simulated here"]
    )
    note = "At scales below paper, only the entries that the data sets and figures use are simulated."
    return side_by_side(inputs.document, ours, ["parameter"]), note


def experiment(inputs: Inputs, spec: Mapping[str, Any]) -> Content:
    """Beam and detector of the simulation, from the form-factor library."""
    with read_artifact(inputs.artifacts["form_factors"], kind="form-factors") as file:
        beam = record_of(file)["experiment"]
        alpha, theta = file["form_factors/alpha_f"][()], file["form_factors/two_theta_f"][()]
    values = {
        "lambda": beam["wavelength_nm"],
        "alpha_i": beam["alpha_i_deg"],
        "alpha_f_min": alpha[0],
        "alpha_f_max": alpha[-1],
        "two_theta_f_min": theta[0],
        "two_theta_f_max": theta[-1],
        "n_1": len(alpha),
        "n_2": len(theta),
    }
    ours = pd.DataFrame({"parameter": values.keys(), "value": np.round(list(values.values()), 9)})
    return side_by_side(
        inputs.document, ours, ["parameter"]
    ), "Angles in the thesis's order; n_1 counts the angles alpha_f."


def dataset(inputs: Inputs, spec: Mapping[str, Any]) -> Content:
    """Radii and numbers of patterns of each subset of the small data set, from its artifact."""
    rows = []
    with read_artifact(inputs.artifacts["small"], kind="patterns") as file:
        side = int(file.attrs["side"])
        for split in ("train", "test"):
            frame = pd.DataFrame(
                file[f"{split}/parameters"][()], columns=["r_nm", "sigma_over_r", "d_nm", "omega_over_d"]
            )
            groups = frame.groupby(["sigma_over_r", "omega_over_d", "d_nm"])["r_nm"]
            for key, radii in groups:
                rows.append((*key, radii.min(), radii.max(), len(radii), split))
    keys = ["sigma_over_r", "omega_over_d", "d_nm"]
    ours = pd.DataFrame(rows, columns=[*keys, "r_min_nm", "r_max_nm", "patterns", "split"])
    note = (
        f"Patterns of {side} x {side} pixels. For omega/D = 0.3, D = 10.2 nm the thesis prints 5.0 nm; "
        "its 26 patterns and its rule D/4 <= R <= D/2 both give 5.1 nm."
    )
    return side_by_side(inputs.document, ours, keys), note


def runs(inputs: Inputs, spec: Mapping[str, Any]) -> Content:
    """Metrics of trained runs, from their evaluations."""
    metrics = {}
    for run, path in inputs.evaluations.items():
        with read_artifact(path, kind="evaluation") as file:
            metrics[run] = json.loads(file.attrs["summary"])
            side = record_of(file)["side"]
    columns, ours = spec.get("columns", []), spec.get("ours", [])
    content = run_table(spec["rows"], metrics, columns, ours, inputs.document, inputs.source)
    scales = metrics[run]["ms_ssim_scales"]
    note = (
        f"Ours: patterns of {side} x {side} pixels, decoded from real files. bpp: bits per pixel as the "
        "model estimates them, bpp_streams: of the coded streams, bpp_file: of the whole file with header. "
        f"ms_ssim: {scales} scales, on raw intensity, data range 1, as the thesis; values of "
        "other numbers of scales are not comparable. loss and distortion: in the model's own intensity "
        "scale. psnr_log in dB and ms_ssim_log: on log10 of intensity over the pattern's maximum, six "
        "decades to [0, 1]. log_rmse: decades. fit_error: mean absolute error of a parameter fitted to the "
        f"restored pattern, of {FITTED} test patterns; clean ones fit exactly. Empty: no intensity left."
    )
    return content, note


def coded_bytes(inputs: Inputs, spec: Mapping[str, Any]) -> Content:
    """Bytes of the streams of each example pattern, from the run's evaluation."""
    with read_artifact(inputs.evaluations[spec["run"]], kind="evaluation") as file:
        streams = file["examples/stream_bytes"][()]
        total = file["examples/file_bytes"][()]
        pixels = int(np.prod(file["examples/target"].shape[1:]))
    ours = inputs.document[["r_nm", "sigma_over_r", "d_nm", "omega_over_d"]].copy()
    ours["image_bytes"] = 4 * pixels
    ours["image_bpp"] = 32.0
    ours["z_bytes"], ours["y_bytes"] = streams[:, 1], streams[:, 0]
    ours["total_bytes"] = streams.sum(axis=1)
    ours["bpp"] = 8 * streams.sum(axis=1) / pixels
    ours["file_bytes"], ours["bpp_file"] = total, 8 * total / pixels
    note = (
        f"Ours: run {spec['run']}, {pixels} pixels per pattern. file_bytes and bpp_file include header and "
        "checksums; the other sizes are of the streams alone, as the thesis counts."
    )
    return side_by_side(inputs.document, ours, ["r_nm", "sigma_over_r", "d_nm", "omega_over_d"]), note
