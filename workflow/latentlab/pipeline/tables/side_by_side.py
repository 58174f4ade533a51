"""The data of tables that show the document's values next to ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from latentlab.errors import ConfigError

DOCUMENT, OURS = "document", "ours"


def read_document(path: Path | str) -> pd.DataFrame:
    """The document's values as transcribed in config/documents.

    Raises
    ------
    ConfigError : there is no such file.
    """
    if not Path(path).is_file():
        raise ConfigError(f"{path}: there is no such table of the document")
    return pd.read_csv(path)


def run_table(
    rows: Mapping[str, Mapping[str, object]],
    metrics: Mapping[str, Mapping[str, float]],
    columns: Sequence[str],
    ours: Sequence[str],
    document: pd.DataFrame | None,
    source: str,
) -> pd.DataFrame:
    """A table of runs: for each metric the document's value and ours, then metrics that only we give.

    Parameters
    ----------
    rows : by run, the cells that identify its row in `document`; empty for a run that is not in it.
    metrics : measured metrics, by run.
    columns : metrics that the document gives, by its column names. ours : other metrics.
    document : the document's table, None if the document has no such table.
    source : name of the document's file, for messages.

    Raises
    ------
    ConfigError : no row or several rows of the document fit a run, there is no document to find them in, or
        a metric was not measured.
    """
    lines = []
    for run, cells in rows.items():
        line: dict[str, object] = {"run": run}
        if cells and document is None:
            raise ConfigError(f"tables: the row of '{run}' has cells to look up, but no document")
        reported = _document_row(document, cells, source, run) if cells else None
        for name in columns:
            if reported is not None and name not in reported:
                raise ConfigError(f"{source}: there is no column '{name}'")
            line[f"{name}, {DOCUMENT}"] = reported[name] if reported is not None else float("nan")
            line[f"{name}, {OURS}"] = _metric(metrics, run, name)
        for name in ours:
            line[f"{name}, {OURS}" if columns else name] = _metric(metrics, run, name)
        lines.append(line)
    return pd.DataFrame(lines)


def _metric(metrics: Mapping[str, Mapping[str, float]], run: str, name: str) -> float:
    if name not in metrics[run]:
        known = ", ".join(sorted(metrics[run]))
        raise ConfigError(f"the run '{run}' has no metric '{name}', only {known}")
    return metrics[run][name]


def _document_row(document: pd.DataFrame, cells: Mapping[str, object], source: str, run: str) -> pd.Series:
    unknown = sorted(set(cells) - set(document.columns))
    if unknown:
        raise ConfigError(f"{source}: there is no column '{unknown[0]}', by which run '{run}' is to be found")
    fits = document
    for name, value in cells.items():
        fits = fits[fits[name] == value]
    if len(fits) != 1:
        raise ConfigError(f"{source}: {len(fits)} rows fit {dict(cells)} of run '{run}', expected one")
    return fits.iloc[0]


def side_by_side(document: pd.DataFrame, ours: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Two tables with the same key columns as one: each other column as "name, document" and "name, ours".

    Rows in the document's order; a row that only one table has is kept, with empty cells.
    """
    position = "_position"  # an outer merge sorts the rows; this restores the document's order
    document = document.assign(**{position: range(len(document))})
    suffixes = (f", {DOCUMENT}", f", {OURS}")
    merged = document.merge(ours, on=list(keys), how="outer", suffixes=suffixes)
    merged = merged.sort_values(position, kind="stable").drop(columns=position).reset_index(drop=True)
    values = [name for name in document.columns if name not in keys and name in ours.columns]
    order = [*keys]
    for name in values:
        order += [f"{name}, {DOCUMENT}", f"{name}, {OURS}"]
    return merged[[*order, *(name for name in merged.columns if name not in order)]]
