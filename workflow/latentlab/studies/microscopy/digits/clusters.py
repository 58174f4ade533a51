"""Classes of digits found without a network: k-means, Gaussian mixture, Ward's clusters."""

from __future__ import annotations

import numpy as np

from latentlab.studies.microscopy.digits.components import as_rows, components
from latentlab.studies.microscopy.scores import mixture_classes

STARTS = 10
AXES = 30  # principal components of the images, in which the mixture has enough images for its covariances
SPACES = ("pixels", "pca")


def found_classes(train: np.ndarray, test: np.ndarray, count: int, seed: int) -> dict[str, np.ndarray]:
    """Class (m,) of each test image by methods that were fitted to training images without their classes.

    Parameters
    ----------
    train, test : images (n, ...) and (m, ...). count : of classes. seed : of the starting points.

    Returns
    -------
    By name: k_means_pixels, k_means_pca, mixture_pca, ward_pixels. Ward's clusters have no rule for other
    images: each test image gets the class of the nearest training image. A mixture over the pixels
    themselves would have more covariances than there are images.
    """
    from scipy.spatial import cKDTree
    from sklearn.cluster import AgglomerativeClustering, KMeans

    pixels = {"train": as_rows(train), "test": as_rows(test)}
    basis = components(pixels["train"], min(AXES, pixels["train"].shape[1]))
    pca = {name: basis.coordinates(rows) for name, rows in pixels.items()}
    found = {}
    for name, rows in (("pixels", pixels), ("pca", pca)):
        fitted = KMeans(count, n_init=STARTS, random_state=seed).fit(rows["train"])
        found[f"k_means_{name}"] = fitted.predict(rows["test"])
    found["mixture_pca"] = mixture_classes(pca["test"], count, seed, fit_to=pca["train"])
    ward = AgglomerativeClustering(count, linkage="ward").fit(pixels["train"]).labels_
    found["ward_pixels"] = ward[cKDTree(pca["train"]).query(pca["test"])[1]]
    return found
