"""The GISAXS study's tables: what each kind is made from, and the note below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.of_runs import ALONE, BESIDE, Words, runs_table
from latentlab.pipeline.tables.shown_table import ShownTable, part_of, single
from latentlab.pipeline.tables.side_by_side import side_by_side
from latentlab.scattering.parameters import form_factor_parameters, structure_factor_parameters
from latentlab.studies.gisaxs.judging import baseline_of
from latentlab.studies.gisaxs.parameter_space.fit_errors import FITTED
from latentlab.studies.gisaxs.quantities import QUANTITIES

WORDS = Words(
    QUANTITIES,
    {
        "mean_image": "mean of the training images",
        "zero_image": "zero image",
        "pca_8_bytes": "PCA, 8 bytes",
        "interpolation": "gaps interpolated",
    },
    baseline_of,
)
PARAMETERS = {"r_nm": "R (nm)", "sigma_over_r": "sigma/R", "d_nm": "D (nm)", "omega_over_d": "omega/D"}
EXPERIMENT = {
    "lambda": "wavelength",
    "alpha_i": "angle of incidence alpha_i",
    "alpha_f_min": "smallest exit angle alpha_f",
    "alpha_f_max": "largest exit angle alpha_f",
    "two_theta_f_min": "smallest scattering angle 2theta_f",
    "two_theta_f_max": "largest scattering angle 2theta_f",
    "n_1": "angles alpha_f",
    "n_2": "angles 2theta_f",
}
UNITS = {"deg": "degrees"}
BYTES = {
    "image_bytes": "size of the image (bytes)",
    "image_bpp": "size of the image (bits per pixel)",
    "z_bytes": "stream z (bytes)",
    "y_bytes": "stream y (bytes)",
    "total_bytes": "both streams (bytes)",
    "bpp": "rate of the streams (bits per pixel)",
    "file_bytes": "whole file (bytes)",
    "bpp_file": "rate of the whole file (bits per pixel)",
}


def parameters(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
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
    data = side_by_side(inputs.document, ours, ["parameter"])
    headings = {"entries": "entries of the grid", "simulated here": "entries simulated here"}
    note = "At scales below paper, only the entries that the data sets and figures use are simulated."
    return ShownTable(data, (part_of(_with_units(data), headings),), note)


def experiment(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
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
    data = side_by_side(inputs.document, ours, ["parameter"])
    return ShownTable(data, (part_of(_with_units(data.replace({"parameter": EXPERIMENT})), {}),))


def _with_units(data: pd.DataFrame) -> pd.DataFrame:
    """The column "parameter" with the unit behind each name, instead of a column of units."""
    units = data["unit"].fillna("").replace(UNITS)
    names = [
        f"{name} ({unit})" if unit else name for name, unit in zip(data["parameter"], units, strict=True)
    ]
    return data.drop(columns="unit").assign(parameter=names)


def dataset(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
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
    headings = {**PARAMETERS, "r_min_nm": "smallest R (nm)", "r_max_nm": "largest R (nm)", "split": "used as"}
    return single(side_by_side(inputs.document, ours, keys), headings, note)


def runs(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Metrics of trained runs, from their evaluations; what needs no training stands below."""
    path = inputs.evaluations[next(iter(spec["rows"]))]
    with read_artifact(path, kind="evaluation") as file:
        side = record_of(file)["side"]
    scales = read_summary(path)["ms_ssim_scales"]
    note = (
        f"Patterns of {side} x {side} pixels; MS-SSIM of {scales:g} scales, which does not compare with that "
        f"of another number; parameters fitted to {FITTED} restored patterns. Empty: no intensity was left."
    )
    return runs_table(inputs, spec, WORDS, note, kind="evaluation")


def coded_bytes(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Bytes of the streams of each example pattern, from the run's evaluation."""
    with read_artifact(inputs.evaluations[spec["run"]], kind="evaluation") as file:
        streams = file["examples/stream_bytes"][()]
        total = file["examples/file_bytes"][()]
        pixels = int(np.prod(file["examples/target"].shape[1:]))
    ours = inputs.document[list(PARAMETERS)].copy()
    ours["image_bytes"] = 4 * pixels
    ours["image_bpp"] = 32.0
    ours["z_bytes"], ours["y_bytes"] = streams[:, 1], streams[:, 0]
    ours["total_bytes"] = streams.sum(axis=1)
    ours["bpp"] = 8 * streams.sum(axis=1) / pixels
    ours["file_bytes"], ours["bpp_file"] = total, 8 * total / pixels
    data = side_by_side(inputs.document, ours, list(PARAMETERS))
    headings = {**PARAMETERS, **BYTES}
    alone = ["file_bytes", "bpp_file"]
    parts = (
        part_of(data.drop(columns=alone), headings, BESIDE),
        part_of(data[[*PARAMETERS, *alone]], headings, ALONE),
    )
    return ShownTable(data, parts, f"Ours: run {spec['run']}, {pixels} pixels per pattern.")
