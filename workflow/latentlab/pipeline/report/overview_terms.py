"""The measured values that the overview of a study names; imports little, as every start needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from latentlab.errors import ConfigError

_TERM = re.compile(r"([a-z][a-z0-9_]*)\(\s*([a-z0-9]+(?:-[a-z0-9]+)*)\s*\)")


def measured_term(text: str, where: str) -> tuple[str, str]:
    """(metric, subject) of "metric(subject)".

    Raises
    ------
    ConfigError : it is written in another way.
    """
    found = _TERM.fullmatch(text.strip())
    if found is None:
        raise ConfigError(f"{where}: '{text}' is no measured value; these are written metric(subject)")
    return found[1], found[2]


def overview_subjects(
    rows: Sequence[Mapping[str, Any]], seeds: Mapping[str, Sequence[str]], baselines: Mapping[str, str]
) -> list[str]:
    """The runs and other subjects whose metrics `overview_rows` looks at, each once."""
    found: list[str] = []
    for place, row in enumerate(rows):
        for key in ("ours", "trivial"):
            if isinstance(row.get(key), str):
                _, subject = measured_term(row[key], f"overview.rows.{place}.{key}")
                found += [*seeds_of(subject, seeds), *([baselines[subject]] if subject in baselines else [])]
    return list(dict.fromkeys(found))


def seeds_of(run: str, seeds: Mapping[str, Sequence[str]]) -> list[str]:
    """A run and its repetitions with other seeds, the run first; the run alone if it has none."""
    return list(seeds.get(run, [run]))
