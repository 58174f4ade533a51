"""Write the headline values of one study."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.artifacts import read_summary
from latentlab.pipeline.report.overview import overview_rows, read_verdicts, write_overview
from latentlab.pipeline.stage import stage
from latentlab.pipeline.study_functions import study_function


def overview(
    outputs: Mapping[str, Path | str],
    measured: Sequence[Path | str],
    claims: Path | str,
    study: str,
    subjects: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    seeds: Mapping[str, Sequence[str]],
    baselines: Mapping[str, str],
    documents: Mapping[str, Mapping[str, float]],
    title: str,
    document: str,
    code: str = "",
) -> None:
    """Write the document's values, ours, the trivial answers and the verdicts as CSV, Markdown and HTML.

    Parameters
    ----------
    outputs : "csv", "md", "html". measured : artifacts of `subjects`, in their order. claims : claims.csv.
    rows : of `overview` in config/<study>.yaml. seeds : the runs of each run with several seeds.
    baselines : the subject that has a run's trivial answers, by run.
    documents : the document's values, by run and metric. title : the caption.
    document : what the study calls its document. code : digest of the library files; unused.
    """
    metrics = {subject: read_summary(path) for subject, path in zip(subjects, measured, strict=True)}
    found = overview_rows(
        rows,
        metrics,
        study_function(study, "quantities.QUANTITIES"),
        seeds=seeds,
        baselines=baselines,
        documents=documents,
        verdicts=read_verdicts(claims),
    )
    write_overview(found, outputs, study, title, document)


if __name__ == "__main__":
    with stage(snakemake):
        overview(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
