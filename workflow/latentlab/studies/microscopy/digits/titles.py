"""Names in words of the answers to a set of digits that need no network, and of methods with few labels."""

from __future__ import annotations

CLUSTERS = {
    "k_means_pixels": "k-means on the pixels",
    "k_means_pca": "k-means on 30 principal components",
    "mixture_pca": "Gaussian mixture on 30 principal components",
    "ward_pixels": "Ward's clusters of the pixels",
}
RESTORERS = {
    "noisy": "the noisy image itself",
    "gaussian": "Gaussian filter",
    "median": "median filter",
    "non_local": "non-local means",
    "pca": "principal components of clean images",
    "ridge": "ridge regression",
}
COLOURS = {"mean_colour": "mean colour", "neighbour": "colour of the nearest training image"}
RIVALS = {"neighbour": "nearest neighbours", "logistic": "logistic regression"}
METHODS = {"ssvae": "ssVAE", **RIVALS}
