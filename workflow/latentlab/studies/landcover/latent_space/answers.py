"""What needs no training: principal components, networks with random weights, the mean colour, chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from latentlab.studies.landcover.classes import CITIES, CLASSES
from latentlab.studies.landcover.latent_space.latents import encode, principal_components
from latentlab.studies.landcover.latent_space.metric_names import (
    ARCHITECTURES,
    SHUFFLED,
    of_components,
    of_untrained,
)
from latentlab.studies.landcover.latent_space.scores import (
    Factors,
    Found,
    cluster_statistics,
    confusion_statistics,
    latent_scores,
)
from latentlab.studies.landcover.run_tiles import RunTiles

SHUFFLES = 200
LEVEL = 0.95  # quantile of what shuffled classes give


def answers(
    tiles: RunTiles, sizes: Mapping[str, int], untrained: Sequence[Mapping[str, Any]], seed: int
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """The metrics of `scores.latent_scores` for what needs no training.

    "<metric>_pca_<size>" of as many principal components of the colours (fewer if the training tiles have no
    more), "_random_<architecture>_<size>" of the means of a network before training, "_mean_colour" of a
    tile's mean red, green and blue. "_majority": the most frequent training class or city for each tile;
    "_shuffled": the 95th percentile of what the most components give if classes belong to other tiles.

    Parameters
    ----------
    sizes : numbers of latents by their name, "full" or the number itself.
    untrained : records of runs, the one of each architecture and size. seed : of k-means and shuffles.

    Returns
    -------
    Metrics by name (see `metric_names.answers`), and no arrays.
    """
    from latentlab.studies.landcover.network.vae import build_vae  # torch's layers: not for figures

    train, test = tiles.train.factors, tiles.test.factors
    summary: dict[str, float] = {}
    components = principal_components(tiles.train, tiles.test)
    found: dict[int, Found] = {}
    for label, size in sizes.items():
        found[size] = latent_scores(components[0][:, :size], train, components[1][:, :size], test, seed)
        summary |= _named(found[size].summary, of_components(label))
    labels = {size: label for label, size in sizes.items()}
    for record in untrained:
        if record["architecture"] not in ARCHITECTURES or record["latent"] not in labels:
            continue
        model = build_vae(record)
        means = [encode(model, split, record["input"])[0] for split in (tiles.train, tiles.test)]
        ending = of_untrained(record["architecture"], labels[record["latent"]])
        summary |= _named(latent_scores(means[0], train, means[1], test, seed).summary, ending)
    colours = latent_scores(train["mean_colour"], train, test["mean_colour"], test, seed)
    summary |= _named(colours.summary, "mean_colour") | _majority(train, test)
    largest = max(found)
    return summary | _shuffled(found[largest], test, seed), {}


def _named(summary: Mapping[str, float], ending: str) -> dict[str, float]:
    return {f"{name}_{ending}": value for name, value in summary.items()}


def _majority(train: Factors, test: Factors) -> dict[str, float]:
    """The most frequent class and city of the training tiles as the answer for each test tile."""
    most = np.bincount(train["dominant"], minlength=len(CLASSES)).argmax()
    statistics = confusion_statistics(np.full(len(test["dominant"]), most), test)
    city = np.bincount(train["city"].astype(int), minlength=len(CITIES)).argmax()
    return {
        **{f"{name}_majority": statistics[name].value for name in ("knn_balanced", "knn_accuracy")},
        "city_accuracy_majority": float((test["city"] == city).mean()),
    }


def _shuffled(found: Found, test: Factors, seed: int) -> dict[str, float]:
    """Metrics against the classes of other tiles: the list of tiles, site by site, is turned by a number.

    So tiles of a site keep their likeness; classes shuffled one by one would make chance look narrower.
    """
    order = np.lexsort((np.arange(len(test["site"])), test["site"]))
    random = np.random.default_rng([seed, 2])
    values: dict[str, list[float]] = {name: [] for name in SHUFFLED}
    for turn in random.integers(1, len(order), size=SHUFFLES):
        other = dict(test)
        for name in ("dominant", "fractions"):
            other[name] = np.empty_like(test[name])
            other[name][order] = np.roll(test[name][order], turn, axis=0)
        statistics = {
            **confusion_statistics(found.classes, other),
            **cluster_statistics(found.clusters, other),
        }
        for name in SHUFFLED:
            values[name].append(statistics[name].value)
    return {f"{name}_shuffled": float(np.quantile(each, LEVEL)) for name, each in values.items()}
