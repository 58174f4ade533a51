"""How much better a model is than the control: seeds and sites are drawn anew, the sites alike for both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from latentlab.studies.landcover.latent_space.statistics import LEVELS, RESAMPLES, SiteStatistic

Statistics = Sequence[SiteStatistic]  # whose values are averaged: one metric may be the mean of several


def gain(model: Sequence[Statistics], control: Sequence[Statistics], seed: int) -> tuple[float, float, float]:
    """Difference of two models' means over their seeds, and its 95 % bootstrap interval.

    Tiles of one site are alike, so sites are drawn and not tiles; both models are judged on the same draw,
    so that hard sites do not widen the interval. Trainings are drawn for each model alone.

    Parameters
    ----------
    model, control : for each seed of a training, the statistics of one metric, on the same sites.
    seed : of the draws.
    """
    random = np.random.default_rng(seed)
    sites = len(control[0][0].sums)
    drawn = random.integers(sites, size=(RESAMPLES, sites))
    times = np.stack([(drawn == site).sum(axis=1) for site in range(sites)], axis=1).astype(float)

    def resampled(trainings: Sequence[Statistics]) -> np.ndarray:
        values = np.stack([_mean(each, times) for each in trainings])  # (trainings, draws)
        chosen = random.integers(len(values), size=(RESAMPLES, len(values)))
        return np.take_along_axis(values, chosen.T, axis=0).mean(axis=0)

    found = resampled(model) - resampled(control)
    found = found[np.isfinite(found)]
    low, high = np.quantile(found, LEVELS) if len(found) else (np.nan, np.nan)
    everything = np.ones((1, sites))
    whole = [np.mean([_mean(each, everything) for each in trainings]) for trainings in (model, control)]
    return float(whole[0] - whole[1]), float(low), float(high)


def _mean(statistics: Statistics, times: np.ndarray) -> np.ndarray:
    """(draws,) mean of statistics where each site counts as often as drawn, (draws, sites)."""
    values = [each.statistic(np.tensordot(times, each.sums, axes=1)) for each in statistics]
    return np.mean(values, axis=0)
