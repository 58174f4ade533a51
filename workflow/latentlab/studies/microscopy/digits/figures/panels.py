"""What the figures of digits share: grids of images, digits as marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from latentlab.artifacts import read_artifact, record_of
from latentlab.pipeline.figure_style import COLOURS
from latentlab.studies.microscopy.evaluation_file import KIND

SMALL = 6.5  # pt
SHOWN = 400  # test images marked in a scatter plot


def record_at(path: Any) -> Mapping[str, Any]:
    """The record of an evaluation."""
    with read_artifact(path, kind=KIND) as file:
        return record_of(file)


def mosaic(images: np.ndarray, gap: int = 1) -> np.ndarray:
    """Images (rows, columns, h, w) side by side as one (H, W), white lines of `gap` px between them."""
    rows, columns, height, width = images.shape
    shape = rows * (height + gap) - gap, columns * (width + gap) - gap
    joined = np.ones(shape, dtype=np.float32)
    for row in range(rows):
        for column in range(columns):
            y, x = row * (height + gap), column * (width + gap)
            joined[y : y + height, x : x + width] = images[row, column]
    return joined


def show(axis: Axes, image: np.ndarray, **how: Any) -> Any:
    """An image (h, w) or (h, w, 3) with row 0 at the top, from 0 (black) to 1, without ticks."""
    options = {"cmap": "gray", "vmin": 0, "vmax": 1, "origin": "upper"} | how
    shown = axis.imshow(np.clip(image, 0, 1) if "cmap" not in how else image, **options)
    axis.set_xticks([])
    axis.set_yticks([])
    return shown


def as_shown(images: np.ndarray) -> np.ndarray:
    """Images (n, 1, h, w) as (n, h, w), or (n, 3, h, w) as (n, h, w, 3)."""
    return images[:, 0] if images.shape[1] == 1 else np.moveaxis(images, 1, -1)


def scatter_digits(axis: Axes, points: np.ndarray, classes: np.ndarray) -> None:
    """The first `SHOWN` points (n, 2), each marked by its digit."""
    for digit in np.unique(classes[:SHOWN]):
        chosen = points[:SHOWN][classes[:SHOWN] == digit]
        axis.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=20,
            marker=f"${digit}$",
            color=COLOURS[digit % len(COLOURS)],
            linewidths=0.2,
        )


def label_row(axis: Axes, text: str) -> None:
    """A row's name, horizontal, left of its first panel."""
    axis.set_ylabel(text, rotation=0, ha="right", va="center", fontsize=SMALL)


def hide(axes: Sequence[Axes]) -> None:
    """Empty panels."""
    for axis in axes:
        axis.set_axis_off()
