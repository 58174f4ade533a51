"""Evaluate every claim of a document on what was measured."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.artifacts import read_summary, write_text
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

    Beside it, where each subject was measured: by subject, the path of its artifact in the study's folder.

    Parameters
    ----------
    outputs : "csv", "md", "html"; "subjects", a JSON file, next to them.
    measured : artifacts of `subjects`, in their order: each has its metrics as `summary`.
    claims, groups : the study's claims, and the runs behind the "@group" names in them.
    document : the document's own values, by run and metric.
    title : of the table. scale : named in the note. code : digest of the library files; unused.
    judging : seeds, alike, baselines, scores, quantities, see `claims_inputs`.
    """
    metrics = {subject: read_summary(path) for subject, path in zip(subjects, measured, strict=True)}
    judge = judge_of(metrics, **judging)
    table = claims_table(claims, judge, groups, document, scale)
    tables = {kind: outputs[kind] for kind in ("csv", "md", "html")}
    write_claims(table, tables, title, claims_note(scale, claims, judge.measured, groups))
    folder = Path(outputs["subjects"]).parents[1]
    places = {
        subject: Path(path).relative_to(folder).as_posix()
        for subject, path in zip(subjects, measured, strict=True)
    }
    write_text(outputs["subjects"], json.dumps(places, indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    with stage(snakemake):
        claims(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
