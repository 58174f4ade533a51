"""Figures of cards: latents coloured by what is known, manifolds beside data, and examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from latentlab.artifacts import read_artifact, record_of
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.cards.drawing import SUITS
from latentlab.studies.microscopy.evaluation_file import KIND, read_arrays
from latentlab.studies.microscopy.titles import model_name

NAMES = tuple(SUITS)
POINT = 3


def draw_latents(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """One row a run: test cards in the latent space, coloured by suit, shear and angle."""
    runs = spec["runs"]
    figure = Figure(figsize=(WIDTH_INCHES, 1.9 * len(runs)), layout="constrained")
    for axes, run in zip(figure.subplots(len(runs), 3, squeeze=False), runs, strict=True):
        path = inputs.evaluations[run]
        suit, shear, angle, latent, found = read_arrays(
            path, "class", "shear_deg", "angle_deg", "latent", "found"
        )
        record = _record(path)
        x, y, names = _places(latent, found, record)
        for each in np.unique(suit):
            rows = suit == each
            axes[0].scatter(x[rows], y[rows], s=POINT, color=COLOURS[each], linewidths=0)
        for axis, values, title, colours in (
            (axes[1], shear, "shear (deg)", "viridis"),
            (axes[2], angle, "angle (deg)", "twilight"),
        ):
            reach = np.abs(values).max()
            if colours == "twilight":  # cyclic: for angles over most of the circle
                colours, reach = (colours, 180) if reach > 60 else ("viridis", reach)
            drawn = axis.scatter(x, y, s=POINT, c=values, cmap=colours, vmin=-reach, vmax=reach, linewidths=0)
            figure.colorbar(drawn, ax=axis, label=title)
        for axis in axes:
            axis.set(xlabel=names[0], ylabel=names[1])
        axes[0].set_title(f"{model_name(record)}, {record['data']}: suit")
        axes[1].set_title("shear")
        axes[2].set_title("angle")
    marks = [
        Line2D([], [], linestyle="", marker="o", markersize=4, color=colour, label=name)
        for name, colour in zip(NAMES, COLOURS, strict=False)
    ]
    figure.legend(handles=marks, loc="outside upper center", ncols=len(marks), frameon=False)
    return figure


def _places(
    latent: np.ndarray, found: np.ndarray, record: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray, tuple[str, str]]:
    """Where a card is drawn: its two latents, or its latent and its class, spread to be seen."""
    if latent.shape[1] > 1:
        return latent[:, 0], latent[:, 1], ("latent 1", "latent 2")
    spread = np.random.default_rng(0).uniform(-0.3, 0.3, len(found))
    return latent[:, 0], found + spread, ("latent", "class found")


def draw_manifolds(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """One row a run: test cards, and what the model draws along its latents (a row each class, if any)."""
    runs = spec["runs"]
    heights = [1.7 if _record(inputs.evaluations[run])["classes"] else 2.1 for run in runs]
    figure = Figure(figsize=(WIDTH_INCHES, sum(heights) + 0.3), layout="constrained")
    rows = figure.subplots(len(runs), 2, squeeze=False, height_ratios=heights)
    for axes, run in zip(rows, runs, strict=True):
        path = inputs.evaluations[run]
        examples, manifold = read_arrays(path, "examples", "manifold")
        record = _record(path)
        _show(axes[0], examples)
        _show(axes[1], manifold)
        axes[0].set_title(f"{record['data']}: test cards")
        axes[1].set_title(f"{model_name(record)}: drawn from latents of -2 to 2")
        classes = bool(record["classes"])
        axes[1].set(
            xlabel="latent" if classes else "latent 1", ylabel="class found" if classes else "latent 2"
        )
    return figure


def draw_examples(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Test cards, a row each suit, and what a run makes of them, a column each run."""
    runs = spec["runs"]
    figure = Figure(figsize=(WIDTH_INCHES, 1.85 * len(runs)), layout="constrained")
    for axes, run in zip(figure.subplots(len(runs), 2, squeeze=False), runs, strict=True):
        path = inputs.evaluations[run]
        examples, restored = read_arrays(path, "examples", "restored")
        record = _record(path)
        _show(axes[0], examples)
        _show(axes[1], restored)
        axes[0].set_title(f"{record['data']}: test cards")
        axes[1].set_title(f"{model_name(record)}: reconstructed")
    return figure


def _show(axis: Axes, images: np.ndarray) -> None:
    """Images (rows, columns, h, w), 0 black and 1 white, side by side."""
    rows, columns, height, width = images.shape
    tiled = images.transpose(0, 2, 1, 3).reshape(rows * height, columns * width)
    axis.imshow(np.clip(tiled, 0, 1), cmap="gray", vmin=0, vmax=1, origin="upper")
    axis.set(xticks=[], yticks=[])


def _record(path: Any) -> Mapping[str, Any]:
    with read_artifact(path, kind=KIND) as file:
        return record_of(file)
