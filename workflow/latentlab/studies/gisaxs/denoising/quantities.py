"""Titles and units of the metrics of the denoisers and of the references."""

from __future__ import annotations

from dataclasses import replace

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.gisaxs.denoising.metric_names import REFERENCES
from latentlab.studies.gisaxs.metric_names import IMAGE_METRICS


def denoising_quantities(known: dict[str, Quantity]) -> dict[str, Quantity]:
    """Quantities of this part's own metrics; `known` are those of the study."""
    own = {
        "latent_mse": Quantity(
            "MSE of the latents over that of the mean training latents", better="lower", trivial=1.0
        )
    }
    return own | {
        f"{metric}_{name}": replace(known[metric], title=f"{known[metric].title}, {title}", trivial=None)
        for metric in sorted(IMAGE_METRICS)
        for name, title in REFERENCES.items()
    }
