"""Write one table of the thesis beside our values."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.pipeline.stage import stage
from latentlab.pipeline.tables import read_document, write_table
from latentlab.studies.gisaxs.tables import SOURCES


def tables(
    outputs: Mapping[str, Path | str], inputs: Mapping[str, Any], spec: Mapping[str, Any], table: str
) -> None:
    """Write a table as CSV, Markdown and HTML.

    Parameters
    ----------
    outputs : "csv", "md", "html". inputs : what the source needs, see `studies.gisaxs.tables`.
    spec : the table's entry in config/gisaxs.yaml. table : its number.
    """
    document = read_document(inputs["document"][0]) if inputs["document"] else None
    content, note = SOURCES[spec["source"]](inputs, spec, document)
    number = f"Table {table}: " if document is not None else ""
    write_table(content, outputs, f"{number}{spec['title']}", note)


if __name__ == "__main__":
    with stage(snakemake):
        tables(
            outputs=dict(snakemake.output.items()),
            inputs=dict(snakemake.input.items()),
            **snakemake.params,
        )
