"""Titles, units and trivial answers of what is measured of invariant models."""

from __future__ import annotations

from dataclasses import replace

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.landcover.invariants.metric_names import CHANCE, GAINS, INTERVAL, RIVALS
from latentlab.studies.landcover.invariants.titles import MODELS, title

SHARE = {"better": "higher", "scatter": "absolute", "lowest": 0.0, "highest": 1.0}
CORRELATION = {"better": "higher", "scatter": "absolute", "lowest": -1.0, "highest": 1.0}
STEP = {"better": "lower", "scatter": "absolute", "lowest": 0.0}
METRICS = {
    "knn_balanced": Quantity("dominant class by nearest neighbours, mean over the classes", **SHARE),
    "knn_accuracy": Quantity("dominant class by nearest neighbours, share of tiles", **SHARE),
    "fractions_r2": Quantity("R2 of the classes' shares, linear, mean over the classes", **CORRELATION),
    "height_r2": Quantity("R2 of the mean height, linear", **CORRELATION),
    "direction_knn_r2": Quantity("R2 of the direction of edges by nearest neighbours", **CORRELATION),
    "kmeans_explained": Quantity("what five k-means clusters explain of the classes' shares", **SHARE),
    "kmeans_ari": Quantity("adjusted Rand index of five k-means clusters", **CORRELATION),
    "silhouette": Quantity("silhouette of the dominant classes", **CORRELATION),
    "city_accuracy": Quantity("city, linear", scatter="absolute", lowest=0.0, highest=1.0),
    "class_explained": Quantity("what the classes found explain of the classes' shares", **SHARE),
    "class_ari": Quantity("adjusted Rand index of the classes found", **CORRELATION),
    "class_kept": Quantity("tiles that keep the class found when they are turned", **SHARE),
    "label_balanced": Quantity("dominant class from few labels, mean over the classes", **SHARE),
    "moved_turned": Quantity("step of the latents when a tile is turned", **STEP),
    "moved_shifted": Quantity("step of the latents when a tile is shifted", **STEP),
    "angle_follows": Quantity("circular correlation of angle and edges", **CORRELATION),
    "angle_null": Quantity("the same by chance, 95th percentile", **CORRELATION),
    "reconstruction": Quantity(
        "mean squared error of test tiles, in variances of a channel", better="lower", lowest=0.0
    ),
}
GAIN = {
    f"gain_{name}": replace(
        METRICS[name], title=f"gain over the plain VAE, {METRICS[name].title}", lowest=None, highest=None
    )
    for name in GAINS
}


def _of_rows() -> dict[str, Quantity]:
    """Every metric of every model and rival, with the ends of its range."""
    found = {}
    for row in (*MODELS, *RIVALS):
        for name, each in {**METRICS, **GAIN}.items():
            for end, words in zip(INTERVAL, ("", ", lowest", ", highest"), strict=True):
                found[f"{name}_{row}{end}"] = replace(each, title=f"{each.title}: {title(row)}{words}")
    return found


QUANTITIES: dict[str, Quantity] = {
    **_of_rows(),
    CHANCE: Quantity("balanced accuracy of one class for all tiles", **SHARE),
}
