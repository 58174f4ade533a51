"""Metrics of latent spaces against the number of latents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from latentlab.artifacts import read_summary
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.judging import TILES
from latentlab.studies.landcover.latent_space.figures.panels import SMALL
from latentlab.studies.landcover.latent_space.over_seeds import Space, spaces
from latentlab.studies.landcover.latent_space.titles import NAMES

PANELS = {
    "knn_balanced": "classes by neighbours\n(balanced accuracy)",
    "knn_balanced_sampled": "classes by neighbours,\nsampled codes",
    "kmeans_ari": "five k-means clusters\n(adjusted Rand index)",
    "kmeans_explained": "five k-means clusters\n(shares explained)",
    "probe_r2_water": "share of water\n(linear, $R^2$)",
    "probe_r2_vegetation": "share of vegetation\n(linear, $R^2$)",
    "probe_r2_building": "share of buildings\n(linear, $R^2$)",
    "height_r2": "mean height\n(linear, $R^2$)",
    "colour_r2": "mean colour\n(linear, $R^2$)",
    "direction_knn_r2": "direction of edges\n(neighbours, $R^2$)",
    "city_accuracy": "city\n(linear, accuracy)",
    "active_units": "active latents",
}
CHANCE = {
    "knn_balanced": "knn_balanced_shuffled",
    "knn_balanced_sampled": "knn_balanced_shuffled",
    "kmeans_ari": "kmeans_ari_shuffled",
    "kmeans_explained": "kmeans_explained_shuffled",
    "city_accuracy": "city_accuracy_majority",
}
LOWEST = -0.25  # R2 shown: what is worse lies below the panel
LEAST = 0.1  # upper end of the axis of an R2 at least
ARCHITECTURE_COLOURS = dict(zip(NAMES, (COLOURS[0], COLOURS[1]), strict=True))
COMPONENTS_COLOUR, CHANCE_COLOUR = "0.25", "0.6"


def draw_sizes(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Each metric of both architectures with its range over the seeds, beside what needs no training."""
    found = spaces(inputs.evaluations, spec["runs"])
    baselines = read_summary(inputs.artifacts[TILES])
    figure = Figure(figsize=(WIDTH_INCHES, 5.6), layout="constrained")
    axes = figure.subplots(3, 4, sharex=True)
    for axis, (metric, title) in zip(axes.flat, PANELS.items(), strict=True):
        _panel(axis, metric, found, baselines)
        axis.set_title(title)
    sizes = sorted({space.latent for space in found})
    for axis in axes[-1]:
        axis.set_xscale("log")
        axis.set_xticks(sizes, [str(size) for size in sizes])
        axis.minorticks_off()
        axis.set_xlabel("latents")
    figure.legend(handles=_handles(found), loc="outside lower center", ncols=3, frameon=False, fontsize=SMALL)
    return figure


def _panel(axis: Axes, metric: str, found: list[Space], baselines: Mapping[str, float]) -> None:
    plain = metric.removesuffix("_sampled")  # what needs no training has no samples
    by_size = {space.latent: space.answer(plain, baselines, "pca") for space in found}
    axis.plot(
        sorted(by_size), [by_size[size] for size in sorted(by_size)], "--", color=COMPONENTS_COLOUR, lw=1.0
    )
    for architecture, colour in ARCHITECTURE_COLOURS.items():
        own = sorted((each for each in found if each.architecture == architecture), key=lambda s: s.latent)
        if not own:
            continue
        sizes, values = [space.latent for space in own], [space.values(metric) for space in own]
        axis.fill_between(
            sizes,
            [each.min() for each in values],
            [each.max() for each in values],
            color=colour,
            alpha=0.25,
            lw=0,
        )
        axis.plot(sizes, [each.mean() for each in values], "o-", color=colour, markersize=3, linewidth=1.2)
        untrained = [space.answer(plain, baselines, "random") for space in own]
        axis.plot(sizes, untrained, ":", color=colour, linewidth=1.2)
    if metric in CHANCE:
        axis.axhline(baselines[CHANCE[metric]], color=CHANCE_COLOUR, linewidth=0.8)
    elif "_r2" in metric:
        axis.axhline(0.0, color=CHANCE_COLOUR, linewidth=0.8)
        low, high = axis.get_ylim()
        axis.set_ylim(max(low, LOWEST), max(min(high, 1.05), LEAST))
    axis.tick_params(labelsize=SMALL)
    axis.grid(alpha=0.3)


def _handles(found: list[Space]) -> list[Line2D]:
    there = {space.architecture for space in found}
    trained = [
        Line2D(
            [],
            [],
            color=colour,
            marker="o",
            markersize=3,
            label=f"{NAMES[number]}, mean and range over seeds",
        )
        for number, colour in ARCHITECTURE_COLOURS.items()
        if number in there
    ]
    return [
        *trained,
        Line2D(
            [],
            [],
            color=COMPONENTS_COLOUR,
            linestyle="--",
            label="as many principal components of the pixels",
        ),
        *(
            Line2D([], [], color=colour, linestyle=":", label=f"{NAMES[number]} before training")
            for number, colour in ARCHITECTURE_COLOURS.items()
            if number in there
        ),
        Line2D([], [], color=CHANCE_COLOUR, linewidth=0.8, label="chance or trivial answer"),
    ]
