"""A table's files: CSV with all that was measured, Markdown and an HTML fragment for people."""

from __future__ import annotations

import html
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from latentlab.artifacts import write_text
from latentlab.pipeline.tables.shown_table import Cell, Column, Part, ShownTable


def write_table(table: ShownTable, paths: Mapping[str, Path | str], title: str) -> None:
    """Write a table as CSV (full precision, names of the program), Markdown and HTML.

    The HTML is a fragment, one or two tables of class "data" with their captions and a paragraph of class
    "note", for a page that has a style for them. A text in it is escaped.

    Parameters
    ----------
    table : as data and as shown. paths : by kind, "csv", "md", "html". title : the caption.
    """
    texts = {
        "csv": table.data.to_csv(index=False),
        "md": _markdown(table, title),
        "html": _html(table, title),
    }
    for kind, path in paths.items():
        write_text(path, texts[kind])


def _caption(part: Part, title: str) -> str:
    return f"{title}, {part.about}" if part.about else title


def _rows(part: Part) -> list[tuple[Cell, ...]]:
    return list(zip(*(column.cells for column in part.columns), strict=True))


def _markdown(shown: ShownTable, title: str) -> str:
    tables = [f"**{_caption(part, title)}**\n\n{_markdown_table(part)}\n" for part in shown.parts]
    return "\n".join([*tables, *([f"{shown.note}\n"] if shown.note else [])])


def _markdown_table(part: Part) -> str:
    lines = [
        [f"{column.heading}, {column.side}" if column.side else column.heading for column in part.columns],
        [":--" if column.text else "--:" for column in part.columns],
        *([_plain(cell) for cell in row] for row in _rows(part)),
    ]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _plain(cell: Cell) -> str:
    return f"{cell.text} ({cell.detail})" if cell.detail else cell.text


def _html(shown: ShownTable, title: str) -> str:
    note = f'<p class="note">{html.escape(shown.note)}</p>\n' if shown.note else ""
    return "".join(_html_table(part, title) for part in shown.parts) + note


def _html_table(part: Part, title: str) -> str:
    rows = ["<tr>" + "".join(map(_html_cell, row, part.columns)) + "</tr>\n" for row in _rows(part)]
    measured, below = rows[: len(rows) - part.below], rows[len(rows) - part.below :]
    trivial = f'<tbody class="trivial">\n{"".join(below)}</tbody>\n' if below else ""
    return (
        f'<table class="data"><caption>{html.escape(_caption(part, title))}</caption>\n'
        f"<thead>\n{_html_head(part)}</thead>\n<tbody>\n{''.join(measured)}</tbody>\n{trivial}</table>\n"
    )


def _html_head(part: Part) -> str:
    """One row of headings, or where there are pairs two: the heading above "document" and "ours"."""
    if not any(column.side for column in part.columns):
        return f"<tr>{''.join(_html_heading(column) for column in part.columns)}</tr>\n"
    above, below = [], []
    for (heading, paired), group in groupby(part.columns, lambda column: (column.heading, bool(column.side))):
        columns = list(group)
        if not paired:
            above += [_html_heading(column, ' rowspan="2"') for column in columns]
            continue
        above.append(f'<th colspan="{len(columns)}" scope="colgroup">{html.escape(heading)}</th>')
        below += [
            f'<th scope="col"{_class(column.side, *_text(column))}>{column.side}</th>' for column in columns
        ]
    return f"<tr>{''.join(above)}</tr>\n<tr>{''.join(below)}</tr>\n"


def _html_heading(column: Column, span: str = "") -> str:
    return f'<th scope="col"{span}{_class(*_text(column))}>{html.escape(column.heading)}</th>'


def _html_cell(cell: Cell, column: Column) -> str:
    detail = f"({cell.detail})" if cell.kind == "range" else cell.detail
    small = f' <span class="{cell.kind}">{html.escape(detail)}</span>' if cell.detail else ""
    content = html.escape(cell.text) + small
    return f"<td{_class(column.side, *_text(column))}>{content}</td>"


def _text(column: Column) -> list[str]:
    return ["text"] if column.text else []


def _class(*names: str) -> str:
    given = " ".join(name for name in names if name)
    return f' class="{given}"' if given else ""
