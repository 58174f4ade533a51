"""Samples and interpolations without a network: real tiles, components drawn at random, blended pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from latentlab.studies.landcover.generation import interpolation, samples
from latentlab.studies.landcover.perception.restored import as_bytes, measured
from latentlab.studies.landcover.run_tiles import RunTiles, pictures


def answers(
    tiles: RunTiles, sizes: Mapping[str, int], untrained: Sequence[Mapping[str, Any]], seed: int
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics of the tiles, `metric_names.answers`.

    Parameters
    ----------
    sizes : numbers of components by name. seed : of the samples. untrained : not used.

    Returns
    -------
    summary. arrays : "generation/tiles" and "generation/pca", the samples of the most components, uint8
    (SHOWN, 3, side, side).
    """
    part = measured(tiles.test)
    train, real = pictures(tiles.train, "rgb"), pictures(part, "rgb")
    known = pictures(measured(tiles.train), "rgb")  # as many as there are samples
    natural = samples.Naturalness(real)
    repeated = np.broadcast_to(train.mean(axis=0), real.shape)
    found = {"training_tiles": known, "mean_image": repeated}
    centre, directions = components(train, max(sizes.values()))
    for name, size in sizes.items():
        found[f"pca_{name}"] = component_samples(centre, directions[:size], samples.COUNT, seed)
    summary = {}
    for name, shown in found.items():
        summary[f"sample_distance_{name}"] = natural.distance(shown)
        summary[f"sample_sharpness_{name}"] = natural.sharpness(shown)
    places = interpolation.pairs(part.factors["dominant"])
    paths = interpolation.line(real[places[:, 0]], real[places[:, 1]])
    summary["interpolation_unevenness_blending"] = interpolation.unevenness(paths)
    summary["interpolation_sharpness_blending"] = interpolation.middle_sharpness(paths, real[places])
    places = np.linspace(0, len(real) - 1, min(samples.SHOWN, len(real))).round().astype(int)
    most = max(sizes, key=sizes.__getitem__)
    arrays = {
        "generation/tiles": as_bytes(real[places]),
        "generation/pca": as_bytes(found[f"pca_{most}"][: samples.SHOWN]),
    }
    return summary, arrays


def components(train: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean picture, and principal components as long as their standard deviations, the largest first.

    Parameters
    ----------
    train : float (n, channels, side, side). size : how many; there are at most n - 1.

    Returns
    -------
    float32 (channels, side, side), and (size or fewer, channels, side, side).
    """
    rows = train.reshape(len(train), -1).astype(np.float32)
    centre = rows.mean(axis=0)
    rows = rows - centre
    # n is smaller than the number of values: the eigenvectors of the n x n products are enough
    variance, vectors = np.linalg.eigh(rows @ rows.T)
    kept = np.argsort(variance)[::-1][: min(size, len(rows) - 1)]
    directions = vectors[:, kept].T @ rows / np.sqrt(len(rows))
    return centre.reshape(train.shape[1:]), directions.reshape(-1, *train.shape[1:])


def component_samples(centre: np.ndarray, directions: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Pictures from the normal distribution of `components`, (count, channels, side, side), 0 to 1."""
    drawn = samples.prior(count, len(directions), seed)
    found = centre.ravel() + drawn @ directions.reshape(len(directions), -1)
    return np.clip(found, 0, 1).reshape(count, *centre.shape).astype(np.float32)
