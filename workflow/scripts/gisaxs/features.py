"""Measure the features of named patterns that the claims about the physics speak of."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from latentlab.artifacts import read_artifact, write_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.gisaxs import features as measure
from latentlab.studies.gisaxs.factor_libraries import Libraries, rows_of


def features(
    output: Path | str,
    form_factors: Path | str,
    structure_factors: Path | str,
    patterns: Mapping[str, Sequence[float]],
    code: Sequence[Path | str] = (),
) -> None:
    """Write, as JSON in the attribute `metrics`, {pattern: {feature: value}}.

    Parameters
    ----------
    output : artifact to write. form_factors, structure_factors : the libraries.
    patterns : by name, R in nm, sigma/R, D in nm, omega/D.
    """
    with read_artifact(structure_factors, kind="structure-factors") as file:
        curves, q = file["structure_factors/S"][()], file["structure_factors/q_parallel"][()]
        pairs = file["parameters"][()]
    metrics = {}
    with Libraries(form_factors, structure_factors, crop=None) as libraries:
        for name, (radius, sigma, distance, omega) in patterns.items():
            form = libraries.form_factor(radius, sigma)
            intensity = form * libraries.structure_factor(distance, omega)
            row = measure.yoneda_row(intensity)
            curve = curves[rows_of(pairs, [(distance, omega)], structure_factors)[0]]
            metrics[name] = {
                "side_maximum_q": measure.side_maximum_q(intensity, libraries.q_parallel[row]),
                "side_maximum_width": measure.peak_width(q, curve),
                "form_factor_contrast": measure.form_factor_contrast(form[row]),
                "yoneda_alpha_f_deg": float(libraries.alpha_f_deg[row]),
            }
    inputs = {"form_factors": form_factors, "structure_factors": structure_factors}
    record = {"patterns": {name: list(values) for name, values in patterns.items()}}
    with write_artifact(
        output, kind="features", rule="gisaxs_features", record=record, inputs=inputs
    ) as file:
        file.attrs["metrics"] = json.dumps(metrics, sort_keys=True)


if __name__ == "__main__":
    with stage(snakemake):
        features(output=snakemake.output[0], **snakemake.input, **snakemake.params)
