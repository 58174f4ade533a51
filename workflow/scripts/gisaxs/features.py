"""Measure the features of one named pattern that the claims about the physics use."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from latentlab.artifacts import write_artifact
from latentlab.pipeline.stage import stage
from latentlab.scattering.structure_factor import structure_factor
from latentlab.studies.gisaxs import features as measure
from latentlab.studies.gisaxs.factor_libraries import Libraries

N_Q = 8192  # points of the curve whose peak is measured, 6e-4 1/nm apart


def features(
    output: Path | str,
    form_factors: Path | str,
    structure_factors: Path | str,
    pattern: Sequence[float],
    code: str = "",
) -> None:
    """Write the pattern's features as the artifact's metrics.

    Parameters
    ----------
    output : artifact to write. form_factors, structure_factors : the libraries.
    pattern : R in nm, sigma/R, D in nm, omega/D.
    code : digest of the library files that determine the result; recorded.
    """
    radius, sigma, distance, omega = pattern
    with Libraries(form_factors, structure_factors, crop=None) as libraries:
        form = libraries.form_factor(radius, sigma)
        intensity = form * libraries.structure_factor(distance, omega)
        row = measure.yoneda_row(intensity)
        q = np.linspace(0, libraries.q_parallel.max(), N_Q)
        curve = structure_factor(q, distance, omega * distance)
        summary = {
            "side_maximum_q": measure.side_maximum_q(intensity, libraries.q_parallel[row]),
            "side_maximum_width": measure.peak_width(q, curve),
            "form_factor_contrast": measure.form_factor_contrast(form[row]),
            "yoneda_alpha_f_deg": float(libraries.alpha_f_deg[row]),
        }
    inputs, record = [form_factors, structure_factors], {"pattern": list(pattern)}
    provenance = {"rule": "gisaxs_features", "record": record, "inputs": inputs, "code": code}
    with write_artifact(output, kind="features", **provenance, summary=summary):
        pass  # the metrics are all that it holds


if __name__ == "__main__":
    with stage(snakemake):
        features(output=snakemake.output[0], **snakemake.input, **snakemake.params)
