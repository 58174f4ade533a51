"""Evaluate every claim of a document on what was measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from latentlab.artifacts import read_summary
from latentlab.pipeline.claims_table import claims_note, claims_table
from latentlab.pipeline.stage import stage
from latentlab.pipeline.table_files import write_table


def claims(
    outputs: Mapping[str, Path | str],
    measured: Sequence[Path | str],
    subjects: Sequence[str],
    claims: Mapping[str, Mapping[str, str]],
    groups: Mapping[str, Sequence[str]],
    title: str,
    scale: str,
    code: str = "",
) -> None:
    """Write a table of claims: what the document says, what we measured, the verdict.

    Parameters
    ----------
    outputs : "csv", "md", "html".
    measured : artifacts of `subjects`, in their order: each has its metrics as `summary`.
    claims, groups : the study's claims, and the runs behind the "@group" names in them.
    title : of the table. scale : named in the note. code : digest of the library files; unused.
    """
    metrics = {subject: read_summary(path) for subject, path in zip(subjects, measured, strict=True)}
    write_table(claims_table(claims, metrics, groups), outputs, title, claims_note(scale))


if __name__ == "__main__":
    with stage(snakemake):
        claims(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
