"""Titles, units and trivial answers of what the clustering measures."""

from __future__ import annotations

from dataclasses import replace

from latentlab.pipeline.quantities import Quantity
from latentlab.studies.gisaxs.clustering.metric_names import CLASSIFIER, NULL, TESTED, of_method
from latentlab.studies.gisaxs.clustering.titles import METHOD_TITLES, TARGET_TITLES

SHARE = {"better": "higher", "scatter": "absolute", "lowest": 0.0, "highest": 1.0}
TESTED_TITLES = {
    "eta_r": "share of the variance of R that the clusters explain",
    "eta_d": "share of the variance of D that the clusters explain",
    "eta_omega": "share of the variance of omega/D that the clusters explain",
    "purity_omega": "purity of the clusters in omega/D",
    "ari_cells": "adjusted Rand index with cells of omega/D and R",
    "nmi_cells": "normalised mutual information with cells of omega/D and R",
}
NULL_TITLES = {
    "p": "p value of the {}",
    "null": "{}, by chance",
    "null_highest": "{}, upper end of the central 95 % by chance",
}
TITLES = {
    "units_active": "active neurons or clusters",
    "bound_r": "largest share of the variance of R for clusters of one omega/D each",
    "held_out_units": "clusters that the held-out distance uses",
    "held_out_eta_r": "share of the variance of R at the held-out distance",
    "held_out_eta_omega": "share of the variance of omega/D at the held-out distance",
    "held_out_purity_omega": "purity in omega/D at the held-out distance",
    "held_out_bound_r": "largest share of the variance of R possible there",
    "train_loss": "training loss of the k-sparse autoencoder",
    "val_loss": "validation loss of the k-sparse autoencoder",
    "relative_loss": "loss of the k-sparse autoencoder over that of the mean vector",
    "learning_rate_end": "learning rate at the end",
}
LSRAE_TITLES = {
    "loss": "loss of the LSRAE",
    "mse": "MSE of the LSRAE",
    "label_loss": "label loss of the LSRAE",
    "sparse_loss": "sparse loss of the LSRAE",
    "accuracy": "accuracy of the LSRAE's labels",
    "relative_mse": "MSE of the LSRAE over that of the mean vector",
}
CLASSIFIER_TITLES = {
    "loss": "loss of classifying {}",
    "mse": "MSE when classifying {}",
    "label_loss": "label loss of {}",
    "equal_label_loss": "label loss of equal probabilities for {}",
    "accuracy": "accuracy for {}, in training",
    "trivial_accuracy": "accuracy of the most frequent class for {}",
    "held_out_accuracy": "accuracy for {}, held out",
}


def _quantity(metric: str, title: str) -> Quantity:
    if metric in TESTED or "held_out_eta" in metric or "purity" in metric or "accuracy" in metric:
        return Quantity(title, **SHARE)
    if metric in ("label_loss", "mse", "relative_mse", "relative_loss"):
        return Quantity(title, better="lower")
    return Quantity(title, whole=metric in ("units_active", "entries", "patterns_read"))


CLUSTERING_QUANTITIES: dict[str, Quantity] = {
    **{name: _quantity(name, title) for name, title in {**TESTED_TITLES, **TITLES}.items()},
    **{
        f"{prefix}_{name}": Quantity(NULL_TITLES[prefix].format(TESTED_TITLES[name]))
        for prefix in NULL
        for name in TESTED
    },
    "distinct_vectors": Quantity("input vectors that differ", whole=True),
    "varying_numbers": Quantity("numbers of a vector that vary", whole=True),
    "entries": Quantity("entries of table 4.19 as transcribed", whole=True),
    "patterns_read": Quantity("patterns that it names", whole=True),
    **{f"{name}_lsrae": _quantity(name, title) for name, title in LSRAE_TITLES.items()},
    **{
        f"{name}_{target}": _quantity(name, CLASSIFIER_TITLES[name].format(of))
        for name in CLASSIFIER
        for target, of in TARGET_TITLES.items()
    },
}
CLUSTERING_QUANTITIES |= {
    of_method(name, method): replace(
        CLUSTERING_QUANTITIES[name], title=f"{CLUSTERING_QUANTITIES[name].title}, {title}"
    )
    for name in (*TESTED_TITLES, *TITLES, *(f"{prefix}_{name}" for prefix in NULL for name in TESTED))
    for method, title in METHOD_TITLES.items()
}
