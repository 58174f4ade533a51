"""Evaluate every claim of the thesis on what was measured."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from latentlab.artifacts import read_artifact
from latentlab.claims import evaluate
from latentlab.stage import stage
from latentlab.tables import write_table


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
    rows = []
    for name, claim in claims.items():
        outcome = evaluate(claim["when"], metrics, f"claims.{name}.when")
        measured = ", ".join(f"{term} = {value:.4g}" for term, value in outcome.values.items())
        verdict = "holds" if outcome.holds else "does not hold"
        rows.append((name, claim["says"], claim["when"], measured, verdict))
    table = pd.DataFrame(rows, columns=["claim", "the thesis says", "holds when", "measured", "verdict"])
    note = (
        f"Measured at scale {scale}. A claim that does not hold is a finding, not a failure; at scales below "
        "paper the trainings are shorter, the models narrower and the patterns smaller than the thesis's."
    )
    write_table(table, outputs, "Claims of the thesis", note)


if __name__ == "__main__":
    with stage(snakemake):
        claims(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
