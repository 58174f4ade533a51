"""Which function of the study makes each source of tables and each kind of figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TABLES = {
    "runs": "tables.runs",
    "digits-ensemble": "digits.tables.ensemble_table",
    "digits-labels": "digits.tables.labels_table",
    "dual": "plasmonics.tables.dual",
}
FIGURES: dict[str, str] = {
    "cards-latents": "cards.figures.draw_latents",
    "cards-manifold": "cards.figures.draw_manifolds",
    "cards-examples": "cards.figures.draw_examples",
    "digits-latent": "digits.figures.latents.draw_latent",
    "digits-manifolds": "digits.figures.latents.draw_manifolds",
    "digits-restored": "digits.figures.restored.draw_restored",
    "digits-ensemble": "digits.figures.stages.draw_ensemble",
    "digits-labels": "digits.figures.stages.draw_labels",
    "digits-angles": "digits.figures.stages.draw_angles",
    "atoms-scenes": "atoms.figures.draw_scenes",
    "atoms-map": "atoms.figures.draw_map",
    "atoms-times": "atoms.more_figures.draw_times",
    "atoms-shift": "atoms.more_figures.draw_shift",
    "atoms-components": "atoms.more_figures.draw_components",
    "scenes": "plasmonics.figures.scenes.draw_scenes",
    "maps": "plasmonics.figures.maps.draw_maps",
    "energies": "plasmonics.figures.energies.draw_energies",
    "pairs": "plasmonics.figures.pairs.draw_pairs",
    "dual-latents": "plasmonics.figures.dual_latents.draw_dual_latents",
    "dual-predictions": "plasmonics.figures.dual_predictions.draw_dual_predictions",
    "molecules": "plasmonics.figures.molecules.draw_molecules",
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
