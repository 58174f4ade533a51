"""Runs of one architecture and latent size over their seeds, beside what needs no training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.errors import LatentlabError
from latentlab.studies.landcover.evaluation_file import KIND
from latentlab.studies.landcover.latent_space.metric_names import of_components, of_untrained

LEVEL = 0.975  # quantile of Student's t of a 95 % interval


@dataclass(frozen=True)
class Space:
    """The latent spaces of one architecture and size, one for each seed.

    Attributes
    ----------
    architecture : its number as text. latent : its size. runs : their ids.
    summaries : metrics of each run.
    """

    architecture: str
    latent: int
    runs: tuple[str, ...]
    summaries: tuple[Mapping[str, float], ...]

    def values(self, metric: str) -> np.ndarray:
        """A metric of each seed."""
        return np.array([summary[metric] for summary in self.summaries], dtype=float)

    def answer(self, metric: str, baselines: Mapping[str, float], kind: str) -> float:
        """The metric of as many principal components ("pca"), or of the network before training ("random").

        NaN where it was not measured.
        """
        for label in (str(self.latent), "full"):
            ending = of_components(label) if kind == "pca" else of_untrained(self.architecture, label)
            if f"{metric}_{ending}" in baselines:
                return float(baselines[f"{metric}_{ending}"])
        return float("nan")


def spaces(evaluations: Mapping[str, Path | str], runs: Sequence[str]) -> list[Space]:
    """Runs by architecture and latent size, in the order of the first of each.

    Raises
    ------
    LatentlabError : two runs of one architecture and size differ in more than the seed.
    """
    found: dict[tuple[str, int], list[tuple[str, Mapping[str, object]]]] = {}
    for run in runs:
        with read_artifact(evaluations[run], kind=KIND) as file:
            record = record_of(file)
        alike = found.setdefault((record["architecture"], record["latent"]), [])
        if alike and {**record, "seed": None} != {**alike[0][1], "seed": None}:
            raise LatentlabError(f"runs '{alike[0][0]}' and '{run}' differ in more than their seed")
        alike.append((run, record))
    return [
        Space(
            architecture,
            latent,
            tuple(run for run, _ in alike),
            tuple(read_summary(evaluations[run]) for run, _ in alike),
        )
        for (architecture, latent), alike in found.items()
    ]


def seed_interval(values: np.ndarray) -> tuple[float, float]:
    """95 % interval of the mean over seeds (Student's t); both ends are NaN for a single seed."""
    if len(values) < 2:
        return float("nan"), float("nan")
    from scipy.stats import t

    half = t.ppf(LEVEL, len(values) - 1) * values.std(ddof=1) / sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


def difference_interval(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """95 % interval of the difference of two means over seeds (Welch 1947); NaN where one has a single seed.

    Seeds of different networks are not pairs: the same seed draws other weights.
    """
    if min(len(first), len(second)) < 2:
        return float("nan"), float("nan")
    from scipy.stats import t

    parts = [values.var(ddof=1) / len(values) for values in (first, second)]
    difference, total = float(first.mean() - second.mean()), sum(parts)
    if total == 0:
        return difference, difference
    squares = sum(part**2 / (len(values) - 1) for part, values in zip(parts, (first, second), strict=True))
    half = t.ppf(LEVEL, total**2 / squares) * sqrt(total)
    return difference - half, difference + half
