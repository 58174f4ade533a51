"""Write a table of claims: CSV with everything, Markdown and HTML for reading."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from latentlab.artifacts import write_text
from latentlab.pipeline.claims.table import OWN
from latentlab.pipeline.claims.verdicts import CLASSES

OWN_TITLE = "Our own claims"
SHOWN = ["says", "document", "ours", "verdict"]


def write_claims(table: pd.DataFrame, paths: Mapping[str, Path | str], title: str, note: str) -> None:
    """Write the claims of the document, and below them our own.

    Parameters
    ----------
    table : of `claims_table`. paths : by kind, "csv", "md", "html" (a fragment, see `_fragment`).
    title : of the document's claims. note : below the tables.
    """
    own = table["says"].str.startswith(OWN)
    parts = [(title, table[~own]), (OWN_TITLE, table[own])]
    parts = [(caption, part) for caption, part in parts if len(part)] or [(title, table)]
    texts = {
        "csv": table.to_csv(index=False),
        "md": "\n".join(_markdown(caption, part) for caption, part in parts) + f"\n{note}\n",
        "html": "\n".join(_fragment(caption, part) for caption, part in parts)
        + f'\n<p class="note">{html.escape(note)}</p>\n',
    }
    for kind, path in paths.items():
        write_text(path, texts[kind])


def _columns(table: pd.DataFrame) -> list[str]:
    """The columns shown; that of the document only if it gives anything."""
    return [name for name in SHOWN if name != "document" or table["document"].any()]


def _markdown(title: str, table: pd.DataFrame) -> str:
    shown = table[_columns(table)].copy()
    shown["verdict"] = [
        f"{verdict} ({reason})" if reason else verdict
        for verdict, reason in zip(table["verdict"], table["reason"], strict=True)
    ]
    shown = shown.map(lambda text: text.replace("|", "\\|"))
    return f"**{title}**\n\n{shown.to_markdown(index=False, disable_numparse=True)}\n"


def _fragment(title: str, table: pd.DataFrame) -> str:
    """One HTML table: condition and values folded away, the reason below the verdict."""
    columns = _columns(table)
    head = "".join(f'<th class="text">{name}</th>' for name in columns)
    rows = "\n".join(_row(row, columns) for _, row in table.iterrows())
    return (
        f'<table class="data claims"><caption>{html.escape(title)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
    )


def _row(row: Mapping[str, str], columns: Sequence[str]) -> str:
    """A row that links can name: its id is "claim-" and the claim's name."""
    cells = "".join(_cell(name, row) for name in columns)
    return f'<tr id="claim-{html.escape(row["claim"])}">{cells}</tr>'


def _cell(name: str, row: Mapping[str, str]) -> str:
    content = html.escape(row[name])
    if name == "ours":
        folded = "<br>".join(
            html.escape(text)
            for text in (f"{row['claim']}: {row['condition']}", *filter(None, row["values"].split("; ")))
        )
        return f'<td class="text">{content}<details><summary>condition</summary>{folded}</details></td>'
    if name == "verdict":
        reason = f'<br><span class="reason">{html.escape(row["reason"])}</span>' if row["reason"] else ""
        return f'<td class="text {CLASSES[row["verdict"]]}">{content}{reason}</td>'
    return f'<td class="text">{content}</td>'
