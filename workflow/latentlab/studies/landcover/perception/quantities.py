"""Titles, units and trivial answers of the measures of likeness."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.landcover.perception.constructed import CONSTRUCTED
from latentlab.studies.landcover.perception.metric_names import HIGHER_IS_BETTER, OTHERS, RANKED

SCORE = {"better": "higher", "scatter": "absolute", "highest": 1.0}
ERROR = {"better": "lower", "lowest": 0.0}


def _direction(measure: str) -> str:
    return "higher" if measure in HIGHER_IS_BETTER else "lower"


RUNS: dict[str, Quantity] = {
    "gmsd": Quantity("gradient similarity deviation (GMSD)", trivial="gmsd_mean_colour", **ERROR),
    "haarpsi": Quantity("HaarPSI", trivial="haarpsi_mean_colour", lowest=0.0, **SCORE),
    "edge_correlation": Quantity(
        "correlation of edge magnitudes", trivial="edge_correlation_mean_image", lowest=-1.0, **SCORE
    ),
    "channel_correlation": Quantity(
        "absolute correlation of channels", trivial="channel_correlation_mean_image", lowest=0.0, **SCORE
    ),
    "spectrum_distance": Quantity(
        "distance of power spectra", unit="decades", trivial="spectrum_distance_mean_colour", **ERROR
    ),
    # blurred and noisy pictures are both unlike the tile: neither direction is better by itself
    "sharpness": Quantity("edge energy over that of the tiles", lowest=0.0),
    "cover_correlation": Quantity(
        "correlation of class fractions told from the picture",
        trivial="cover_correlation_mean_image",
        lowest=-1.0,
        **SCORE,
    ),
}
# Metrics of the reconstruction too: how they are called
TITLES = {
    "mae": "mean absolute error",
    "ssim": "SSIM",
    "ms_ssim": "MS-SSIM",
    **{name: each.title for name, each in RUNS.items()},
}
CONSTRUCTIONS: dict[str, Quantity] = {
    f"{measure}_{name}": Quantity(
        f"{TITLES[measure]}, {title}", better="" if measure in OTHERS else _direction(measure)
    )
    for measure in (*RANKED, *OTHERS)
    for name, title in CONSTRUCTED.items()
}
QUANTITIES: dict[str, Quantity] = {
    **CONSTRUCTIONS,
    **RUNS,
    "cover_correlation_truth": Quantity("the same, told from the tile itself", lowest=-1.0, **SCORE),
    **{
        f"{measure}_prefers_inverted": Quantity(
            f"tiles whose inverse has the better {TITLES[measure]} than their mean colour",
            unit="%",
            lowest=0.0,
            highest=100.0,
        )
        for measure in RANKED
    },
}
