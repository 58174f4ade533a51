"""Evaluate every claim of the thesis on what was measured."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from latentlab.artifacts import read_artifact
from latentlab.pipeline.claims_table import claims_note, claims_table
from latentlab.pipeline.stage import stage
from latentlab.pipeline.tables import write_table


def claims(
    outputs: Mapping[str, Path | str],
    features: Path | str,
    evaluations: Sequence[Path | str],
    claims: Mapping[str, Mapping[str, str]],
    runs: Sequence[str],
    scale: str,
    code: Sequence[Path | str] = (),
) -> None:
    """Write a table of claims: what the document says, what we measured, holds or does not hold.

    Parameters
    ----------
    outputs : "csv", "md", "html". features : features of named patterns. evaluations : those of `runs`.
    claims : the section of config/gisaxs.yaml. scale : named in the note.
    """
    with read_artifact(features, kind="features") as file:
        metrics = json.loads(file.attrs["metrics"])
    for run, path in zip(runs, evaluations, strict=True):
        with read_artifact(path, kind="evaluation") as file:
            metrics[run] = json.loads(file.attrs["summary"])
    write_table(claims_table(claims, metrics), outputs, "Claims of the thesis", claims_note(scale))


if __name__ == "__main__":
    with stage(snakemake):
        claims(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
