"""Panels that the figures of atoms share: values drawn at the atoms over the image, and small images."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from latentlab.artifacts import read_artifact
from latentlab.pipeline.figure_style import COLOURS

CYCLIC = "twilight"
UNKNOWN = "0.75"
SPREAD = 0.1  # least range of a colour scale or an axis: smaller differences are noise
SMALL = 6.5  # pt
LIMITS = (2.0, 98.0)  # percentiles of values at the ends of a colour scale


def scene(axis: Axes, image: np.ndarray, title: str = "") -> None:
    """A grey image without ticks, row 0 at the top."""
    axis.imshow(image, cmap="gray", origin="upper")
    axis.set(xticks=[], yticks=[])
    axis.set_title(title)


def at_atoms(
    axis: Axes, image: np.ndarray, row: np.ndarray, column: np.ndarray, colours: object, **options: object
) -> PathCollection:
    """Dots at the atoms' places over a dimmed image; their size follows from how many there are.

    Parameters
    ----------
    image : (h, w). row, column : (n,) px. colours, options : of `Axes.scatter`.
    """
    axis.imshow(image, cmap="gray", origin="upper", alpha=0.45)
    apart = np.sqrt(image.shape[0] * image.shape[1] / max(len(row), 1)) / image.shape[1]
    width = axis.get_position().width * axis.figure.get_figwidth() * 72
    size = float(np.clip((0.8 * apart * width) ** 2, 1.0, 60.0))
    dots = axis.scatter(column, row, s=size, c=colours, linewidths=0, **options)
    axis.set(xticks=[], yticks=[], xlim=(-0.5, image.shape[1] - 0.5), ylim=(image.shape[0] - 0.5, -0.5))
    return dots


def value_map(
    axis: Axes,
    image: np.ndarray,
    row: np.ndarray,
    column: np.ndarray,
    values: np.ndarray,
    title: str,
    period: float | None = None,
    limits: tuple[float, float] | None = None,
) -> None:
    """A number at each atom with its colour bar; with a period, a cyclic map over one period about 0."""
    if period is None:
        low, high = np.percentile(values, LIMITS) if limits is None else limits
        cmap = "viridis"
    else:
        values, low, high, cmap = (values + period / 2) % period - period / 2, -period / 2, period / 2, CYCLIC
    dots = at_atoms(axis, image, row, column, values, cmap=cmap, vmin=low, vmax=max(high, low + SPREAD))
    bar = axis.figure.colorbar(dots, ax=axis, fraction=0.05, pad=0.02)
    bar.ax.tick_params(labelsize=SMALL)
    if period is not None:
        bar.set_ticks([low, 0, high])
    axis.set_title(title)


def label_map(
    axis: Axes,
    image: np.ndarray,
    row: np.ndarray,
    column: np.ndarray,
    labels: np.ndarray,
    names: tuple[str, ...],
    title: str,
) -> None:
    """A class at each atom; grey where it is unknown."""
    at_atoms(axis, image, row, column, label_colours(labels))
    axis.set_title(title)
    for number, name in enumerate(names):
        axis.scatter([], [], s=12, color=COLOURS[number % len(COLOURS)], label=name)
    if names:
        axis.legend(
            loc="upper center",
            bbox_to_anchor=(0.5, 0.0),
            ncols=min(len(names), 3),
            fontsize=6,
            frameon=False,
            handletextpad=0.1,
            columnspacing=0.6,
            borderaxespad=0.2,
        )


def label_colours(labels: np.ndarray) -> list[str]:
    """Colour of each label, the same in all panels."""
    return [COLOURS[label % len(COLOURS)] if label >= 0 else UNKNOWN for label in labels]


def as_found(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Numbers of found groups changed to those of the true classes that they meet most, one to one."""
    from scipy.optimize import linear_sum_assignment

    kinds = max(found.max(), truth.max()) + 1
    counts = np.zeros((kinds, kinds))
    np.add.at(counts, (found[truth >= 0], truth[truth >= 0]), 1)
    groups, classes = linear_sum_assignment(-counts)
    return classes[np.argsort(groups)][found]


def mosaic(axis: Axes, images: np.ndarray, title: str) -> None:
    """Images (rows, columns, h, w) side by side."""
    rows, columns, height, width = images.shape
    joined = images.transpose(0, 2, 1, 3).reshape(rows * height, columns * width)
    axis.imshow(joined, cmap="gray", origin="upper", vmin=0, vmax=max(float(joined.max()), 1e-6))
    for number in range(1, columns):
        axis.axvline(number * width - 0.5, color="w", linewidth=0.4)
    for number in range(1, rows):
        axis.axhline(number * height - 0.5, color="w", linewidth=0.4)
    axis.set(xticks=[], yticks=[])
    axis.set_title(title)


def latent_plane(axis: Axes, latents: np.ndarray, colours: object, **options: object) -> PathCollection:
    """The first two latents of each patch."""
    dots = axis.scatter(latents[:, 0], latents[:, 1], s=3, c=colours, linewidths=0, **options)
    for limits, set_limits in ((axis.get_xlim(), axis.set_xlim), (axis.get_ylim(), axis.set_ylim)):
        if limits[1] - limits[0] < SPREAD:
            set_limits(np.mean(limits) - SPREAD / 2, np.mean(limits) + SPREAD / 2)
    axis.set_xlabel("latent 1", fontsize=SMALL, labelpad=1)
    axis.set_ylabel("latent 2", fontsize=SMALL, labelpad=1)
    axis.tick_params(labelsize=SMALL)
    axis.set_box_aspect(1)
    return dots


def run_arrays(path: Path | str) -> dict[str, Any]:
    """All arrays of an evaluation; "names" as a tuple of texts."""
    data: dict[str, Any] = {}
    with read_artifact(path, kind="microscopy-evaluation") as file:
        group = file["arrays"]

        def take(name: str, item: Any) -> None:
            if hasattr(item, "shape"):
                data[name] = item[()]

        group.visititems(take)
    if "names" in data:
        data["names"] = json.loads(bytes(data["names"]).decode())
    return data
