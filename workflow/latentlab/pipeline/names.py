"""Names in configuration files: for an unknown name the most similar known one is suggested."""

from __future__ import annotations

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
