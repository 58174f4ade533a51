"""Which function of the study makes each source of tables and each kind of figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TABLES = {
    "runs": "tables.runs",
    "tiles": "tiles_table.tiles_table",
}
FIGURES: dict[str, str] = {
    "tiles": "tiles_figure.draw_tiles",
}
TITLE, DOCUMENT = "Land cover", "thesis"
SOURCE = (
    "H. Stärk, Latent Representation of Topographic Classes in Remote Sensing Image Data using Autoencoders, "
    "bachelor's thesis, Leibniz University Hannover, 2019 (draft of August 21)"
)
SEARCHED = ("architecture", "latent", "loss")  # keys of a run whose values the report's search finds


def of_document(name: str) -> bool:
    """Whether the document has a table or figure of this name."""
    return name in ("architectures", "curves", "pictures")


def sizes(scale: Mapping[str, Any]) -> dict[str, str]:
    """The sizes of a scale that a reader has to know, in words."""
    return {
        "tiles": f"{scale['tiles']['train']} for training, {scale['side']} x {scale['side']} px",
        "latents": f"{scale['latent']}",
        "training": f"{scale['epochs']} epochs, batch {scale['batch']}",
    }
