"""Names in configuration files: the nearest one to an unknown name, and the order of tables and figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches


def unknown_name(what: str, name: str, known: Iterable[str]) -> str:
    """End of a sentence: "there is no run 'x'; did you mean 'y'?", or with all names if they are few."""
    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"there is no {what} '{name}'; did you mean '{near[0]}'?"
    if len(names) <= 12:
        return f"there is no {what} '{name}'; expected one of {', '.join(names)}"
    return f"there is no {what} '{name}', and none of the {len(names)} has a name like it"


def natural_key(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Sort key: numbers by value, so that 4.2 stands before 4.10, and names after numbers.

    "4.7-improved" follows "4.7", "4.3a" stands before "4.3b", "table-2" before "table-10".
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return tuple((False, int(part), part) if part.isdecimal() else (True, 0, part) for part in parts)
