"""Which latent size and architecture holds most of the land cover: each metric with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from latentlab.artifacts import read_summary
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.quantities import quantity
from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.shown_table import Cell, Column, Part, ShownTable
from latentlab.studies.landcover.judging import TILES
from latentlab.studies.landcover.latent_space.over_seeds import Space, seed_interval, spaces
from latentlab.studies.landcover.latent_space.quantities import QUANTITIES
from latentlab.studies.landcover.latent_space.titles import space_title
from latentlab.studies.landcover.latent_space.verdict import verdict

PARTS = {  # metrics beside principal components and the network before training
    "clusters without labels": ("kmeans_explained", "kmeans_ari", "silhouette"),
    "classes with labels": ("knn_balanced", "knn_accuracy"),
    "shares of classes": ("probe_r2_water", "probe_r2_vegetation", "probe_r2_building"),
    "other properties, read linearly": ("height_r2", "colour_r2", "direction_r2"),
    "other properties, told by neighbours": ("height_knn_r2", "colour_knn_r2", "direction_knn_r2"),
    "the city": ("city_accuracy",),
}
ALONE = {
    "sampled codes and active latents": (
        "kmeans_explained_sampled",
        "kmeans_ari_sampled",
        "knn_balanced_sampled",
        "active_units",
    )
}
WORDS = {  # of the sentences
    "kmeans_explained": "what k-means clusters of the means explain of the shares of classes",
    "kmeans_explained_sampled": "the same of sampled codes, as the thesis plots them",
    "kmeans_ari": "the adjusted Rand index of k-means clusters and dominant classes",
    "knn_balanced": "nearest neighbours among the means (balanced accuracy of dominant classes)",
}
NOTE = (
    "Small: 95 % interval of the mean over the seeds (Student's t). PCA: as many principal components of the "
    "pixels; random: the network before training. Metrics are fitted to the training tiles and judged on the "
    "test tiles, of other sites; k-means and silhouettes use the test tiles alone. A city that can be told "
    "is no merit."
)


def quality_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """A row for each architecture and latent size, and sentences that say which is best and if it is decided.

    Parameters
    ----------
    inputs : evaluations of the runs, all seeds; the baselines as the artifact "tiles". spec : "runs".

    Raises
    ------
    LatentlabError : runs of one architecture and size differ in more than the seed.
    """
    found = spaces(inputs.evaluations, spec["runs"])
    baselines = read_summary(inputs.artifacts[TILES])
    names = [space_title(space.architecture, space.latent) for space in found]
    titles = Column(
        "latent space",
        tuple(Cell(name, _runs(space)) for name, space in zip(names, found, strict=True)),
        text=True,
    )
    parts = [
        Part((titles, *(column for metric in metrics for column in _beside(metric, found, baselines))), about)
        for about, metrics in PARTS.items()
    ]
    parts += [
        Part((titles, *(_own(metric, found) for metric in metrics)), about)
        for about, metrics in ALONE.items()
    ]
    sentences = [
        verdict(
            found,
            metric,
            words,
            baselines[f"{metric.removesuffix('_sampled')}_shuffled"],
            _components(metric, found, baselines),
        )
        for metric, words in WORDS.items()
    ]
    return ShownTable(_data(found, baselines), tuple(parts), " ".join([*sentences, NOTE]))


def _runs(space: Space) -> str:
    return space.runs[0] if len(space.runs) == 1 else f"{space.runs[0]}, {len(space.runs)} seeds"


def _components(metric: str, found: Sequence[Space], baselines: Mapping[str, float]) -> list[float]:
    """What as many principal components reach; none of a metric of samples, which these have not."""
    return [space.answer(metric, baselines, "pca") for space in found]


def _own(metric: str, found: Sequence[Space]) -> Column:
    described = quantity(metric, QUANTITIES)
    cells = []
    for space in found:
        values = space.values(metric)
        low, high = seed_interval(values)
        ends = [
            number_text(low if described.lowest is None else max(low, described.lowest)),
            number_text(high if described.highest is None else min(high, described.highest)),
        ]
        text = number_text(float(values.mean()))
        cells.append(Cell(text, f"{ends[0]} to {ends[1]}" if all(ends) else "", kind="range"))
    return Column(described.heading, tuple(cells))


def _beside(metric: str, found: Sequence[Space], baselines: Mapping[str, float]) -> list[Column]:
    """The metric over the seeds, of as many principal components, and before training."""
    columns = [_own(metric, found)]
    for kind, title in (("pca", "PCA"), ("random", "random")):
        values = [space.answer(metric, baselines, kind) for space in found]
        columns.append(Column(title, tuple(Cell(number_text(value)) for value in values)))
    return columns


def _data(found: Sequence[Space], baselines: Mapping[str, float]) -> pd.DataFrame:
    """All metrics: mean and interval over the seeds, and beside them the answers without training."""
    lines = []
    compared = [metric for metrics in PARTS.values() for metric in metrics]
    for space in found:
        line: dict[str, Any] = {
            "architecture": space.architecture,
            "latent": space.latent,
            "seeds": len(space.runs),
        }
        for metric in [*compared, *(metric for metrics in ALONE.values() for metric in metrics)]:
            low, high = seed_interval(space.values(metric))
            line |= {metric: space.values(metric).mean(), f"{metric}_low": low, f"{metric}_high": high}
            if metric in compared:
                line |= {
                    f"{metric}_{kind}": space.answer(metric, baselines, kind) for kind in ("pca", "random")
                }
        lines.append(line)
    return pd.DataFrame(lines)
