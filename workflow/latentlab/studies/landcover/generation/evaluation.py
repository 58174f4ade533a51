"""What a network draws: samples from its prior, pictures between tiles, and how much each latent says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.landcover.generation import interpolation, samples
from latentlab.studies.landcover.generation.collapse import kl_per_latent
from latentlab.studies.landcover.perception.metric_names import measures
from latentlab.studies.landcover.perception.restored import as_bytes, decoded, encoded, measured
from latentlab.studies.landcover.run_tiles import RunTiles, pictures


def evaluate(
    model: Any, tiles: RunTiles, record: Mapping[str, Any]
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics of a run, `metric_names.metrics`, and what the figures show.

    Parameters
    ----------
    model : a `network.vae.LandcoverVAE`. record : the run's; its "seed" draws the samples.

    Returns
    -------
    summary, arrays : nothing for a run that restores bands. Arrays "generation/samples" uint8 (SHOWN, 3,
    side, side); "generation/paths" uint8 (pairs, steps, 3, side, side); "generation/ends" uint8 (pairs, 2, 3,
    side, side), the tiles themselves; and, if variational, "generation/kl_per_latent" float32 (latent,),
    nats, in descending order.
    """
    if not measures(record):
        return {}, {}
    part = measured(tiles.test)
    real = pictures(part, "rgb")
    natural = samples.Naturalness(real)
    drawn = decoded(model, samples.prior(samples.COUNT, record["latent"], record["seed"]))
    mean, log_variance = encoded(model, pictures(part, record["input"]))
    places = interpolation.pairs(part.factors["dominant"])
    latents = interpolation.line(mean[places[:, 0]], mean[places[:, 1]])
    paths = decoded(model, latents.reshape(-1, mean.shape[1]))
    paths = paths.reshape(*latents.shape[:2], *paths.shape[1:])
    summary = {
        "sample_distance": natural.distance(drawn),
        "sample_sharpness": natural.sharpness(drawn),
        "interpolation_unevenness": interpolation.unevenness(paths),
        "interpolation_sharpness": interpolation.middle_sharpness(paths, real[places]),
    }
    arrays = {
        "generation/samples": as_bytes(drawn[: samples.SHOWN]),
        "generation/paths": as_bytes(paths[: interpolation.SHOWN]),
        "generation/ends": as_bytes(real[places[: interpolation.SHOWN]]),
    }
    if log_variance is not None:
        kl = kl_per_latent(mean, log_variance)
        arrays["generation/kl_per_latent"] = np.sort(kl)[::-1].astype(np.float32)
    return summary, arrays
