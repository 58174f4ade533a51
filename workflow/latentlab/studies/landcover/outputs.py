"""Which function of the study makes each source of tables and each kind of figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TABLES = {
    "runs": "tables.runs",
    "tiles": "tiles_table.tiles_table",
    "architectures": "tables.architectures",
    "latent-quality": "latent_space.tables.quality_table",
    "misleading": "tables.misleading",
    "preferences": "perception.tables.preferences",
    "invariants": "invariants.tables.models",
}
FIGURES: dict[str, str] = {
    "scenes": "scenes.figures.draw_scenes",
    "spectra": "scenes.figures.draw_spectra",
    "tiles": "tiles_figure.draw_tiles",
    "curves": "reconstruction.figures.draw_curves",
    "pictures": "reconstruction.figures.draw_pictures",
    "latents-classes": "latent_space.figures.embedded.draw_classes",
    "latents-height": "latent_space.figures.embedded.draw_heights",
    "latents-thumbnails": "latent_space.figures.embedded.draw_thumbnails",
    "embeddings": "latent_space.figures.embedded.draw_embeddings",
    "latent-sizes": "latent_space.figures.sizes.draw_sizes",
    "misleading": "perception.figures.draw_misleading",
    "samples": "generation.figures.draw_samples",
    "interpolation": "generation.figures.draw_interpolation",
    "collapse": "generation.figures.draw_collapse",
    "colourisation": "colourisation.figures.draw_colourisation",
    "invariants": "invariants.figures.draw_models",
}
TITLE, DOCUMENT = "Land cover", "thesis"
SOURCE = (
    "H. Stärk, Latent Representation of Topographic Classes in Remote Sensing Image Data using Autoencoders, "
    "bachelor's thesis, Leibniz University Hannover, 2019 (draft of August 21)"
)
SEARCHED = ("architecture", "latent", "loss")  # keys of a run whose values the report's search finds


def of_document(name: str) -> bool:
    """Whether the document has a table or figure of this name."""
    return name in ("architectures", "curves", "pictures", "pictures-2")


def sizes(scale: Mapping[str, Any]) -> dict[str, str]:
    """The sizes of a scale that a reader has to know, in words."""
    return {
        "tiles": f"{scale['tiles']['train']} for training, {scale['side']} x {scale['side']} px",
        "latents": f"{scale['latent']}",
        "training": f"{scale['epochs']} epochs, batch {scale['batch']}",
    }
