"""Figures of what networks draw: samples, pictures between tiles, and the latents that say something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from latentlab.artifacts import read_summary
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.evaluation_file import read_arrays
from latentlab.studies.landcover.generation.interpolation import line
from latentlab.studies.landcover.generation.panels import SMALL, name_row, run_name, show
from latentlab.studies.landcover.judging import TILES

COLUMNS = 12  # samples of a row
RUN_COLOURS = [*COLOURS, "black", "0.55"]
LINES = ("-", "--", ":", "-.")
# Panels of the figure of collapse: metric, its words, and whether its axis is logarithmic
SCORES = (
    ("kl_nats", "KL divergence\n(nats a tile)"),
    ("active_units", "active latents"),
    ("mae", "mean absolute\nerror"),
    ("knn_balanced", "class by nearest\nlatents (balanced)"),
    ("sample_distance", "distance of\nsamples from tiles"),
)


def draw_samples(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Rows of pictures: test tiles, samples of principal components, samples of each run."""
    tiles, components = read_arrays(inputs.artifacts[TILES], "generation/tiles", "generation/pca")
    answers = read_summary(inputs.artifacts[TILES])
    rows = [
        ("test tiles", tiles),
        (f"principal components\ndistance {answers['sample_distance_pca_full']:.2f}", components),
    ]
    for run in spec["runs"]:
        path = inputs.evaluations[run]
        distance = read_summary(path)["sample_distance"]
        (pictures,) = read_arrays(path, "generation/samples")
        rows.append((f"{run_name(path)}\ndistance {distance:.2f}", pictures))
    figure = Figure(figsize=(WIDTH_INCHES, 0.52 * len(rows)), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0.01, hspace=0.01)
    for axes, (name, pictures) in zip(figure.subplots(len(rows), COLUMNS, squeeze=False), rows, strict=True):
        for axis, picture in zip(axes, pictures, strict=False):
            show(axis, picture)
        name_row(axes[0], name)
    return figure


def draw_interpolation(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """A block for each pair of tiles: their pixels blended, and the path of each run between the tiles."""
    paths = {run: read_arrays(inputs.evaluations[run], "generation/paths")[0] for run in spec["runs"]}
    (ends,) = read_arrays(inputs.evaluations[spec["runs"][0]], "generation/ends")
    steps = next(iter(paths.values())).shape[1]
    blended = np.rint(line(ends[:, 0].astype(np.float32), ends[:, 1].astype(np.float32), steps))
    rows = {"pixels blended": blended.astype(np.uint8)}
    rows |= {run_name(inputs.evaluations[run]): found for run, found in paths.items()}
    figure = Figure(figsize=(WIDTH_INCHES, 0.66 * len(ends) * len(rows) + 0.3), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.01, h_pad=0.01, wspace=0.01, hspace=0.01)
    blocks = np.atleast_1d(figure.subfigures(len(ends), 1, hspace=0.03))
    for pair, block in enumerate(blocks):
        axes = block.subplots(len(rows), steps + 2, squeeze=False)
        for line_axes, (name, found) in zip(axes, rows.items(), strict=True):
            for axis, picture in zip(line_axes, (ends[pair, 0], *found[pair], ends[pair, 1]), strict=True):
                show(axis, picture)
            name_row(line_axes[0], name)
    return figure


def draw_collapse(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """KL divergence of each latent, in descending order, and scores of each run."""
    runs = spec["runs"]
    names = [run_name(inputs.evaluations[run]).replace("\n", ", ") for run in runs]
    figure = Figure(figsize=(WIDTH_INCHES, 2.5 + 0.17 * len(runs)), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=[2.3, 0.4 + 0.17 * len(runs)])
    axis = top.subplots()
    for number, (run, name) in enumerate(zip(runs, names, strict=True)):
        path = inputs.evaluations[run]
        if "kl_nats" not in read_summary(path) or read_summary(path)["kl_nats"] == 0:
            continue  # a plain autoencoder has no divergence
        (kl,) = read_arrays(path, "generation/kl_per_latent")
        style = {"color": RUN_COLOURS[number % len(RUN_COLOURS)], "linestyle": LINES[number % len(LINES)]}
        axis.plot(np.arange(1, len(kl) + 1), np.maximum(kl, 1e-4), label=name, linewidth=1.2, **style)
    axis.set(xscale="log", yscale="log", xlabel="latent, in order of its KL divergence")
    axis.set_ylabel("KL divergence (nats)")
    axis.set_ylim(bottom=1e-3)
    axis.grid(alpha=0.3)
    axis.legend(frameon=False, fontsize=SMALL, loc="center left", bbox_to_anchor=(1.0, 0.5))
    panels = bottom.subplots(1, len(SCORES), sharey=True)
    for panel, (metric, title) in zip(panels, SCORES, strict=True):
        for number, run in enumerate(runs):
            summary = read_summary(inputs.evaluations[run])
            value = summary.get(metric)
            if value is not None and (metric != "kl_nats" or value > 0):
                panel.plot(value, -number, "o", color=RUN_COLOURS[number % len(RUN_COLOURS)], markersize=4)
        panel.set_xlabel(title, fontsize=SMALL)
        panel.xaxis.set_major_locator(MaxNLocator(3, integer=metric == "active_units"))
        panel.tick_params(labelsize=SMALL)
        panel.grid(alpha=0.3)
    panels[0].set_yticks([-number for number in range(len(runs))], names, fontsize=SMALL)
    panels[0].set_ylim(0.6 - len(runs), 0.4)
    return figure
