"""Figure of a dual VAE's manifolds of structure and property, and of its latents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.evaluation_file import read_arrays
from latentlab.studies.microscopy.plasmonics.figures.panels import KIND_COLOURS, SMALL, only
from latentlab.studies.microscopy.set_file import read_extra, read_set


def draw_dual_latents(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Manifolds above; below latents of images and of spectra by kind, and by the energy of the lowest
    plasmon."""
    data = inputs.artifacts[only(spec["sets"])]
    of_image, of_spectrum, structures, spectra = read_arrays(
        inputs.artifacts[only(spec["subjects"])],
        "latents/structure",
        "latents/property",
        "manifold/structure",
        "manifold/property",
    )
    factors, energies = read_set(data, "test").factors, read_extra(data, "energies_ev")
    figure = Figure(figsize=(WIDTH_INCHES, 5.6), layout="constrained")
    axes = figure.subplots(2, 3)
    _images(axes[0, 0], structures)
    _curves(axes[0, 1], spectra, energies)
    _by_kind(axes[1, 0], of_image, factors["class"])
    _by_kind(axes[1, 1], of_spectrum, factors["class"])
    shown = axes[1, 2].scatter(*of_image[:, :2].T, c=factors["energy_ev"], s=5, cmap="viridis")
    figure.colorbar(shown, ax=axes[1, 2], label="lowest plasmon (eV)", shrink=0.8)
    bound = np.abs(np.concatenate([of_image, of_spectrum])).max() * 1.05
    axes[0, 2].scatter(of_image.ravel(), of_spectrum.ravel(), s=2, color="0.3")
    axes[0, 2].plot([-bound, bound], [-bound, bound], color="k", linewidth=0.6)
    axes[0, 2].set_xlabel("latents of the image")
    axes[0, 2].set_ylabel("of the spectrum")
    titles = ("structure manifold", "property manifold", "all latents of both sides")
    below = ("latents of images", "latents of spectra", "latents of images, by energy")
    for axis, title in zip(axes.flat, (*titles, *below), strict=True):
        axis.set_title(title, fontsize=SMALL)
    for axis in axes[1]:
        axis.set_xlabel("latent 1")
        axis.set_xlim(-bound, bound)
        axis.set_ylim(-bound, bound)
    axes[1, 0].set_ylabel("latent 2")
    axes[1, 0].legend(fontsize=6, markerscale=2, frameon=False, loc="best")
    return figure


def _images(axis: Axes, manifold: np.ndarray) -> None:
    rows = [np.concatenate(list(row), axis=1) for row in manifold]
    axis.imshow(np.concatenate(rows), origin="upper", cmap="gray", vmin=-2, vmax=4, extent=(-2, 2, -2, 2))
    axis.set_xlabel("latent 1")
    axis.set_ylabel("latent 2")


def _curves(axis: Axes, manifold: np.ndarray, energies: np.ndarray) -> None:
    """A small spectrum in each cell of the grid, energy to the right."""
    side, step = len(manifold), 4 / len(manifold)
    low, high = manifold.min(), manifold.max()
    x = (energies - energies[0]) / (energies[-1] - energies[0]) * step * 0.86
    for row in range(side):
        for column in range(side):
            y = (manifold[row, column] - low) / (high - low) * step * 0.9
            axis.plot(
                -2 + column * step + 0.07 * step + x, 2 - (row + 1) * step + y, color="k", linewidth=0.6
            )
    axis.set_xlim(-2, 2)
    axis.set_ylim(-2, 2)
    axis.set_aspect("equal")
    axis.set_xlabel("latent 1")


def _by_kind(axis: Axes, latents: np.ndarray, kinds: np.ndarray) -> None:
    for number, (name, colour) in enumerate(KIND_COLOURS.items()):
        axis.scatter(*latents[kinds == number, :2].T, s=5, color=colour, label=name)
