"""Figure of a test scene's energy-loss maps: truth, prediction of im2spec, and its latents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.evaluation_file import read_arrays
from latentlab.studies.microscopy.plasmonics.figures.panels import SMALL, only, roots, scene_map, with_axes
from latentlab.studies.microscopy.plasmonics.scenes import PIXEL_NM
from latentlab.studies.microscopy.set_file import read_extra

ENERGIES_EV = (2.6, 3.0, 3.3, 3.7)


def draw_maps(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Above measured, below predicted maps at `ENERGIES_EV`; on the left the structure, on the right
    latents."""
    path = inputs.artifacts[only(spec["sets"])]
    predicted, latents = read_arrays(inputs.evaluations[spec["run"]], "scenes/spectra", "scenes/latents")
    images, axis_ev = read_extra(path, "scenes/image"), read_extra(path, "energies_ev")
    truth = read_extra(path, "scenes/spectra")
    scene = len(images) - 1  # another one than the figure of the scene shows
    side = round(truth.shape[1] ** 0.5)
    inset = ((images.shape[1] - side + 1) / 2 - 0.5) * PIXEL_NM
    figure = Figure(figsize=(WIDTH_INCHES, 2.9), layout="constrained")
    axes = figure.subplots(2, len(ENERGIES_EV) + 2)
    scene_map(axes[0, 0], images[scene], cmap="gray", vmin=0, vmax=1)
    with_axes(axes[0, 0])
    axes[0, 0].set_title("structure image", fontsize=SMALL)
    axes[1, 0].set_axis_off()
    cubes = [roots(path, each[scene]).reshape(side, side, -1) for each in (truth, predicted)]
    for column, energy in enumerate(ENERGIES_EV, start=1):
        channel = int(np.abs(axis_ev - energy).argmin())
        low, high = np.quantile(cubes[0][..., channel], (0.01, 0.998))
        for row, cube in enumerate(cubes):
            shown = scene_map(
                axes[row, column], cube[..., channel], inset_nm=inset, cmap="magma", vmin=low, vmax=high
            )
        errors = ((cubes[1] - cubes[0])[..., channel] ** 2).mean() / cubes[0][..., channel].var()
        axes[0, column].set_title(f"{axis_ev[channel]:.2f} eV", fontsize=SMALL)
        axes[1, column].set_title(f"$R^2$ here {1 - errors:.2f}", fontsize=SMALL)
        figure.colorbar(shown, ax=axes[:, column], shrink=0.7, location="bottom").ax.tick_params(labelsize=6)
    for row, name in enumerate(("measured", "predicted")):
        axes[row, 1].set_ylabel(name)
    for row in range(2):
        values = latents[scene][:, row].reshape(side, side)
        bound = np.abs(values - np.median(values)).max()
        middle = np.median(values)
        scene_map(
            axes[row, -1], values, inset_nm=inset, cmap="PuOr", vmin=middle - bound, vmax=middle + bound
        )
        axes[row, -1].set_title(f"latents, component {row + 1}", fontsize=SMALL)
    return figure
