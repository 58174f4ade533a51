"""Tables that show the document's values next to ours, as CSV, Markdown and HTML."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from latentlab.artifacts import atomic_path
from latentlab.errors import ConfigError

DOCUMENT, OURS = "document", "ours"
DIGITS = 4  # significant
VERDICTS = {"holds": ["holds"], "does not hold": ["fails"], "not evaluated at this scale": ["open"]}

STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; margin: 1.5em; color: #222; }
table { border-collapse: collapse; }
th, td { padding: .25em .7em; text-align: right; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child { white-space: nowrap; }
th.text, td.text { text-align: left; max-width: 30em; }
thead th { border-bottom: 2px solid #444; }
caption { caption-side: top; text-align: left; font-weight: bold; padding-bottom: .6em; }
p.note { color: #555; max-width: 60em; }
.holds, .fails { font-weight: bold; white-space: nowrap; }
.holds { color: #005a3c; } .fails { color: #9a3b00; } .open { color: #555; white-space: nowrap; }
"""


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
    ConfigError : no row or several rows of the document fit a run, or a metric was not measured.
    """
    lines = []
    for run, cells in rows.items():
        line: dict[str, object] = {"run": run}
        known = document is not None and cells
        reported = _document_row(document, cells, source, run) if known else None
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


def write_table(
    table: pd.DataFrame,
    paths: Mapping[str, Path | str],
    title: str,
    note: str = "",
) -> None:
    """Write a table as CSV (full precision), Markdown and HTML (four significant digits).

    Parameters
    ----------
    paths : by kind, "csv", "md", "html". title : the caption. note : a sentence below it.
    """
    shown = table.map(_shown)
    markdown = f"**{title}**\n\n{shown.to_markdown(index=False, disable_numparse=True)}\n"
    texts = {
        "csv": table.to_csv(index=False),
        "md": markdown + (f"\n{note}\n" if note else ""),
        "html": _html(table, shown, title, note),
    }
    for kind, path in paths.items():
        with atomic_path(path) as temporary:
            temporary.write_text(texts[kind], encoding="utf-8")


def _shown(value: object) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.{DIGITS}g}"
    return str(value)


def _html(table: pd.DataFrame, shown: pd.DataFrame, title: str, note: str) -> str:
    text = [not pd.api.types.is_numeric_dtype(table[name]) for name in table.columns]
    head = "".join(_cell("th", str(name), left) for name, left in zip(shown.columns, text, strict=True))
    body = "\n".join(
        "<tr>" + "".join(_cell("td", value, left) for value, left in zip(row, text, strict=True)) + "</tr>"
        for row in shown.itertuples(index=False)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>\n'
        f"<style>{STYLE}</style></head><body>\n<table><caption>{html.escape(title)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>\n"
        f'<p class="note">{html.escape(note)}</p>\n</body></html>\n'
    )


def _cell(tag: str, value: str, text: bool) -> str:
    names = [*(["text"] if text else []), *VERDICTS.get(value, [])]
    attribute = f' class="{" ".join(names)}"' if names else ""
    return f"<{tag}{attribute}>{html.escape(value)}</{tag}>"
