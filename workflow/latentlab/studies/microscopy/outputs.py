"""Which function of the study makes each source of tables and each kind of figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TABLES = {"runs": "tables.runs"}
FIGURES: dict[str, str] = {
    "cards-latents": "cards.figures.draw_latents",
    "cards-manifold": "cards.figures.draw_manifolds",
    "cards-examples": "cards.figures.draw_examples",
}
TITLE, DOCUMENT = "Microscopy", "lecture"
SOURCE = (
    "Variational autoencoders for imaging, spectra, and structure-property relationships, lecture of "
    "S. V. Kalinin, University of Tennessee, Knoxville, and Pacific Northwest National Laboratory"
)
SEARCHED = ("data", "rotation", "decoder")  # keys of a run whose values the report's search finds


def of_document(name: str) -> bool:
    """Whether the document has a table or figure of this name: the lecture numbers none."""
    return False


def sizes(scale: Mapping[str, Any]) -> dict[str, str]:
    """The sizes of a scale that a reader has to know, in words."""
    return {
        "epochs": f"{scale['epochs']:g} times those of config/microscopy.yaml",
    }
