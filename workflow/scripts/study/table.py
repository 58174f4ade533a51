"""Write one table of a study: the document's values beside ours."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.stage import stage
from latentlab.pipeline.study_functions import study_function
from latentlab.pipeline.tables.files import write_table


def table(
    outputs: Mapping[str, Path | str],
    evaluations: Sequence[Path | str],
    artifacts: Sequence[Path | str],
    document: Sequence[Path | str],
    study: str,
    function: str,
    title: str,
    spec: Mapping[str, Any],
    runs: Sequence[str],
    names: Sequence[str],
    code: str = "",
) -> None:
    """Write a table as CSV, Markdown and HTML.

    Parameters
    ----------
    outputs : "csv", "md", "html". evaluations : of `runs`, in their order. artifacts : called `names`.
    document : the document's table, or none. study, function : what makes the table, "module.function".
    title : the caption. spec : the table's entry in config/<study>.yaml, without the report's sentences.
    code : digest of the library files; unused.
    """
    inputs = Inputs.of(
        runs=runs, evaluations=evaluations, names=names, artifacts=artifacts, document=document
    )
    write_table(study_function(study, function)(inputs, spec), outputs, title)


if __name__ == "__main__":
    with stage(snakemake):
        table(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
