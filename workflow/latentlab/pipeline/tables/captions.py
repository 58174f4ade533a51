"""Which keys of a table's or figure's entry only describe it, so that another wording makes nothing again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CAPTION = ("made", "units", "look")  # one sentence each, shown by the report
# a table's title is in its files; a figure's is not
DESCRIBES = {"tables": CAPTION, "figures": ("title", *CAPTION)}


def without_caption(section: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of an entry of "tables" or "figures" that its files depend on."""
    return {key: value for key, value in entry.items() if key not in DESCRIBES[section]}
