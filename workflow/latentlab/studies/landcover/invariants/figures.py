"""Figure of invariant and joint models: tiles by found class, and latents coloured by land cover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.classes import CITIES, CLASSES
from latentlab.studies.landcover.evaluation_file import KIND, read_arrays
from latentlab.studies.landcover.invariants.titles import ordered, short

MARKS = ("s", "o")  # of the cities, as in the thesis, section 7.4
SMALL = 6.5  # pt
ACROSS = 4  # planes of latents side by side
OF_CLASSES = (COLOURS[2], COLOURS[0], COLOURS[5], COLOURS[1], COLOURS[3])


def draw_models(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Above, tiles by the class that a joint model found; below, latents of all models in a plane."""
    (name,) = spec["subjects"]
    path = inputs.artifacts[name]
    with read_artifact(path, kind=KIND) as file:
        records = record_of(file)["models"]
    models = {name: records[name] for name in ordered(records)}
    joint = [each for each, record in models.items() if record["classes"] and not record["labelled"]]
    rows = -(-len(models) // ACROSS)
    heights = [1.9 if joint else 0.01, 1.75 * rows]
    figure = Figure(figsize=(WIDTH_INCHES, sum(heights) + 0.35), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=heights)
    summary = read_summary(path)
    if joint:
        for axis, model in zip(top.subplots(1, len(joint), squeeze=False)[0], joint, strict=True):
            _tiles(axis, *read_arrays(path, f"shown/{model}", f"met/{model}"))
            axis.set_title(f"{short(model)}: tiles of each class found (seed {_first_seed(path)})")
    dominant, city = read_arrays(path, "dominant", "city")
    axes = bottom.subplots(rows, ACROSS, squeeze=False).ravel()
    for axis, model in zip(axes, models, strict=False):
        (places,) = read_arrays(path, f"places/{model}")
        _plane(axis, places, dominant, city)
        axis.set_title(f"{short(model)}: {100 * summary[f'knn_balanced_{model}']:.0f} %")
    for axis in axes[len(models) :]:
        axis.set_axis_off()
    bottom.supxlabel("first principal component of the latents", fontsize=SMALL)
    bottom.supylabel("second", fontsize=SMALL)
    _legend(figure)
    return figure


def _first_seed(path: Any) -> int:
    with read_artifact(path, kind=KIND) as file:
        return record_of(file)["seeds"][0]


def _tiles(axis: Axes, shown: np.ndarray, met: np.ndarray) -> None:
    """Tiles (classes, columns, h, w, 3), a row each class, with its size and its most frequent land cover."""
    classes, columns, height, width, _ = shown.shape
    axis.imshow(shown.transpose(0, 2, 1, 3, 4).reshape(classes * height, columns * width, 3), origin="upper")
    names = [
        f"{int(row.sum())}: {100 * row.max() / row.sum():.0f} % {CLASSES[row.argmax()]}"
        if row.sum()
        else "none"
        for row in met
    ]
    axis.set_xticks([])
    axis.set_yticks((np.arange(classes) + 0.5) * height, names, fontsize=SMALL)
    axis.tick_params(length=0)
    for each in range(1, classes):
        axis.axhline(each * height - 0.5, color="white", linewidth=1.5)


def _plane(axis: Axes, places: np.ndarray, dominant: np.ndarray, city: np.ndarray) -> None:
    frequent = np.argsort(-np.bincount(dominant, minlength=len(CLASSES)))  # rare classes are drawn on top
    for each in frequent:
        for number, mark in enumerate(MARKS):
            rows = (city == number) & (dominant == each)
            axis.scatter(*places[rows].T, s=5, color=OF_CLASSES[each], marker=mark, linewidths=0, alpha=0.8)
    axis.tick_params(labelsize=6)


def _legend(figure: Figure) -> None:
    options = {"linestyle": "", "markersize": 4}
    marks = [
        Line2D([], [], marker="o", color=c, label=n, **options)
        for n, c in zip(CLASSES, OF_CLASSES, strict=True)
    ]
    marks += [
        Line2D([], [], marker=m, color="0.3", label=n, **options) for n, m in zip(CITIES, MARKS, strict=True)
    ]
    figure.legend(handles=marks, loc="outside lower center", ncols=len(marks), frameon=False, fontsize=SMALL)
