"""Write the report: one HTML file with every claim, table and figure."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.report.page import write_report
from latentlab.pipeline.stage import stage


def report(
    output: Path | str,
    results: Sequence[Path | str],
    templates: Sequence[Path | str],
    citation: Path | str,
    scale: str,
    studies: Sequence[Mapping[str, Any]],
    frames: Sequence[Mapping[str, Any]],
    of_frames: Sequence[Mapping[str, str]],
    micrographs: Sequence[Mapping[str, str]],
    code: str = "",
) -> None:
    """Write the report.

    Parameters
    ----------
    output : results/<scale>/report.html. results : all files that it shows, in that folder.
    templates : template, style sheet and script, of one folder. citation : CITATION.cff. scale : its name.
    studies, frames, of_frames, micrographs : see `latentlab.pipeline.report.page.write_report`.
    code : digest of the library files; unused.
    """
    write_report(output, Path(templates[0]).parent, citation, scale, studies, frames, of_frames, micrographs)


if __name__ == "__main__":
    with stage(snakemake):
        report(output=snakemake.output[0], **snakemake.input, **snakemake.params)
