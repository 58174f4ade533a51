"""Titles, units and trivial answers of what is measured of generated pictures."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity

# The distance is an energy coefficient of nine simple features, 0 to 1, see `samples.Naturalness`.
# Whether sharper is better depends on the sharpness of real tiles: neither direction is better by itself.
QUANTITIES: dict[str, Quantity] = {
    "sample_distance": Quantity(
        "distance of samples from test tiles",
        better="lower",
        trivial="sample_distance_mean_image",
        scatter="absolute",
        lowest=0.0,
        highest=1.0,
    ),
    "sample_sharpness": Quantity("edge energy of samples over that of test tiles", lowest=0.0),
    "interpolation_unevenness": Quantity("largest over mean step between two tiles", lowest=1.0),
    "interpolation_sharpness": Quantity("edge energy half-way over that of the tiles", lowest=0.0),
}
