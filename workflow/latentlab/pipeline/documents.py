"""Check that the documents' tables named in a study's file exist, with the columns and rows named there."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latentlab.errors import ConfigError
from latentlab.pipeline.names import unknown_name


def check_documents(content: Mapping[str, Any], folder: Path, source: str) -> None:
    """Check every `document` of a study's tables and figures, before any job starts.

    A row that is found by `match` loses its cells if the document has no run with these settings.

    Parameters
    ----------
    content : the study's file, expanded; changed in place. folder : config/documents/<study>.
    source : the file's name.

    Raises
    ------
    ConfigError : a missing file or column, or cells that fit no row or several rows.
    """
    for section in ("tables", "figures"):
        for name, entry in content[section].items():
            if "document" in entry:
                _check(entry, folder, f"{source}: {section}.{name}")


def _check(entry: dict[str, Any], folder: Path, where: str) -> None:
    path = folder / entry["document"]
    if not path.is_file():
        known = sorted(each.name for each in folder.glob("*.csv"))
        raise ConfigError(f"{where}.document: {unknown_name('file', entry['document'], known)} in {folder}")
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0]) if rows else []
    shown = {run: cells for run, cells in entry.get("rows", {}).items() if cells}
    for column in entry.get("columns", []) if shown else []:
        if column not in columns:
            raise ConfigError(f"{where}.columns: {unknown_name(f'column of {path.name}', column, columns)}")
    for run, cells in shown.items():
        for column in cells:
            if column not in columns:
                what = unknown_name(f"column of {path.name}", column, columns)
                raise ConfigError(f"{where}.rows.{run}: {what}")
        fits = [row for row in rows if all(same_cell(row[column], cell) for column, cell in cells.items())]
        if not fits and "match" in entry:
            entry["rows"][run] = {}
        elif len(fits) != 1:
            raise ConfigError(
                f"{where}.rows.{run}: {len(fits)} rows of {path.name} fit {cells}, expected one"
            )


def same_cell(text: str, cell: Any) -> bool:
    """Whether a cell of the file equals the given value; numbers are compared as numbers."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return text == str(cell)
    try:
        return float(text) == float(cell)
    except ValueError:
        return False
