"""Titles of a table's rows: each run's model in words, with what sets it apart from other runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]
Describe = Callable[[Record], str]


def row_titles(records: Mapping[str, Record], name: Describe, details: Sequence[Describe]) -> dict[str, str]:
    """A title for each run.

    Runs with the same name get the first detail in which they differ, then the next, until they are told
    apart. Runs that differ in nothing that is described, as those of different seeds, keep one title.

    Parameters
    ----------
    records : by run. name : the model in words. details : settings in words, the most telling first; "" where
        a setting is the usual one and goes without saying.
    """
    titles = {run: name(record) for run, record in records.items()}
    for detail in details:
        same: dict[str, list[str]] = {}
        for run, title in titles.items():
            same.setdefault(title, []).append(run)
        for title, runs in same.items():
            words = {run: detail(records[run]) for run in runs}
            if len(set(words.values())) > 1:
                titles |= {run: ", ".join(filter(None, (title, words[run]))) for run in runs}
    return titles
