"""Figure of a scene of nanoparticles with spectra at marked points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.plasmonics.figures.panels import SMALL, only, roots, scene_map, with_axes
from latentlab.studies.microscopy.plasmonics.scenes import PIXEL_NM
from latentlab.studies.microscopy.set_file import read_extra

WINDOWS_EV = ((1.7, 2.5), (2.6, 3.1), (3.15, 3.5))  # of the maps
POINTS_EV = (2.1, 2.9, 3.3, 3.75)  # the places where a map is highest are marked


def draw_scenes(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """The first kept scene of the set: structure, maps of three windows of energy, spectra at marked
    points."""
    path = inputs.artifacts[only(spec["sets"])]
    image, energies = read_extra(path, "scenes/image")[0], read_extra(path, "energies_ev")
    spectra = roots(path, read_extra(path, "scenes/spectra")[0])
    side = round(len(spectra) ** 0.5)
    inset = (image.shape[0] - side + 1) / 2  # px: probe positions are corners between pixels
    cube = spectra.reshape(side, side, -1)
    figure = Figure(figsize=(WIDTH_INCHES, 4.6), layout="constrained")
    axes = figure.subplot_mosaic(
        [["image", "map0", "map1", "map2"], ["spectra"] * 4], height_ratios=(1, 0.95)
    )
    scene_map(axes["image"], image, cmap="gray", vmin=0, vmax=1)
    axes["image"].set_title("structure image", fontsize=SMALL)
    with_axes(axes["image"])
    for place, (low, high) in enumerate(WINDOWS_EV):
        window = (energies >= low) & (energies <= high)
        axis = axes[f"map{place}"]
        mean = cube[..., window].mean(axis=-1)
        scene_map(axis, mean, inset_nm=(inset - 0.5) * PIXEL_NM, cmap="magma")
        axis.set_xlim(axes["image"].get_xlim())
        axis.set_ylim(axes["image"].get_ylim())
        axis.set_facecolor("0.9")
        axis.set_title(f"energy loss {low:g} to {high:g} eV", fontsize=SMALL)
    for number, energy in enumerate(POINTS_EV):
        row, column = np.unravel_index(cube[..., np.abs(energies - energy).argmin()].argmax(), cube.shape[:2])
        x, y = ((each + inset) * PIXEL_NM for each in (column, row))
        name, colour = "ABCD"[number], COLOURS[number]
        axes["image"].plot(x, y, "o", markersize=5, markerfacecolor="none", color=colour)
        axes["image"].annotate(
            name, (x, y), xytext=(4, 3), textcoords="offset points", color=colour, fontsize=8
        )
        axes["spectra"].plot(energies, cube[row, column], color=colour, linewidth=1.1, label=name)
    axes["spectra"].plot(
        energies, spectra.mean(axis=0), color="0.3", linestyle=":", linewidth=1, label="mean of the scene"
    )
    axes["spectra"].set_xlabel("energy loss (eV)")
    axes["spectra"].set_ylabel("root of counts (parts of the maximum)")
    axes["spectra"].set_ylim(bottom=0)
    axes["spectra"].legend(fontsize=SMALL, ncols=5, frameon=False)
    axes["spectra"].grid(alpha=0.3)
    return figure
