"""What a latent space holds of the land cover: fitted to training tiles, judged on tiles of other sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from latentlab.errors import LatentlabError
from latentlab.studies.landcover.classes import CITIES, CLASSES
from latentlab.studies.landcover.latent_space.clusters import k_means, rand_index, silhouettes
from latentlab.studies.landcover.latent_space.neighbours import Neighbours, counted_classes
from latentlab.studies.landcover.latent_space.probes import probe
from latentlab.studies.landcover.latent_space.statistics import (
    SiteStatistic,
    accuracy,
    balanced,
    cluster_moments,
    explained,
    informedness,
    met,
    moments,
    r_squared,
)

Factors = Mapping[str, np.ndarray]  # of the tiles of one split, see `studies.landcover.describe`


@dataclass(frozen=True)
class Found:
    """Metrics of a latent space.

    Attributes
    ----------
    judged : those that have an interval over sites, by name. silhouette : of the dominant classes.
    classes : int (m,), of the test tiles by their nearest training tiles. clusters : int (m,), by k-means.
    """

    judged: Mapping[str, SiteStatistic]
    silhouette: float
    classes: np.ndarray
    clusters: np.ndarray

    @property
    def summary(self) -> dict[str, float]:
        """Metrics by name: those of `metric_names.SCORES`."""
        return {name: each.value for name, each in self.judged.items()} | {"silhouette": self.silhouette}


def latent_scores(
    train: np.ndarray, train_factors: Factors, test: np.ndarray, test_factors: Factors, seed: int
) -> Found:
    """All metrics of latents (n, d) of training and (m, d) of test tiles; see `metric_names.SCORES`.

    Neighbours and ridge regressions are fitted to the training tiles, their settings too. Clusters and
    silhouettes need no fit: they are those of the test tiles.

    Parameters
    ----------
    seed : of the starts of k-means.

    Raises
    ------
    LatentlabError : training and test tiles are of the same site, or a factor is not known.
    """
    _check(train, train_factors), _check(test, test_factors)
    if same := set(train_factors["site"]) & set(test_factors["site"]):
        raise LatentlabError(f"site {min(same)} has training and test tiles; expected sites of one split")
    sites = test_factors["site"]
    neighbours = Neighbours.find(train, train_factors["site"], test)
    classes = neighbours.classify(train_factors["dominant"])
    judged = confusion_statistics(classes, test_factors)
    for name, factor in NEIGHBOURHOODS.items():
        truth, told = (_columns(factors[factor]) for factors in (test_factors, train_factors))
        judged[name] = SiteStatistic(moments(sites, truth, neighbours.regress(told)), r_squared)
    said = probe(train, _targets(train_factors), test)
    for name, truth in _targets(test_factors).items():
        if name == "city_accuracy":
            cities = (said[name][:, 0] > 0).astype(int)
            counts = met(sites, test_factors["city"].astype(int), cities, (len(CITIES), len(CITIES)))
            judged[name] = SiteStatistic(counts, accuracy)
        else:
            judged[name] = SiteStatistic(moments(sites, _columns(truth), said[name]), r_squared)
    clusters = k_means(test, len(CLASSES), seed)
    judged |= cluster_statistics(clusters, test_factors)
    dominant = test_factors["dominant"]
    several = len(np.unique(dominant)) > 1
    silhouette = float(silhouettes(test, dominant).mean()) if several else float("nan")
    return Found(judged, silhouette, classes, clusters)


def class_statistics(
    train: np.ndarray, train_factors: Factors, test: np.ndarray, test_factors: Factors
) -> dict[str, SiteStatistic]:
    """How well the nearest training tiles tell the dominant class of test tiles."""
    found = Neighbours.find(train, train_factors["site"], test).classify(train_factors["dominant"])
    return confusion_statistics(found, test_factors)


def confusion_statistics(found: np.ndarray, factors: Factors) -> dict[str, SiteStatistic]:
    """Accuracies of found classes (m,): over all tiles, balanced, and of each class, NaN of a rare one."""
    counts = met(factors["site"], factors["dominant"], found, (len(CLASSES), len(CLASSES)))
    enough = counted_classes(factors["dominant"])
    statistics = {
        "knn_balanced": SiteStatistic(counts, partial(balanced, classes=enough)),
        "knn_accuracy": SiteStatistic(counts, accuracy),
    }
    for place, name in enumerate(CLASSES):
        judged = counts if place in enough else np.full_like(counts, np.nan)
        statistics[f"knn_informedness_{name}"] = SiteStatistic(judged, partial(informedness, place=place))
    return statistics


def cluster_statistics(clusters: np.ndarray, factors: Factors) -> dict[str, SiteStatistic]:
    """Agreement of clusters (m,) with dominant classes, and what they explain of the shares of all classes.

    Where one class is dominant in most tiles the first says little; the second has no such threshold.
    """
    shape = (len(CLASSES), len(CLASSES))
    sums = cluster_moments(factors["site"], clusters, len(CLASSES), _columns(factors["fractions"]))
    return {
        "kmeans_ari": SiteStatistic(met(factors["site"], clusters, factors["dominant"], shape), rand_index),
        "kmeans_explained": SiteStatistic(sums, explained),
    }


# Factors that neighbours are to tell, by metric: a linear probe misses what latents hold along a curve
NEIGHBOURHOODS = {
    "height_knn_r2": "mean_height_m",
    "colour_knn_r2": "mean_colour",
    "direction_knn_r2": "direction",
}


def _columns(values: np.ndarray) -> np.ndarray:
    return np.asarray(values, float).reshape(len(values), -1)


def _targets(factors: Factors) -> dict[str, np.ndarray]:
    """What is read from latents, by the name of the metric; cities as -1 and 1."""
    fractions = {f"probe_r2_{name}": factors["fractions"][:, place] for place, name in enumerate(CLASSES)}
    return {
        **fractions,
        "height_r2": factors["mean_height_m"],
        "colour_r2": factors["mean_colour"],
        "direction_r2": factors["direction"],
        "city_accuracy": 2.0 * factors["city"] - 1.0,
    }


NEEDED = ("fractions", "dominant", "mean_height_m", "mean_colour", "direction", "city", "site")


def _check(latents: np.ndarray, factors: Factors) -> None:
    if missing := [name for name in NEEDED if name not in factors]:
        raise LatentlabError(f"the tiles have no factor '{missing[0]}', which the latents are judged by")
    if lengths := {name: len(factors[name]) for name in NEEDED if len(factors[name]) != len(latents)}:
        name, length = next(iter(lengths.items()))
        raise LatentlabError(f"factor '{name}' has {length} tiles, and there are latents of {len(latents)}")
    if not np.isfinite(latents).all():
        raise LatentlabError("latents are not finite; the training has diverged")
    dominant = np.asarray(factors["dominant"])
    if dominant.min() < 0 or dominant.max() >= len(CLASSES):
        raise LatentlabError(
            f"dominant classes are {dominant.min()} to {dominant.max()}, expected 0 to {len(CLASSES) - 1}"
        )
