"""What measures think of constructed pictures: no network takes part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from latentlab.metrics import ms_ssim, ssim
from latentlab.studies.landcover.perception.constructed import constructed
from latentlab.studies.landcover.perception.evaluation import shown_places
from latentlab.studies.landcover.perception.measures import likeness, mae, sharpness
from latentlab.studies.landcover.perception.metric_names import HIGHER_IS_BETTER, RANKED
from latentlab.studies.landcover.perception.probe import CoverProbe
from latentlab.studies.landcover.perception.restored import as_bytes, measured
from latentlab.studies.landcover.run_tiles import RunTiles, pictures


def answers(
    tiles: RunTiles, sizes: Mapping[str, int], untrained: Sequence[Mapping[str, Any]], seed: int
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics of the constructed pictures, `metric_names.answers`, on at most `restored.MEASURED` test tiles.

    Parameters
    ----------
    seed : of the noise. sizes, untrained : not used.

    Returns
    -------
    summary. arrays : "perception/truth" and "perception/<constructed>" uint8 (SHOWN, 3, side, side), the
    tiles of the figure; "perception/<constructed>_values" float32 (SHOWN, measures) in the order of RANKED.
    """
    part = measured(tiles.test)
    train, truth = pictures(tiles.train, "rgb"), pictures(part, "rgb")
    dominant = part.factors["dominant"]
    probe = CoverProbe(train, tiles.train.factors["dominant"])
    shown = shown_places(part)
    summary = {"cover_accuracy_truth": probe.accuracy(truth, dominant)}
    arrays = {"perception/truth": as_bytes(truth[shown])}
    by_tile = {}
    for name, made in constructed(truth, train.mean(axis=0), seed).items():
        by_tile[name] = _values(truth, made)
        found = {measure: float(values.mean()) for measure, values in by_tile[name].items()}
        found["sharpness"] = sharpness(truth, made)
        found["cover_accuracy"] = probe.accuracy(made, dominant)
        summary |= {f"{measure}_{name}": value for measure, value in found.items()}
        arrays[f"perception/{name}"] = as_bytes(made[shown])
        arrays[f"perception/{name}_values"] = np.stack(
            [by_tile[name][each][shown] for each in RANKED], axis=1
        )
    for measure in RANKED:
        better = by_tile["inverted"][measure] - by_tile["mean_colour"][measure]
        if measure not in HIGHER_IS_BETTER:
            better = -better
        summary[f"{measure}_prefers_inverted"] = 100 * float((better > 0).mean())
    return summary, arrays


def _values(truth: np.ndarray, x: np.ndarray) -> dict[str, np.ndarray]:
    """Each of RANKED for each picture, (n,)."""
    tensors = [torch.from_numpy(np.ascontiguousarray(each)) for each in (x, truth)]
    return {
        "mae": mae(truth, x),
        "ssim": ssim(*tensors, data_range=1.0).numpy(),
        "ms_ssim": ms_ssim(*tensors, data_range=1.0).numpy(),
        **likeness(truth, x),
    }
