"""Titles, units and trivial answers of what this part measures."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.microscopy.plasmonics.metric_names import KIND_ENDS, MOLECULES

SHARE = {"better": "higher", "scatter": "absolute", "highest": 1.0}
SCORE = {**SHARE, "lowest": 0.0}
R2 = {
    "r2": "R2, mean over the energies or pixels",
    "r2_whole": "R2 of all together",
    "r2_within": "R2, mean, within the training scenes",
    "r2_within_whole": "R2 of all together, within the training scenes",
}
QUANTITIES: dict[str, Quantity] = {
    **{name: Quantity(title, trivial=0.0, **SHARE) for name, title in R2.items()},
    **{
        f"r2_over_{rival}": Quantity(
            f"R2 more than {title}", better="higher", trivial=0.0, scatter="absolute"
        )
        for rival, title in (("nearest", "nearest neighbours"), ("ridge", "ridge regression"))
    },
    "energy_r2": Quantity("R2 of the plasmon's energy from the latents", trivial=0.0, **SHARE),
    "edge_distance_r2": Quantity("R2 of the distance to the edge from the latents", trivial=0.0, **SHARE),
    "structure_error": Quantity(
        "squared error of a particle's image from its spectrum, in variances",
        better="lower",
        trivial="structure_error_mean_image",
        lowest=0.0,
    ),
    "kind_accuracy": Quantity(
        "particles whose kind is told from the spectrum", trivial="kind_accuracy_mean_image", **SCORE
    ),
    **{
        f"kind_accuracy{end}": Quantity(f"the same, kind {end.lstrip('_')}", trivial=0.25, **SCORE)
        for end in KIND_ENDS
    },
    "distance": Quantity("distance of the two latents of a particle", better="lower", lowest=0.0),
    "species_ari": Quantity("ARI of the species with groups of latents", trivial=0.0, **SHARE),
    "species_accuracy": Quantity("molecules put in the right group", trivial=0.25, **SCORE),
    "species_neighbours": Quantity("species right by neighbours in the latents", trivial=0.25, **SCORE),
    **{
        f"angle_{name}": Quantity(
            f"circular correlation of the angle, {name}", trivial=0.0, better="higher", scatter="absolute"
        )
        for name in MOLECULES
    },
    "found_right": Quantity("of the maxima found, molecules", **SCORE),
    "found_of_all": Quantity("of the molecules, found", **SCORE),
}
