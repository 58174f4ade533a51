"""Embedded latents: by dominant class, by height, as thumbnails (thesis, section 7.4), and by method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.artifacts import read_summary
from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.evaluation_file import read_arrays
from latentlab.studies.landcover.latent_space.figures.panels import (
    SMALL,
    bare,
    city_handles,
    class_colours,
    class_handles,
    panels,
    record_at,
    scatter,
    title_of,
)
from latentlab.studies.landcover.latent_space.metric_names import METHODS, embedded_name

SHOWN = "tsne"  # the layout of the three plots of section 7.4; all methods stand in `draw_embeddings`
GRID = 16  # thumbnails along a side
HIGHEST = 98  # percentile of mean heights at the end of the colour scale
ROWS = {
    "tsne": "t-SNE, means",
    "tsne_sampled": "t-SNE, sampled codes",
    "umap": "UMAP, means",
    "pca": "PCA, means",
}


def _embedded(inputs: Inputs, spec: Mapping[str, Any]) -> Any:
    """The artifact of the embeddings, the figure's only stage."""
    return inputs.artifacts[spec["subjects"][0]]


def draw_classes(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """t-SNE of each run's means, coloured by dominant class; squares: one city, circles: the other."""
    path = _embedded(inputs, spec)
    dominant, city = read_arrays(path, "dominant", "city")
    figure, axes = panels(spec["runs"], 3.4)
    for axis, run in zip(axes, spec["runs"], strict=True):
        (points,) = read_arrays(path, f"{SHOWN}/{run}")
        scatter(axis, points, city, class_colours(dominant), 13)
        axis.set(title=title_of(inputs.evaluations[run]), xlabel="t-SNE 1", ylabel="t-SNE 2")
    handles = [*class_handles(dominant), *city_handles()]
    figure.legend(handles=handles, loc="outside lower center", ncols=7, frameon=False, fontsize=SMALL)
    return figure


def draw_heights(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """The same points, coloured by the tile's mean height above ground."""
    path = _embedded(inputs, spec)
    height, city = read_arrays(path, "mean_height_m", "city")
    figure, axes = panels(spec["runs"], 3.2)
    known = np.isfinite(height)
    top = float(np.percentile(height[known], HIGHEST))
    drawn = None
    for axis, run in zip(axes, spec["runs"], strict=True):
        (points,) = read_arrays(path, f"{SHOWN}/{run}")
        drawn = scatter(
            axis, points[known], city[known], height[known], 13, vmin=0.0, vmax=top, cmap="viridis"
        )
        axis.set(title=title_of(inputs.evaluations[run]), xlabel="t-SNE 1", ylabel="t-SNE 2")
    figure.colorbar(drawn, ax=axes, label="mean height above ground (m)", shrink=0.6, extend="max")
    figure.legend(handles=city_handles(), loc="outside lower center", ncols=2, frameon=False, fontsize=SMALL)
    return figure


def draw_thumbnails(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """The tiles themselves at their places; of several in one cell of a grid the one nearest its centre."""
    path = _embedded(inputs, spec)
    (pictures,) = read_arrays(path, "thumbnails")
    figure, axes = panels(spec["runs"], 3.5)
    for axis, run in zip(axes, spec["runs"], strict=True):
        (points,) = read_arrays(path, f"{SHOWN}/{run}")
        axis.imshow(thumbnail_map(points, pictures), interpolation="nearest", origin="upper")
        bare(axis)
        axis.set(title=title_of(inputs.evaluations[run]), xlabel="t-SNE 1", ylabel="t-SNE 2")
    return figure


def thumbnail_map(points: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    """Pictures at their places on a grid of `GRID` cells a side, white elsewhere.

    Parameters
    ----------
    points : float (n, 2), to the right and upwards. pictures : uint8 (n, 3, side, side).

    Returns
    -------
    uint8 (GRID * side, GRID * side, 3), first row at the top.
    """
    side = pictures.shape[-1]
    low, high = points.min(axis=0), points.max(axis=0)
    places = (points - low) / np.where(high > low, high - low, 1.0) * (GRID - 1)
    cells = np.round(places).astype(int)
    off = np.square(places - cells).sum(axis=1)
    shown = np.full((GRID * side, GRID * side, 3), 255, np.uint8)
    for tile in np.argsort(off, kind="stable")[::-1]:  # the nearest is drawn last
        column, row = cells[tile, 0], GRID - 1 - cells[tile, 1]
        shown[row * side : (row + 1) * side, column * side : (column + 1) * side] = pictures[tile].transpose(
            1, 2, 0
        )
    return shown


def draw_embeddings(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """One row for each method, one column for each run, coloured by dominant class."""
    path = _embedded(inputs, spec)
    dominant, city = read_arrays(path, "dominant", "city")
    summary, runs = read_summary(path), spec["runs"]
    side = WIDTH_INCHES / len(runs)
    figure = Figure(figsize=(WIDTH_INCHES, len(METHODS) * side + 0.5), layout="constrained")
    axes = figure.subplots(len(METHODS), len(runs), squeeze=False)
    for row, method in zip(axes, METHODS, strict=True):
        for axis, run in zip(row, runs, strict=True):
            (points,) = read_arrays(path, f"{method}/{run}")
            scatter(axis, points, city, class_colours(dominant), 5)
            told = summary[embedded_name(method, "balanced", run)]
            axis.set_xlabel(f"neighbours {told:.2f}", fontsize=SMALL, labelpad=1)
        row[0].set_ylabel(ROWS[method], fontsize=SMALL + 0.5)
    for axis, run in zip(axes[0], runs, strict=True):
        axis.set_title(f"{record_at(inputs.evaluations[run])['latent']} latents")
    handles = [*class_handles(dominant), *city_handles()]
    figure.legend(handles=handles, loc="outside lower center", ncols=7, frameon=False, fontsize=SMALL)
    return figure
