"""What the latents of a trained run hold: metrics on test tiles, and the latents for embeddings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import nn

from latentlab.studies.landcover.classes import CLASSES
from latentlab.studies.landcover.latent_space.clusters import k_means
from latentlab.studies.landcover.latent_space.latents import encode, sample
from latentlab.studies.landcover.latent_space.metric_names import INTERVAL, SAMPLED
from latentlab.studies.landcover.latent_space.scores import (
    class_statistics,
    cluster_statistics,
    latent_scores,
)
from latentlab.studies.landcover.run_tiles import RunTiles

ACTIVE = 0.01  # variance of an active latent's mean over tiles: Burda, Grosse and Salakhutdinov 2016


def evaluate(
    model: nn.Module, tiles: RunTiles, record: Mapping[str, Any]
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics of a run's latents, and the latents.

    The metrics are those of the means; "..._sampled" are the same of one draw a tile, as the thesis plots
    its codes (neighbours: draws of the training tiles too). An interval "_low", "_high" is a bootstrap over
    the test sites.

    Parameters
    ----------
    model : see `network.vae.LandcoverVAE`. record : the run's; its "seed" is that of samples and k-means.

    Returns
    -------
    Metrics by name, see `metric_names.metrics`; arrays "latent_mean", "latent_sampled" of the test tiles,
    "latent_train" (means), float32 (n, latent), "active" bool (latent,), "knn_class" and "cluster" int8 (n,).

    Raises
    ------
    LatentlabError : latents that are not finite, or tiles without what is known of them.
    """
    train, test = tiles.train.factors, tiles.test.factors
    seed = int(record["seed"])
    (seen, seen_spread), (mean, spread) = (
        encode(model, split, record["input"]) for split in (tiles.train, tiles.test)
    )
    random = np.random.default_rng([seed, 1])
    drawn, drawn_train = sample(mean, spread, random), sample(seen, seen_spread, random)
    found = latent_scores(seen, train, mean, test, seed)
    summary = found.summary
    for name, each in found.judged.items():
        summary |= {f"{name}{end}": value for end, value in zip(INTERVAL, each.interval(seed), strict=True)}
    of_draws = class_statistics(drawn_train, train, drawn, test)
    of_draws |= cluster_statistics(k_means(drawn, len(CLASSES), seed), test)
    summary |= {f"{name}_sampled": of_draws[name].value for name in SAMPLED}
    active = mean.var(axis=0) > ACTIVE
    summary |= {"active_units": float(active.sum()), "collapsed_share": float(1 - active.mean())}
    arrays = {
        "latent_mean": mean,
        "latent_sampled": drawn,
        "latent_train": seen,
        "active": active,
        "knn_class": found.classes.astype(np.int8),
        "cluster": found.clusters.astype(np.int8),
    }
    return summary, arrays
