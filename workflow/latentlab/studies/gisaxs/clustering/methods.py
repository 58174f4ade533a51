"""Every way to make clusters, under one name each: fitted to some of the patterns, given to all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.gisaxs.clustering.embedded import embedded_clusters
from latentlab.studies.gisaxs.clustering.one_neuron_autoencoder import train_one_neuron
from latentlab.studies.gisaxs.clustering.plain_methods import cluster, density, mixture
from latentlab.studies.gisaxs.clustering.sparse_autoencoder import SparseSettings, train_sparse

History = Mapping[str, np.ndarray]


def clusters_by(
    settings: Mapping[str, Any], vectors: np.ndarray, fitted: np.ndarray, epochs: Mapping[str, int], seed: int
) -> tuple[np.ndarray, History]:
    """Fit a method to some of the vectors and give a cluster to each.

    Parameters
    ----------
    settings : a method of config/gisaxs.yaml: its "kind", and what that needs. vectors : float32 (n, k).
    fitted : bool (n,), the vectors that the method is fitted to. epochs : of the trainings, by kind.
    seed : of weights or starting points.

    Returns
    -------
    Labels, int64 (n,); the history of a k-sparse autoencoder, else nothing.

    Raises
    ------
    ValueError : a kind that does not exist.
    """
    train = vectors[fitted]
    own = {name: value for name, value in settings.items() if name not in ("kind", "inputs")}
    match settings["kind"]:
        case "k-sparse":
            model, history = train_sparse(train, SparseSettings(epochs=epochs["k_sparse"], **own), seed)
            return model.clusters(vectors), history
        case "one-neuron":
            return train_one_neuron(train, own["units"], epochs["one_neuron"], seed).clusters(vectors), {}
        case "k-means":
            return cluster(train, vectors, own["clusters"], seed), {}
        case "mixture":
            return mixture(train, vectors, own["clusters"], seed), {}
        case "hdbscan":
            return density(train, vectors, own["least"]), {}
        case "embedded":
            return embedded_clusters(train, vectors, own["clusters"], epochs["embedded"], seed), {}
        case kind:
            raise ValueError(f"kind is '{kind}', which is no way to make clusters")
