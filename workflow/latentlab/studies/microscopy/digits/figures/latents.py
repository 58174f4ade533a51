"""Latent spaces: where test digits lie, and what is drawn from a grid of latents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.digits.figures.panels import (
    SMALL,
    hide,
    label_row,
    mosaic,
    record_at,
    scatter_digits,
    show,
)
from latentlab.studies.microscopy.evaluation_file import read_arrays
from latentlab.studies.microscopy.titles import model_name


def draw_latent(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """One row for each run with two latents: test digits in the latent space, and decoded grid."""
    runs = spec["runs"]
    figure = Figure(figsize=(WIDTH_INCHES, 3.3 * len(runs)), layout="constrained")
    for axes, run in zip(figure.subplots(len(runs), 2, squeeze=False), runs, strict=True):
        path = inputs.evaluations[run]
        latent, classes, images, x, y = read_arrays(
            path, "latent", "class", "manifold", "manifold_x", "manifold_y"
        )
        name = model_name(record_at(path))
        scatter_digits(axes[0], latent, classes)
        axes[0].set(xlabel="latent 1", ylabel="latent 2", title=f"{name}: test digits in the latent space")
        _box(axes[0], x, y)
        # drawn with the latents' values as axes: steps reach half a step beyond the outer images
        reach = [edge for axis in (x, y) for edge in _edges(axis)]
        show(axes[1], mosaic(images), extent=reach, aspect="auto")
        axes[1].set(xlabel="latent 1", ylabel="latent 2", title=f"{name}: decoded from a grid of latents")
        axes[1].set_xticks(np.round([x[0], 0.5 * (x[0] + x[-1]), x[-1]], 1))
        axes[1].set_yticks(np.round([y[0], 0.5 * (y[0] + y[-1]), y[-1]], 1))
        axes[1].set_box_aspect(1)
    return figure


def _edges(axis: np.ndarray) -> tuple[float, float]:
    half = 0.5 * (axis[1] - axis[0])
    return axis[0] - half, axis[-1] + half


def _box(axis: Any, x: np.ndarray, y: np.ndarray) -> None:
    """The range that the grid covers."""
    axis.plot(x[[0, -1, -1, 0, 0]], y[[0, 0, -1, -1, 0]], color="0.4", linewidth=0.7, linestyle="--")
    axis.set_box_aspect(1)


def draw_manifolds(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Grids of decoded latents, one for each class of a conditional or joint model; a block for each run."""
    runs = spec["runs"]
    figure = Figure(figsize=(WIDTH_INCHES, 3.35 * len(runs)), layout="constrained")
    for block, run in zip(np.atleast_1d(figure.subfigures(len(runs), 1)), runs, strict=True):
        path = inputs.evaluations[run]
        record = record_at(path)
        (images,) = read_arrays(path, "manifold")
        found = not record["condition"]
        heads = _found_titles(*read_arrays(path, "confusion")) if found else [f"digit {k}" for k in range(10)]
        order = np.argsort([head[0] for head in heads], kind="stable") if found else range(len(images))
        columns = 5
        axes = block.subplots(-(-len(images) // columns), columns, squeeze=False)
        hide(axes.flat[len(images) :])
        for axis, place in zip(axes.flat, order, strict=False):
            show(axis, mosaic(images[place]))
            axis.set_title(heads[place][1] if found else heads[place], fontsize=SMALL)
        label_row(axes[-1, 0], "latent 2\nupwards")
        axes[-1, 0].set_xlabel("latent 1 to the right", fontsize=SMALL)
        block.suptitle(f"{model_name(record)} ({run})", fontsize=8)
    return figure


def _found_titles(confusion: np.ndarray) -> list[tuple[int, str]]:
    """For each found class, its most frequent digit and a title: share of that digit among its images."""
    titles = []
    for place, counts in enumerate(confusion):
        total = int(counts.sum())
        digit = int(counts.argmax())
        words = f"{100 * counts[digit] / total:.0f} % '{digit}' of {total}" if total else "no test image"
        titles.append((digit if total else 99, f"class {place + 1}: {words}"))
    return titles
