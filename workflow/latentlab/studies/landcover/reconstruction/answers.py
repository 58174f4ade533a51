"""How well tiles are restored without training a network: their mean colour, a mean tile, components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from latentlab.studies.landcover.reconstruction.components import Components
from latentlab.studies.landcover.reconstruction.evaluation import TOGETHER
from latentlab.studies.landcover.reconstruction.quality import joined, qualities, summary_of
from latentlab.studies.landcover.run_tiles import RunTiles


def answers(
    tiles: RunTiles, sizes: Mapping[str, int], untrained: Sequence[Mapping[str, Any]], seed: int
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Qualities of test tiles restored without a network, `metric_names.answers`.

    The mean colour knows three numbers of the tile; the mean image, of all training tiles, none; "pca_<size>"
    as many numbers as a latent: components of the training tiles.

    Parameters
    ----------
    sizes : numbers of latents by name. untrained, seed : not used.

    Returns
    -------
    summary; no arrays.
    """
    found = Components.of(tiles.train.rgb, max(sizes.values()))
    parts: dict[str, list[dict[str, np.ndarray]]] = {}
    for start in range(0, len(tiles.test), TOGETHER):
        x = tiles.test.rgb[start : start + TOGETHER].astype(np.float32) / np.float32(255)
        rows = x.reshape(len(x), -1)
        restored = {
            "mean_colour": np.broadcast_to(x.mean(axis=(2, 3), keepdims=True), x.shape),
            "mean_image": np.broadcast_to(found.mean.reshape(x.shape[1:]), x.shape),
            **{f"pca_{name}": found.restored(rows, size) for name, size in sizes.items()},
        }
        for name, each in restored.items():
            pictures = torch.from_numpy(np.ascontiguousarray(each).reshape(x.shape))
            parts.setdefault(name, []).append(qualities(torch.from_numpy(x), pictures))
    summary = {
        f"{metric}_{name}": value
        for name, each in parts.items()
        for metric, value in summary_of(joined(each)).items()
    }
    return summary, {}
