"""Titles, units and trivial answers of what latent spaces are judged by."""

from __future__ import annotations

from dataclasses import replace

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.landcover.classes import CLASSES
from latentlab.studies.landcover.latent_space.metric_names import (
    ARCHITECTURES,
    EMBEDDED,
    INTERVAL,
    JUDGED,
    METHODS,
    SAMPLED,
    embedded_name,
    of_components,
    of_untrained,
)
from latentlab.studies.landcover.latent_space.titles import NAMES

SHARE = {"better": "higher", "scatter": "absolute", "lowest": 0.0, "highest": 1.0}
TOLD = {"better": "higher", "scatter": "absolute", "trivial": 0.0, "highest": 1.0}  # R2 and Youden's index
INDEX = {"better": "higher", "scatter": "absolute", "lowest": -1.0, "highest": 1.0}
SCORES = {
    "knn_balanced": Quantity(
        "dominant class by nearest neighbours, mean over the classes",
        trivial="knn_balanced_shuffled",
        **SHARE,
    ),
    "knn_accuracy": Quantity(
        "dominant class by nearest neighbours, share of tiles", trivial="knn_accuracy_majority", **SHARE
    ),
    **{
        f"knn_informedness_{name}": Quantity(
            f"{name} by nearest neighbours, recall + specificity - 1", **TOLD
        )
        for name in CLASSES
    },
    **{f"probe_r2_{name}": Quantity(f"R2 of the share of {name}, linear", **TOLD) for name in CLASSES},
    "height_r2": Quantity("R2 of the mean height, linear", **TOLD),
    "colour_r2": Quantity("R2 of the mean colour, linear", **TOLD),
    "direction_r2": Quantity("R2 of the direction of edges, linear", **TOLD),
    "height_knn_r2": Quantity("R2 of the mean height, by nearest neighbours", **TOLD),
    "colour_knn_r2": Quantity("R2 of the mean colour, by nearest neighbours", **TOLD),
    "direction_knn_r2": Quantity("R2 of the direction of edges, by nearest neighbours", **TOLD),
    "city_accuracy": Quantity("city, linear", trivial="city_accuracy_majority", **SHARE),
    "kmeans_ari": Quantity(
        "adjusted Rand index of five k-means clusters", trivial="kmeans_ari_shuffled", **INDEX
    ),
    "kmeans_explained": Quantity(
        "variance of the shares of classes between five k-means clusters",
        trivial="kmeans_explained_shuffled",
        **SHARE,
    ),
    "silhouette": Quantity("silhouette of the dominant classes", trivial=0.0, **INDEX),
}
OF_SAMPLES = {
    f"{name}_sampled": replace(SCORES[name], title=f"{SCORES[name].title}, sampled codes") for name in SAMPLED
}
ENDS = {
    f"{name}{end}": replace(SCORES[name], title=f"{SCORES[name].title}, {words}", trivial=None)
    for name in JUDGED
    for end, words in zip(INTERVAL, ("2.5 % over sites", "97.5 % over sites"), strict=True)
}
LAYOUTS = {
    "tsne": "t-SNE",
    "tsne_sampled": "t-SNE of sampled codes",
    "umap": "UMAP",
    "pca": "two principal components",
}
MEASURES = {
    "balanced": "dominant class by nearest tiles of other sites",
    "city": "city by nearest tiles of other sites",
    "trustworthiness": "trustworthiness",
}
SHOWN = [*(f"{name}-{size}" for name in ("convolution", "pooling") for size in (2, 10, 50, 128, 512))]
LAID_OUT = {
    embedded_name(method, measure, run): Quantity(f"{LAYOUTS[method]} of {run}: {MEASURES[measure]}", **SHARE)
    for method in METHODS
    for measure in EMBEDDED
    for run in (*SHOWN, "architecture-8", "architecture-14")
}
# Answers without training of any latent size that the study's file names, by the end of their metrics' names
SIZES = {**{size: size for size in ("2", "10", "50", "128", "512")}, "full": "the full number of"}
WITHOUT_TRAINING = {
    **{of_components(size): f"{words} principal components" for size, words in SIZES.items()},
    **{
        of_untrained(number, size): f"{NAMES[number]} with {words} latents before training"
        for number in ARCHITECTURES
        for size, words in SIZES.items()
    },
    "mean_colour": "mean colour of the tile",
    "majority": "most frequent training class or city",
    "shuffled": "classes of other tiles, 95th percentile",
}
OF_ANSWERS = {
    f"{name}_{ending}": replace(described, title=f"{described.title}, {words}", trivial=None)
    for name, described in SCORES.items()
    for ending, words in WITHOUT_TRAINING.items()
}
QUANTITIES: dict[str, Quantity] = {
    **SCORES,
    **OF_SAMPLES,
    **ENDS,
    **LAID_OUT,
    **OF_ANSWERS,
    "active_units": Quantity("active latents", whole=True, lowest=0.0),
    "collapsed_share": Quantity(
        "share of latents that are not active", scatter="absolute", lowest=0.0, highest=1.0
    ),
}
# Titles of the answers that this part alone gives, for tables of runs with the scale's latent size
ANSWERS = {
    name: WITHOUT_TRAINING[name] for name in ("random_8_full", "random_14_full", "majority", "shuffled")
}
