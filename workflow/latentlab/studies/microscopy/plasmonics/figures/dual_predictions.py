"""Figure of all particles of a scene as a dual VAE predicts them from spectra, and of single predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.evaluation_file import read_arrays
from latentlab.studies.microscopy.plasmonics.figures.panels import SMALL, bare_image, only, scene_map
from latentlab.studies.microscopy.plasmonics.particles import KINDS
from latentlab.studies.microscopy.set_file import read_extra, read_set

SINGLE = 2  # particles of each kind


def draw_dual_predictions(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Above: dark-field image, true patches, predicted patches of a scene. Below: single particles and
    spectra."""
    data, model = inputs.artifacts[only(spec["sets"])], inputs.artifacts[only(spec["subjects"])]
    test, energies = read_set(data, "test"), read_extra(data, "energies_ev")
    structures, spectra = read_arrays(model, "structures", "spectra")
    mean, scale = (float(read_extra(data, name)) for name in ("patch_mean", "patch_scale"))
    image = read_extra(data, "scenes/image")[0]
    true, drawn = test.images[:, 0] * scale + mean, structures * scale + mean
    figure = Figure(figsize=(WIDTH_INCHES, 5.6), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=(1.15, 1))
    axes = upper.subplots(1, 3)
    of_scene = test.factors["scene"] == 0
    places = test.factors["place"][of_scene]
    shown = [image, *(_mosaic(image.shape, places, each[of_scene]) for each in (true, drawn))]
    titles = ("dark-field image", "ground truth", "predicted from spectra")
    for axis, content, title in zip(axes, shown, titles, strict=True):
        scene_map(axis, content, cmap="gray", vmin=0, vmax=1)
        axis.set_title(title, fontsize=SMALL)
        axis.set_xticks([0, 200, 400])
        axis.set_xlabel("x (nm)")
    axes[0].set_yticks([0, 200, 400])
    axes[0].set_ylabel("y (nm)")
    kinds = test.factors["class"][: len(spectra)]
    chosen = [row for kind in range(len(KINDS)) for row in np.flatnonzero(kinds == kind)[:SINGLE]]
    axes = lower.subplots(3, len(chosen), squeeze=False)
    for (above, below, curve), row in zip(axes.T, chosen, strict=True):
        bare_image(above, true[row], cmap="gray", vmin=0, vmax=1)
        bare_image(below, drawn[row], cmap="gray", vmin=0, vmax=1)
        above.set_title(KINDS[kinds[row]], fontsize=SMALL)
        curve.plot(energies, test.targets[row, 0], color="0.4", linewidth=0.9, label="measured")
        curve.plot(energies, spectra[row], color=COLOURS[1], linewidth=1.1, label="predicted")
        curve.set_ylim(-3, 7)
        curve.tick_params(labelsize=6)
        curve.set_xlabel("eV", fontsize=SMALL)
        if row != chosen[0]:
            curve.set_yticklabels([])
    axes[0, 0].set_ylabel("true", fontsize=SMALL)
    axes[1, 0].set_ylabel("predicted", fontsize=SMALL)
    axes[2, 0].set_ylabel("spectrum\n(standardised)", fontsize=SMALL)
    axes[2, 0].legend(fontsize=6, frameon=False)
    return figure


def _mosaic(shape: tuple[int, ...], places: np.ndarray, patches: np.ndarray) -> np.ndarray:
    """Patches (n, s, s) where they were cut, the brightest where they overlap; elsewhere the support."""
    half = patches.shape[-1] // 2
    found = np.full(shape, float(np.median(patches)))
    for (row, column), patch in zip(places, patches, strict=True):
        window = found[row - half : row + half, column - half : column + half]
        np.maximum(window, patch, out=window)
    return found
