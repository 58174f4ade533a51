"""Evaluate every claim of a document on what was measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.artifacts import read_summary
from latentlab.pipeline.claims.inputs import judge_of
from latentlab.pipeline.claims.note import claims_note
from latentlab.pipeline.claims.page import write_claims
from latentlab.pipeline.claims.table import claims_table
from latentlab.pipeline.stage import stage


def claims(
    outputs: Mapping[str, Path | str],
    measured: Sequence[Path | str],
    subjects: Sequence[str],
    claims: Mapping[str, Mapping[str, Any]],
    groups: Mapping[str, Sequence[str]],
    document: Mapping[str, Mapping[str, float]],
    title: str,
    scale: str,
    code: str = "",
    **judging: Any,
) -> None:
    """Write a table of claims: what the document says and gives, what we measured, the verdict.

    Parameters
    ----------
    outputs : "csv", "md", "html".
    measured : artifacts of `subjects`, in their order: each has its metrics as `summary`.
    claims, groups : the study's claims, and the runs behind the "@group" names in them.
    document : the document's own values, by run and metric.
    title : of the table. scale : named in the note. code : digest of the library files; unused.
    judging : seeds, alike, baselines, scores, quantities, see `claims_inputs`.
    """
    metrics = {subject: read_summary(path) for subject, path in zip(subjects, measured, strict=True)}
    judge = judge_of(metrics, **judging)
    table = claims_table(claims, judge, groups, document, scale)
    write_claims(table, outputs, title, claims_note(scale, claims, judge.measured, groups))


if __name__ == "__main__":
    with stage(snakemake):
        claims(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
