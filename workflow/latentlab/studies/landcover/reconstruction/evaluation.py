"""Reconstructions of a trained network, measured on tiles of sites that it has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from latentlab.studies.landcover.classes import RGB_BANDS
from latentlab.studies.landcover.network.vae import LandcoverVAE, sampled
from latentlab.studies.landcover.reconstruction.metric_names import of_kind
from latentlab.studies.landcover.reconstruction.quality import joined, qualities, summary_of
from latentlab.studies.landcover.reconstruction.shown import shown_tiles
from latentlab.studies.landcover.run_tiles import RunTiles
from latentlab.studies.landcover.training.losses import kl_nats, mae
from latentlab.studies.landcover.training.pairs import Pairs
from latentlab.training.seeds import mixed_seed

TOGETHER = 128  # pictures in one pass
EVALUATION = 999_983  # in place of an epoch: its own noise
Measured = tuple[dict[str, float], dict[str, np.ndarray]]


def of_history(history: Sequence[Mapping[str, float]], record: Mapping[str, Any]) -> Measured:
    """Means over the training batches of the last epoch, the thesis's "MAEs last epoch", and all curves.

    Returns
    -------
    summary : mae_train, loss_train. arrays : "history/<column>", float64 (epochs,).
    """
    last = history[-1]
    summary = {of_kind("mae_train", record["restores"]): last["mae"], "loss_train": last["loss"]}
    return summary, {f"history/{name}": np.array([row[name] for row in history]) for name in last}


@torch.no_grad()
def evaluate(model: LandcoverVAE, tiles: RunTiles, record: Mapping[str, Any]) -> Measured:
    """Metrics of the test tiles restored from the latents' means, and once from latents that are drawn.

    Parameters
    ----------
    model : on the CPU, in eval mode. record : the run's.

    Returns
    -------
    summary : `metric_names.metrics` without those of `of_history`; kl_nats is the mean of a tile.
    arrays : "reconstruction/<quality>" (tiles,); "reconstruction/originals" and
    "reconstruction/restored" uint8 (SHOWN, 3, side, side), and "reconstruction/shown", their places.
    """
    pairs, restores = Pairs.of(tiles.test, record), record["restores"]
    noise = torch.Generator().manual_seed(mixed_seed(record["seed"], EVALUATION))
    parts, drawn_errors, rates, constant_errors = [], 0.0, 0.0, 0.0
    for given, wanted in _batches(pairs):
        mean, log_variance = model.encode(given)
        parts.append(qualities(wanted, model.decode(mean)))
        drawn = model.decode(sampled(mean, log_variance, torch.randn(mean.shape, generator=noise)))
        drawn_errors += float(mae(wanted, drawn)) * len(given)
        rates += float(kl_nats(mean, log_variance).sum())
        constant_errors += float(mae(wanted, wanted.mean(dim=(2, 3), keepdim=True))) * len(given)
    values = joined(parts)
    summary = {of_kind(name, restores): value for name, value in summary_of(values).items()}
    summary[of_kind("mae_sampled", restores)] = drawn_errors / len(pairs)
    summary |= {"kl_nats": rates / len(pairs), "weights": model.weights()}
    if restores == "bands":
        summary["mae_bands_mean_colour"] = constant_errors / len(pairs)
    places = shown_tiles(tiles.test)
    given, wanted = pairs.batch(places)
    arrays = {
        **{f"reconstruction/{name}": each for name, each in values.items()},
        "reconstruction/originals": _colours(wanted),
        "reconstruction/restored": _colours(model.decode(model.encode(given)[0])),
        "reconstruction/shown": places,
    }
    return summary, arrays


def _batches(pairs: Pairs) -> Iterator[tuple[Tensor, Tensor]]:
    for start in range(0, len(pairs), TOGETHER):
        yield pairs.batch(slice(start, start + TOGETHER))


def _colours(pictures: Tensor) -> np.ndarray:
    """uint8 (n, 3, side, side) to be shown; of eight bands red, green and blue."""
    colours = pictures[:, list(RGB_BANDS)] if pictures.shape[1] > 3 else pictures
    return (255 * colours).round().to(torch.uint8).contiguous().numpy()
