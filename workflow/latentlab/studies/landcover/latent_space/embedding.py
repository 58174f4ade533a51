"""Latents of several runs in two dimensions, and how much of them is left there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from latentlab.errors import LatentlabError
from latentlab.studies.landcover.evaluation_file import read_arrays
from latentlab.studies.landcover.latent_space.layouts import principal_layout, tsne_layout, umap_layout
from latentlab.studies.landcover.latent_space.metric_names import METHODS, embedded_name
from latentlab.studies.landcover.latent_space.neighbours import COUNT, balanced_accuracy, between_sites
from latentlab.studies.landcover.tile_set import Tiles

THUMBNAIL = 32  # px
SHOWN = ("dominant", "city", "site", "mean_height_m")  # factors that figures show


def embed(
    evaluations: Mapping[str, Path | str], test: Tiles, settings: Mapping[str, Any], seed: int
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Layouts of the test tiles' latents, by method and run.

    Parameters
    ----------
    evaluations : by run, its evaluation with "latent_mean" and "latent_sampled". test : the test tiles.
    settings : "perplexity" and "iterations" of t-SNE; "neighbours" and "min_distance" of UMAP; "tiles", the
        most that are embedded (the thesis has 4000): drawn at random where there are more.
    seed : of the methods and of the draw.

    Returns
    -------
    Metrics "<method>_<measure>_<run>", see `metric_names.embedded`: of classes and cities the balanced
    accuracy by the nearest tiles of other sites in two dimensions, and how far near ones are near in the
    latents ("trustworthiness", Venna and Kaski 2001). Arrays "<method>/<run>" float32 (n, 2), "thumbnails"
    uint8 (n, 3, 32, 32), "tiles" int (n,) places in the split, and the factors of `SHOWN`.

    Raises
    ------
    LatentlabError : too few tiles for the settings, or latents that are all equal.
    """
    count = min(len(test), settings["tiles"])
    if count <= 3 * settings["perplexity"] or count <= settings["neighbours"]:
        raise LatentlabError(
            f"{count} test tiles are too few to embed with perplexity {settings['perplexity']}; expected "
            f"more than {max(3 * settings['perplexity'], settings['neighbours']):g}"
        )
    chosen = np.sort(np.random.default_rng(seed).permutation(len(test))[:count])
    factors = {name: test.factors[name][chosen] for name in SHOWN}
    summary: dict[str, float] = {}
    arrays = {**factors, "tiles": chosen, "thumbnails": thumbnails(test.rgb[chosen])}
    for run, path in tqdm(evaluations.items(), desc="embeddings"):
        mean, sampled = (each[chosen] for each in read_arrays(path, "latent_mean", "latent_sampled"))
        if not mean.std() > 0:
            raise LatentlabError(f"{path}: the latents of all tiles are equal, so there is nothing to embed")
        for method in METHODS:
            latents = sampled if method == "tsne_sampled" else mean
            points = _layout(method, latents, settings, seed)
            arrays[f"{method}/{run}"] = points
            measured = _measures(latents, points, factors, settings["neighbours"])
            summary |= {embedded_name(method, name, run): value for name, value in measured.items()}
    return summary, arrays


def _layout(method: str, latents: np.ndarray, settings: Mapping[str, Any], seed: int) -> np.ndarray:
    if method == "pca":
        return principal_layout(latents)
    if method == "umap":
        return umap_layout(latents, settings["neighbours"], settings["min_distance"], seed)
    return tsne_layout(latents, settings["perplexity"], settings["iterations"], seed)


def _measures(
    latents: np.ndarray, points: np.ndarray, factors: Mapping[str, np.ndarray], neighbours: int
) -> dict[str, float]:
    from sklearn.manifold import trustworthiness

    found = {}
    for name, factor in (("balanced", "dominant"), ("city", "city")):
        truth = factors[factor].astype(int)
        by_count = between_sites(points, truth, factors["site"], (1, COUNT), even=True)
        found[name] = balanced_accuracy(truth, by_count[max(by_count)])
    count = min(neighbours, (len(points) - 1) // 2)
    return {**found, "trustworthiness": float(trustworthiness(latents, points, n_neighbors=count))}


def thumbnails(rgb: np.ndarray) -> np.ndarray:
    """Tiles uint8 (n, 3, side, side) as pictures of at most `THUMBNAIL` px: means of whole pixels."""
    n, channels, side, _ = rgb.shape
    step = max(1, side // THUMBNAIL)
    kept = side // step * step
    blocks = rgb[:, :, :kept, :kept].reshape(n, channels, kept // step, step, kept // step, step)
    return np.round(blocks.mean(axis=(3, 5))).astype(np.uint8)
