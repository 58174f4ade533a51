"""Which metrics the part on latent spaces measures, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from latentlab.studies.landcover.classes import CLASSES

ARCHITECTURES = ("8", "14")  # whose latents are shown: pure convolution and max pooling
# Of a latent space, fitted to training tiles and judged on test tiles, with intervals over the sites
JUDGED = (
    "knn_balanced",
    "knn_accuracy",
    *(f"knn_informedness_{name}" for name in CLASSES),
    *(f"probe_r2_{name}" for name in CLASSES),
    "height_r2",
    "colour_r2",
    "direction_r2",
    "height_knn_r2",
    "colour_knn_r2",
    "direction_knn_r2",
    "city_accuracy",
    "kmeans_ari",
    "kmeans_explained",
)
SCORES = (*JUDGED, "silhouette")  # of answers without training too
SAMPLED = ("knn_balanced", "knn_accuracy", "kmeans_ari", "kmeans_explained")  # of sampled codes too
UNITS = ("active_units", "collapsed_share")
INTERVAL = ("_low", "_high")
MAJORITY = ("knn_balanced", "knn_accuracy", "city_accuracy")
SHUFFLED = SAMPLED
METHODS = ("tsne", "tsne_sampled", "umap", "pca")  # of embedding latents in two dimensions
EMBEDDED = ("balanced", "city", "trustworthiness")


def metrics(record: Mapping[str, Any]) -> set[str]:
    """Metrics of a run, the keys of the summary that `evaluation.evaluate` gives; of any record."""
    sampled = (f"{name}_sampled" for name in SAMPLED)
    return {*SCORES, *sampled, *UNITS, *(f"{name}{end}" for name in JUDGED for end in INTERVAL)}


def answers(labels: Sequence[str]) -> set[str]:
    """Metrics of answers without training, the keys of the summary that `answers.answers` gives.

    Parameters
    ----------
    labels : of the latent sizes, "full" or a number.
    """
    endings = [of_components(label) for label in labels]
    endings += [of_untrained(architecture, label) for architecture in ARCHITECTURES for label in labels]
    return {
        *(f"{name}_{ending}" for name in SCORES for ending in (*endings, "mean_colour")),
        *(f"{name}_majority" for name in MAJORITY),
        *(f"{name}_shuffled" for name in SHUFFLED),
    }


def of_components(label: str) -> str:
    """How metrics of as many principal components of the pixels end."""
    return f"pca_{label}"


def of_untrained(architecture: str, label: str) -> str:
    """How metrics of the means of a network before any training end."""
    return f"random_{architecture}_{label}"


def embedded(runs: Iterable[str]) -> set[str]:
    """Metrics of embeddings of some runs in two dimensions, the keys of the summary of `embedding.embed`."""
    return {embedded_name(method, measure, run) for run in runs for method in METHODS for measure in EMBEDDED}


def embedded_name(method: str, measure: str, run: str) -> str:
    """The name of a metric of an embedding, such as "tsne_balanced_convolution_50"."""
    return f"{method}_{measure}_{run.replace('-', '_')}"
