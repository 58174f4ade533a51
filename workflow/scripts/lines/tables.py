"""Write one table of the document beside our values."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.pipeline.tables import read_document, write_table
from latentlab.studies.lines.tables import SOURCES, TableInputs


def tables(
    outputs: Mapping[str, Path | str],
    evaluations: Sequence[Path | str],
    sets: Sequence[Path | str],
    document: Sequence[Path | str],
    spec: Mapping[str, Any],
    runs: Sequence[str],
    code: Sequence[Path | str] = (),
) -> None:
    """Write a table as CSV, Markdown and HTML.

    Parameters
    ----------
    outputs : "csv", "md", "html". evaluations : of `runs`, in their order.
    sets : baselines of the spec's sets. document : the document's table, or none.
    spec : the table's entry in config/lines.yaml.
    """
    inputs = TableInputs(
        evaluations=dict(zip(runs, evaluations, strict=True)),
        baselines=dict(zip(spec.get("sets", []), sets, strict=True)),
        document=read_document(document[0]) if document else None,
        source=str(document[0]) if document else "",
    )
    content, note = SOURCES[spec["source"]](inputs, spec)
    write_table(content, outputs, spec["title"], note)


if __name__ == "__main__":
    with stage(snakemake):
        tables(outputs=dict(snakemake.output.items()), **snakemake.input, **snakemake.params)
