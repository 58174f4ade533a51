"""Titles, units and trivial answers of what is measured of generated pictures."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity

# Whether sharper is better depends on the sharpness of real tiles: neither direction is better by itself.
QUANTITIES: dict[str, Quantity] = {
    "sample_distance": Quantity(
        "distance of samples from test tiles (energy coefficient of nine simple features; 0 is best)",
        better="lower",
        trivial="sample_distance_mean_image",
        scatter="absolute",
        lowest=0.0,
        highest=1.0,
    ),
    "sample_sharpness": Quantity("edge energy of samples over that of test tiles", lowest=0.0),
    "interpolation_unevenness": Quantity("largest over mean step between two tiles", lowest=1.0),
    "interpolation_sharpness": Quantity("edge energy half-way over that of the ends", lowest=0.0),
}
