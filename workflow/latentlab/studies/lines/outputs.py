"""Which function of the study makes each source of tables and each kind of figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TABLES = {source: f"tables.{source}" for source in ("setup", "runs", "counts", "overfitting", "baselines")}
FIGURES = {
    kind: f"figures.kinds.draw_{kind}"
    for kind in (
        "sets",
        "fractions",
        "counts",
        "overfitting",
        "reconstructions",
        "neighbours",
        "plane",
        "shifts",
        "prior",
        "traversal",
        "properties",
        "history",
        "retrieval",
    )
}
TITLE, DOCUMENT = "Lines", "document"


def figure_section(name: str, spec: Mapping[str, Any]) -> str:
    """The part of the report that shows a figure."""
    return "3 The document's figures" if name[0].isdigit() or name.startswith("table") else "4 Beyond"
