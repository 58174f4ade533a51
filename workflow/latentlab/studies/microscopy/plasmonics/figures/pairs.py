"""Figure of single predictions: patch to spectrum, and spectrum to patch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.evaluation_file import read_arrays
from latentlab.studies.microscopy.plasmonics.figures.panels import SMALL, bare_image
from latentlab.studies.microscopy.set_file import read_extra, read_set

PAIRS = 6


def draw_pairs(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Above im2spec: patches, measured and predicted spectra; below spec2im: spectra, true and predicted
    patches."""
    to_spectrum, to_patch = (inputs.artifacts[name] for name in spec["sets"])
    energies = read_extra(to_spectrum, "energies_ev")
    figure = Figure(figsize=(WIDTH_INCHES, 5.2), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=(1, 1.35))
    upper.suptitle("im2spec: from the patch (above) to its spectrum", fontsize=8)
    lower.suptitle("spec2im: from the spectrum to its patch (middle: true, below: predicted)", fontsize=8)
    test = read_set(to_spectrum, "test")
    predicted = read_arrays(inputs.evaluations[spec["runs"][0]], "examples")[0].reshape(-1, len(energies))
    chosen = np.linspace(0, len(predicted) - 1, PAIRS).astype(int)
    axes = upper.subplots(2, PAIRS, sharey="row")
    for (image, curve), row in zip(axes.T, chosen, strict=True):
        bare_image(image, test.images[row, 0], cmap="gray", vmin=-2, vmax=4)
        curve.plot(energies, test.targets[row].ravel(), color="0.4", linewidth=0.9, label="measured")
        curve.plot(energies, predicted[row], color=COLOURS[1], linewidth=1.1, label="predicted")
        curve.set_xlabel("energy loss (eV)", fontsize=SMALL)
        curve.tick_params(labelsize=6)
    axes[1, 0].set_ylabel("standardised\nroot of counts", fontsize=SMALL)
    axes[1, 0].legend(fontsize=6, frameon=False)
    test = read_set(to_patch, "test")
    images = read_arrays(inputs.evaluations[spec["runs"][1]], "examples")[0][:, 0]
    axes = lower.subplots(3, PAIRS)
    for (curve, true, drawn), row in zip(axes.T, chosen, strict=True):
        curve.plot(energies, test.images[row].ravel(), color="0.4", linewidth=0.9)
        curve.tick_params(labelsize=6)
        bare_image(true, test.targets[row, 0], cmap="gray", vmin=-2, vmax=4)
        bare_image(drawn, images[row], cmap="gray", vmin=-2, vmax=4)
    axes[1, 0].set_ylabel("true", fontsize=SMALL)
    axes[2, 0].set_ylabel("predicted", fontsize=SMALL)
    return figure
