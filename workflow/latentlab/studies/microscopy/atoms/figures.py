"""Figures of the part atoms: scenes, latents mapped onto the image, times, shift invariance, components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.artifacts import read_artifact, record_of
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.atoms.measures import active_latents
from latentlab.studies.microscopy.atoms.panels import (
    CYCLIC,
    as_found,
    label_colours,
    label_map,
    latent_plane,
    mosaic,
    run_arrays,
    scene,
    value_map,
)
from latentlab.studies.microscopy.atoms.truth import compared, names_of
from latentlab.studies.microscopy.set_file import KIND

COLUMNS = 4  # panels in a row
PATCHES = 4  # shown of each set


def draw_scenes(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """A row for each set: a test scene, what is true of its patches' centres, and some patches."""
    rows = len(inputs.artifacts)
    figure = Figure(figsize=(WIDTH_INCHES, 1.75 * rows), layout="compressed")
    axes = figure.subplots(rows, 3, squeeze=False, width_ratios=[1, 1, 2])
    for (image_axis, truth_axis, patch_axis), (name, path) in zip(
        axes, inputs.artifacts.items(), strict=True
    ):
        with read_artifact(path, kind=KIND) as file:
            entry, group = record_of(file)["spec"], file["test"]
            last = len(file["extra/test/scenes"]) - 1
            image, frame = file[f"extra/test/scenes/{last}"][()], group["factors/frame"][()]
            here = frame == last
            row, column = (group[f"factors/{each}"][()][here] for each in ("row", "column"))
            labels = group[f"factors/{compared(entry).label}"][()][here]
            chosen = np.linspace(0, here.sum() - 1, 2 * PATCHES).astype(int)
            patches = group["image"][()][here][chosen, 0]
        scene(image_axis, image, "test scene" + (", last time" if last and entry["time_steps"] else ""))
        image_axis.set_ylabel(name.removeprefix("atoms-"))
        label_map(truth_axis, image, row, column, labels, names_of(entry), f"truth: {compared(entry).label}")
        mosaic(patch_axis, patches.reshape(2, PATCHES, *patches.shape[1:]), f"{entry['patch']} px patches")
    return figure


def draw_map(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """All that a run says of the patches of a scene, on its image: angle, offsets, latents, groups;
    manifold."""
    path = inputs.evaluations[spec["run"]]
    data = run_arrays(path)
    return map_figure(data, _fold(data))


def map_figure(data: Mapping[str, Any], fold: int = 1) -> Figure:
    """Panels for whatever the model has, on the last frame of the test scenes.

    Parameters
    ----------
    data : arrays of an evaluation. fold : symmetry modulo which the angle is shown.
    """
    here = data["frame"] == data["frame"].max()
    image, row, column = data["scenes"][-1], data["row"][here], data["column"][here]
    names = tuple(data["names"])
    nm = float(data.get("pixel_size", 0.0)) * image.shape[1]
    panels: list[Any] = [lambda axis: scene(axis, image, f"image, {nm:.3g} nm wide" if nm else "image")]
    if "label" in data:
        labels = data["label"][here]
        found = as_found(data["found"], data["label"])[here]
        panels.append(lambda axis: label_map(axis, image, row, column, labels, names, "truth"))
        title = "discrete class" if "classes" in data else "groups of the latents"
        if "polarisation" in data and "angle" in data:
            title = "groups, latents and angle"
        panels.append(lambda axis: label_map(axis, image, row, column, found, names, title))
    if "angle" in data:
        angle = np.degrees(data["angle"][here])
        modulo = f" modulo {360 // fold}" if fold > 1 else ""
        panels.append(
            lambda axis: value_map(axis, image, row, column, angle, f"angle (deg{modulo})", 360 / fold)
        )
    if "offset" in data:
        for number, name in enumerate(("x", "y")):
            panels.append(
                lambda axis, number=number, name=name: value_map(
                    axis, image, row, column, data["offset"][here][:, number], f"{name} offset (px)"
                )
            )
    latents = data["latents"][here]
    for number in range(min(latents.shape[1], 2)):
        panels.append(
            lambda axis, number=number: value_map(
                axis, image, row, column, latents[:, number], f"latent {number + 1}"
            )
        )
    if latents.shape[1] >= 2:
        panels.append(lambda axis: _plane(axis, data))
    figure = _filled(panels, data["manifold"])
    if "label" not in data and not active_latents(data["latents"]):
        figure.suptitle(
            "The latents carry nothing: all patches look alike to the model, beside their angle.",
            fontsize=8,
            color=COLOURS[1],
        )
    return figure


def _plane(axis: Any, data: Mapping[str, Any]) -> None:
    """Latents of all test patches, coloured by the polarisation's direction, else by the truth."""
    if "polarisation" in data:
        x, y = data["polarisation"].T
        latent_plane(axis, data["latents"], np.degrees(np.arctan2(-y, x)), cmap=CYCLIC, vmin=-180, vmax=180)
        axis.set_title("latents, colour: direction\nof polarisation (cyclic)")
    else:
        latent_plane(axis, data["latents"], label_colours(data["label"]) if "label" in data else COLOURS[0])
        axis.set_title("latents" + (", colour: truth" if "label" in data else ""))


def _filled(panels: list[Any], manifold: np.ndarray) -> Figure:
    """Panels in rows of four, then the manifold; a square one takes a panel, a wide one a row."""
    wide = manifold.shape[1] > 2 * manifold.shape[0]
    if not wide:
        panels = [*panels, lambda axis: mosaic(axis, manifold, "manifold of latents 1 and 2")]
    rows = -(-len(panels) // COLUMNS)
    kind = "constrained" if wide else "compressed"  # the latter fails beside a wide panel
    figure = Figure(figsize=(WIDTH_INCHES, 1.8 * (rows + wide)), layout=kind)
    grid = figure.add_gridspec(rows + wide, COLUMNS)
    for number, panel in enumerate(panels):
        panel(figure.add_subplot(grid[number // COLUMNS, number % COLUMNS]))
    if wide:
        axis = figure.add_subplot(grid[rows, :])
        mosaic(axis, manifold, "images decoded along latent 1, a row for each class")
    return figure


def _fold(data: Mapping[str, Any]) -> int:
    """Symmetry modulo which a run's angle is shown: as measured, or by the names of the labels."""
    if "fold" in data:
        return int(data["fold"])
    return 3 if "silicon" in data["names"] else 4 if "NiO" in data["names"] else 1
