"""What a table shows to people: one or two parts with headings in words, beside the data as measured."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.side_by_side import DOCUMENT, OURS

SIDES = (DOCUMENT, OURS)


@dataclass(frozen=True)
class Cell:
    """A text or a number as shown, and what stands small behind it: the id of a "run", or a "range"."""

    text: str
    detail: str = ""
    kind: Literal["run", "range"] = "run"


@dataclass(frozen=True)
class Column:
    """A column as shown.

    Attributes
    ----------
    heading : in words, with the unit. cells : as shown, one per row.
    side : "document" or "ours", for a pair of columns under one heading; else "".
    text : whether the cells are words, not numbers.
    """

    heading: str
    cells: tuple[Cell, ...]
    side: str = ""
    text: bool = False


@dataclass(frozen=True)
class Part:
    """One table as shown.

    Attributes
    ----------
    columns : from left to right. about : what the part is about, behind the title; "" for a single part.
    below : how many of the last rows stand below a line: answers that need no learning.
    """

    columns: tuple[Column, ...]
    about: str = ""
    below: int = 0


@dataclass(frozen=True)
class ShownTable:
    """A table: as data, and as shown.

    Attributes
    ----------
    data : all columns under their names in the program, for the CSV file.
    parts : for people. note : a sentence or two below them.
    """

    data: pd.DataFrame
    parts: tuple[Part, ...]
    note: str = ""


def part_of(
    frame: pd.DataFrame,
    headings: Mapping[str, str],
    about: str = "",
    whole: Collection[str] = (),
    scores: Collection[str] = (),
) -> Part:
    """A part that shows all rows and columns of a frame; columns "name, document" and "name, ours" are pairs.

    Parameters
    ----------
    headings : in words, by name; a column that is not named there keeps its name.
    about : see `Part`. whole, scores : names of columns of bytes, counts or epochs, and of scores; see
        `latentlab.pipeline.tables.number_text`.
    """
    columns = []
    for column in frame.columns:
        name, side = split_side(str(column))
        text = not pd.api.types.is_numeric_dtype(frame[column])
        cells = tuple(_cell(value, name in whole, name in scores) for value in frame[column])
        columns.append(Column(headings.get(name, name), cells, side, text))
    return Part(tuple(columns), about)


def split_side(column: str) -> tuple[str, str]:
    """Name and side of a column: "bpp, ours" is ("bpp", "ours"); of any other (name, "")."""
    name, comma, side = column.rpartition(", ")
    return (name, side) if comma and side in SIDES else (column, "")


def single(frame: pd.DataFrame, headings: Mapping[str, str], note: str = "") -> ShownTable:
    """A table of one part, which shows its data as they are."""
    return ShownTable(frame, (part_of(frame, headings),), note)


def _cell(value: object, whole: bool, score: bool) -> Cell:
    if isinstance(value, Cell):
        return value
    if isinstance(value, str):
        return Cell(value)
    number = value.item() if hasattr(value, "item") else value  # NumPy's own types
    return Cell(number_text(number, whole, score))
