"""What figures of embedded latents share: panels by latent size, marks by city, colours by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from latentlab.artifacts import read_artifact, record_of
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.studies.landcover.classes import CITIES, CLASSES
from latentlab.studies.landcover.evaluation_file import KIND
from latentlab.studies.landcover.latent_space.titles import space_title

CLASS_COLOURS = dict(zip(CLASSES, (COLOURS[2], COLOURS[0], COLOURS[5], COLOURS[1], COLOURS[3]), strict=True))
CITY_MARKERS = dict(zip(CITIES, ("s", "o"), strict=True))  # thesis, section 7.4
SMALL = 6.5  # pt


def record_at(path: Path | str) -> Mapping[str, Any]:
    """The record of an evaluation."""
    with read_artifact(path, kind=KIND) as file:
        return record_of(file)


def title_of(path: Path | str) -> str:
    """Architecture and latent size of an evaluation's run."""
    record = record_at(path)
    return space_title(record["architecture"], record["latent"])


def panels(runs: Sequence[str], side: float, **how: Any) -> tuple[Figure, list[Axes]]:
    """A figure with a square panel for each run, `side` inches, two in a row, three if there are many."""
    columns = min(len(runs), 2 if len(runs) <= 4 else 3)
    rows = -(-len(runs) // columns)
    figure = Figure(figsize=(WIDTH_INCHES, rows * side * 2 / columns + 0.4), layout="constrained")
    axes = list(figure.subplots(rows, columns, squeeze=False, **how).flat)
    for axis in axes[len(runs) :]:
        axis.set_visible(False)
    return figure, axes[: len(runs)]


def scatter(axis: Axes, points: np.ndarray, city: np.ndarray, colours: Any, size: float, **how: Any) -> Any:
    """Points (n, 2) marked by their city; the marks of both cities are drawn in one random order.

    Parameters
    ----------
    colours : of each point, or values for a colour map.

    Returns
    -------
    One of the two collections, for a colour bar.
    """
    drawn = None
    depth = np.random.default_rng(0).permutation(len(points))  # so that no class lies above the others
    for part in np.array_split(depth, 8):
        for place, marker in enumerate(CITY_MARKERS.values()):
            chosen = part[city[part] == place]
            drawn = axis.scatter(
                points[chosen, 0],
                points[chosen, 1],
                s=size * (0.8 if marker == "s" else 1.0),
                c=np.asarray(colours)[chosen],
                marker=marker,
                linewidths=0.2,
                edgecolors="white",
                **how,
            )
    bare(axis)
    return drawn


def bare(axis: Axes) -> None:
    """A square panel without ticks: places in an embedding have no unit."""
    axis.set_xticks([])
    axis.set_yticks([])
    axis.set_box_aspect(1)


def city_handles(colour: str = "0.4") -> list[Line2D]:
    """Legend entries of the two cities."""
    return [
        Line2D([], [], linestyle="", marker=marker, color=colour, markersize=4.5, label=city)
        for city, marker in CITY_MARKERS.items()
    ]


def class_handles(dominant: np.ndarray) -> list[Line2D]:
    """Legend entries of the classes, with how many tiles each is dominant in."""
    counts = np.bincount(dominant, minlength=len(CLASSES))
    return [
        Line2D([], [], linestyle="", marker="D", color=colour, markersize=4.5, label=f"{name} ({count})")
        for (name, colour), count in zip(CLASS_COLOURS.items(), counts, strict=True)
    ]


def class_colours(dominant: np.ndarray) -> np.ndarray:
    """The colour of each tile's dominant class."""
    return np.array(list(CLASS_COLOURS.values()))[dominant]
