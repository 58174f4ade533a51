"""Figure of molecules found in a scene, by the group of their latents and their angle, with manifolds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.evaluation_file import read_arrays
from latentlab.studies.microscopy.plasmonics.figures.panels import SMALL, only
from latentlab.studies.microscopy.plasmonics.molecules import SPECIES
from latentlab.studies.microscopy.set_file import read_extra, read_set

NAMES = {"molecules-skip": "skip-rVAE", "molecules-enumerated": "orientations tried"}


def draw_molecules(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """A row for each run: scene by group, scene by angle, latents by species, manifold."""
    path = inputs.artifacts[only(spec["sets"])]
    image, factors = read_extra(path, "scenes/image")[0], read_set(path, "test").factors
    figure = Figure(figsize=(WIDTH_INCHES, 1.9 * len(spec["runs"]) + 0.3), layout="constrained")
    axes = figure.subplots(len(spec["runs"]), 4, squeeze=False)
    first = factors["scene"] == 0
    for line, run in zip(axes, spec["runs"], strict=True):
        latents, groups, angle, manifold, limits = read_arrays(
            inputs.evaluations[run], "latents", "groups", "angle", "manifold", "manifold_limits"
        )
        rows, columns = factors["place"][first].T
        for axis in line[:2]:
            axis.imshow(image, origin="upper", cmap="gray", vmin=0, vmax=1)
            axis.set_xticks([0, 100])
            axis.set_yticks([0, 100])
            axis.tick_params(labelsize=6)
        colours = [COLOURS[each] for each in groups[first]]
        line[0].scatter(columns, rows, s=26, facecolors="none", edgecolors=colours, linewidths=1.1)
        _directions(line[1], columns, rows, angle[first])
        for number, name in enumerate(SPECIES):
            chosen = factors["class"] == number
            line[2].scatter(*latents[chosen, :2].T, s=4, color=COLOURS[number], label=name)
        line[2].tick_params(labelsize=6)
        line[3].imshow(
            np.concatenate([np.concatenate(list(row), axis=1) for row in manifold]),
            origin="upper",
            cmap="gray",
            extent=limits.ravel(),
            aspect="auto",
        )
        line[3].tick_params(labelsize=6)
        line[3].locator_params(axis="x", nbins=4)
        line[0].set_ylabel(f"{NAMES.get(run, run)}\ny (px)", fontsize=SMALL)
    for axis, title in zip(
        axes[0], ("groups of latents", "angle", "latents by species", "manifold"), strict=True
    ):
        axis.set_title(title, fontsize=SMALL)
    for axis, name in zip(axes[-1], ("x (px)", "x (px)", "latent 1", "latent 1"), strict=True):
        axis.set_xlabel(name, fontsize=SMALL)
    for line in axes:
        line[2].set_ylabel("latent 2", fontsize=SMALL)
    axes[0, 2].legend(fontsize=6, markerscale=2, frameon=False)
    return figure


def _directions(axis: Axes, columns: np.ndarray, rows: np.ndarray, angle: np.ndarray) -> None:
    """A short arrow at each molecule along its angle, coloured by it."""
    axis.quiver(
        columns,
        rows,
        np.cos(angle),
        np.sin(angle),
        np.degrees(angle),
        cmap="twilight",
        clim=(-180, 180),
        angles="uv",
        scale=13,
        width=0.009,
        headwidth=3,
        headlength=3.5,
        headaxislength=3,
        pivot="mid",
    )
