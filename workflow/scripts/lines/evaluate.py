"""Reconstruct validation images with a trained VAE and measure what the tables and figures show."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.artifacts import write_artifact
from latentlab.pipeline.stage import stage
from latentlab.studies.lines.evaluation.evaluation_file import KIND, write_groups
from latentlab.studies.lines.evaluation.run import evaluate_vae
from latentlab.studies.lines.set_file import read_details, write_details
from latentlab.studies.lines.sets import MicrostructureSet
from latentlab.studies.lines.vae_file import load_vae


def evaluate(
    output: Path | str, vae: Path | str, data: Path | str, sizes: Mapping[str, Any], code: str = ""
) -> None:
    """Write the metrics of a run, and the arrays behind its figures.

    Parameters
    ----------
    output : artifact to write. vae : the trained VAE. data : the set that it was trained on.
    sizes : see `studies.lines.evaluation.run.evaluate_vae`.
    code : digest of the library files that determine the result; recorded.
    """
    trained = load_vae(vae)
    splits = MicrostructureSet(data, "train"), MicrostructureSet(data, "validation")
    summary, groups = evaluate_vae(trained, *splits, sizes)
    provenance = {"rule": "lines_evaluate", "record": trained.record, "inputs": [vae, data], "code": code}
    with write_artifact(output, kind=KIND, **provenance, summary=summary) as file:
        write_details(file, read_details(data))  # for figures, which do not read the set
        write_groups(file, groups)


if __name__ == "__main__":
    with stage(snakemake):
        evaluate(output=snakemake.output[0], **snakemake.input, **snakemake.params)
