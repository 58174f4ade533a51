"""Images for figures: what a model draws from a grid of latents, and what it makes of test images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.microscopy.digits.sources import CLASSES
from latentlab.studies.microscopy.set_file import ImageSet

SIDE, SIDE_OF_CLASS = 12, 5  # images along each latent, of a manifold and of a manifold by class
REACH = 2.0  # standard deviations of the prior
MIDDLE = (3, 97)  # per cent of a plain autoencoder's latents, which have no prior


def manifolds(vae: Any, latents: Any, record: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Decoded grids over the first two latents, the others 0 (a plain autoencoder: their mean).

    A model with an angle draws them at the circular mean of the angles that it finds, which is where it takes
    digits to be upright: its zero is a convention.

    Returns
    -------
    "manifold" (side, side, h, w), row 0 has the largest second latent; "manifold_x" and "manifold_y" (side,),
    ascending; for a model that is given or finds classes (k, side, side, h, w) instead, one grid for each.
    Nothing for a model with fewer than two latents.
    """
    if record["latent"] < 2:
        return {}
    continuous = np.asarray(latents.continuous, dtype=np.float32)
    several = bool(record["condition"] or record["classes"])
    side = SIDE_OF_CLASS if several else SIDE
    axes = [np.linspace(*limits, side, dtype=np.float32) for limits in _limits(continuous, record)]
    grid = np.zeros((side * side, continuous.shape[1]), dtype=np.float32)
    if not record["variational"]:
        grid += continuous.mean(axis=0)
    grid[:, 0] = np.tile(axes[0], side)
    grid[:, 1] = np.repeat(axes[1][::-1], side)
    upright = None
    if latents.angle is not None:
        upright = float(np.angle(np.exp(1j * np.asarray(latents.angle, dtype=np.float64)).mean()))
    images = np.stack([_drawn(vae, grid, upright, record, name) for name in range(_classes(record))])
    shape = (side, side, *images.shape[-2:])
    return {
        "manifold": images.reshape(len(images), *shape) if several else images.reshape(shape),
        "manifold_x": axes[0],
        "manifold_y": axes[1],
    }


def _limits(continuous: np.ndarray, record: Mapping[str, Any]) -> list[tuple[float, float]]:
    if record["variational"]:
        return [(-REACH, REACH)] * 2
    return [tuple(np.percentile(continuous[:, place], MIDDLE)) for place in range(2)]


def _classes(record: Mapping[str, Any]) -> int:
    return CLASSES if record["condition"] else max(1, record["classes"])


def _drawn(
    vae: Any, grid: np.ndarray, angle: float | None, record: Mapping[str, Any], name: int
) -> np.ndarray:
    """Images (n, h, w) of a grid of latents for one class."""
    one_hot = np.zeros((len(grid), _classes(record)), dtype=np.float32)
    one_hot[:, name] = 1
    given = {"conditions": one_hot} if record["condition"] else {}
    given |= {"classes": one_hot} if record["classes"] else {}
    return np.asarray(vae.decode(grid, angle=angle, **given)).reshape(
        len(grid), *vae.settings.drawn_shape[-2:]
    )


def examples(test: ImageSet, wanted: np.ndarray, restored: np.ndarray) -> dict[str, np.ndarray]:
    """The first test image of each class: "example_input", "example_target", "example_restored"."""
    _, first = np.unique(test.factors["class"], return_index=True)
    return {
        "example_input": test.images[first],
        "example_target": np.asarray(wanted[first], dtype=np.float32),
        "example_restored": np.asarray(restored[first], dtype=np.float32),
    }
