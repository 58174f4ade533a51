"""Evaluate every claim of the document on what was measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from latentlab.pipeline.claims_table import claims_note, claims_table
from latentlab.pipeline.stage import stage
from latentlab.pipeline.tables import write_table
from latentlab.studies.lines.evaluation.evaluation_file import BASELINES, read_summary


def claims(
    outputs: Mapping[str, Path | str],
    evaluations: Sequence[Path | str],
    baselines: Sequence[Path | str],
    claims: Mapping[str, Mapping[str, str]],
    subjects: Sequence[str],
    scale: str,
    code: Sequence[Path | str] = (),
) -> None:
    """Write a table of claims: what the document says, what we measured, holds or does not hold.

    Parameters
    ----------
    outputs : "csv", "md", "html".
    evaluations, baselines : of runs and of sets, in the order of `subjects`, which names both.
    claims : the section of config/lines.yaml. scale : named in the note.
    """
    summaries = [read_summary(path) for path in evaluations]
    summaries += [read_summary(path, BASELINES) for path in baselines]
    metrics = dict(zip(subjects, summaries, strict=True))
    write_table(claims_table(claims, metrics), outputs, "Claims of the document", claims_note(scale))


if __name__ == "__main__":
    with stage(snakemake):
        claims(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
