"""Which function of the study makes each source of tables and each kind of figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TABLES = {
    source: f"tables.{source}" for source in ("setup", "runs", "counts", "overfitting", "baselines")
} | {"micrographs": "own_table.micrographs"}
FIGURES = {kind: f"figures.pairs.draw_{kind}" for kind in ("reconstructions", "neighbours")} | {
    kind: f"figures.kinds.draw_{kind}"
    for kind in (
        "sets",
        "fractions",
        "counts",
        "overfitting",
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
SOURCE = (
    "Toward learning latent-variable representations of microstructures by optimizing in spatial statistics "
    "space (Tiny Papers at ICLR 2024, anonymous), and its public repository"
)
SEARCHED = ("loss", "data")  # keys of a run whose values the report's search finds


def of_document(name: str) -> bool:
    """Whether the document has a table or figure of this name: a number, a section as b3, or table-1."""
    return re.fullmatch(r"\d+|[ab]\d*|table-\d+", name) is not None


def sizes(scale: Mapping[str, Any]) -> dict[str, str]:
    """The sizes of a scale that a reader has to know, in words."""
    return {
        "size of an image": f"{scale['side']} × {scale['side']} pixels",
        "images": f"{scale['images']:,}",
        "encoder": f"ResNet-{scale['depth']}, first stage {scale['width']} channels wide",
        "epochs": str(scale["epochs"]),
    }
