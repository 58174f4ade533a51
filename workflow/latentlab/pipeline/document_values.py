"""The document's values of the metrics of runs, gathered from the tables that compare the two."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.pipeline.documents import same_cell


def document_values(tables: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, dict[str, float]]:
    """{run: {metric: the document's value}} of all tables that show runs beside the document's rows.

    A value that two tables give differently is the first table's.

    Parameters
    ----------
    tables : of a study's file, expanded and checked (`check_documents`). folder : config/documents/<study>.
    """
    values: dict[str, dict[str, float]] = {}
    for entry in tables.values():
        known = {run: cells for run, cells in entry.get("rows", {}).items() if cells}
        if "document" not in entry or not known:
            continue
        with open(folder / entry["document"], encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for run, cells in known.items():
            row = next(row for row in rows if all(same_cell(row[name], cell) for name, cell in cells.items()))
            for metric in entry.get("columns", []):
                if row[metric]:  # an empty cell: the document does not give it
                    values.setdefault(run, {}).setdefault(metric, float(row[metric]))
    return values
