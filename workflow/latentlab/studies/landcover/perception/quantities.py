"""Titles, units and trivial answers of the measures of likeness."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.landcover.perception.constructed import CONSTRUCTED
from latentlab.studies.landcover.perception.metric_names import OTHERS, RANKED

SCORE = {"better": "higher", "scatter": "absolute", "highest": 1.0}
ERROR = {"better": "lower", "lowest": 0.0}
RUNS: dict[str, Quantity] = {
    "gmsd": Quantity("gradient magnitude similarity deviation", trivial="gmsd_mean_colour", **ERROR),
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
    "cover_accuracy": Quantity(
        "dominant class told from the picture", trivial="cover_accuracy_mean_image", lowest=0.0, **SCORE
    ),
}
# Of the reconstruction's metrics, how they are called and which is better
OF_RECONSTRUCTION = {
    "mae": ("mean absolute error", ERROR),
    "ssim": ("SSIM", {**SCORE, "lowest": -1.0}),
    "ms_ssim": ("MS-SSIM", {**SCORE, "lowest": 0.0}),
}
TITLES = {
    **{name: title for name, (title, _) in OF_RECONSTRUCTION.items()},
    **{name: each.title for name, each in RUNS.items()},
}
CONSTRUCTIONS: dict[str, Quantity] = {
    f"{measure}_{name}": Quantity(
        f"{TITLES[measure]}, {title}",
        **(OF_RECONSTRUCTION[measure][1] if measure in OF_RECONSTRUCTION else {}),
    )
    for measure in (*RANKED, *OTHERS)
    for name, title in CONSTRUCTED.items()
}
QUANTITIES: dict[str, Quantity] = {
    **CONSTRUCTIONS,
    **RUNS,
    "cover_accuracy_truth": Quantity("dominant class told from the tile itself", lowest=0.0, **SCORE),
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
