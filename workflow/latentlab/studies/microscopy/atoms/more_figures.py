"""Figures of the part atoms: times of a sequence, shift invariance, components beside the models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.artifacts import read_summary
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.microscopy.atoms.panels import (
    CYCLIC,
    SMALL,
    as_found,
    at_atoms,
    label_colours,
    label_map,
    latent_plane,
    mosaic,
    run_arrays,
    scene,
    value_map,
)


def draw_times(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """A column for each time: image, angle, a latent and groups on it; shares of defects beside the truth."""
    data = run_arrays(inputs.evaluations[spec["run"]])
    frames = np.unique(data["frame"])
    figure = Figure(figsize=(WIDTH_INCHES, 6.6), layout="compressed")
    grid = figure.add_gridspec(5, len(frames), height_ratios=[1, 1, 1, 1, 0.75])
    latent = int(np.argmax(data["latents"].std(axis=0)))
    limits = tuple(np.percentile(data["latents"][:, latent], (1, 99)))
    found = as_found(data["found"], data["label"])
    names = tuple(data["names"])
    for place, frame in enumerate(frames):
        here, image = data["frame"] == frame, data["scenes"][frame]
        row, column = data["row"][here], data["column"][here]
        axes = [figure.add_subplot(grid[line, place]) for line in range(4)]
        scene(axes[0], image, f"time {frame + 1}")
        angle = (np.degrees(data["angle"][here]) + 60) % 120 - 60
        angles = at_atoms(axes[1], image, row, column, angle, cmap=CYCLIC, vmin=-60, vmax=60)
        values = data["latents"][here][:, latent]
        dots = at_atoms(axes[2], image, row, column, values, vmin=limits[0], vmax=limits[1])
        at_atoms(axes[3], image, row, column, label_colours(found[here]))
        if place == 0:
            for axis, name in zip(axes, ("image", "angle", f"latent {latent + 1}", "groups"), strict=True):
                axis.set_ylabel(name)
        if place == len(frames) - 1:
            for axis, shown, name in ((axes[1], angles, "deg"), (axes[2], dots, "")):
                bar = figure.colorbar(shown, ax=axis, fraction=0.05, pad=0.02, label=name)
                bar.ax.tick_params(labelsize=SMALL)
    axis = figure.add_subplot(grid[4, :])
    for kind, name in enumerate(names):
        for values, style in ((data["label"], "-"), (found, "--")):
            shares = [np.mean(values[data["frame"] == frame] == kind) for frame in frames]
            axis.plot(
                frames + 1,
                shares,
                style,
                marker="o",
                markersize=3,
                color=COLOURS[kind],
                label=f"{name}, {'truth' if style == '-' else 'found'}",
            )
    axis.set(xlabel="time", ylabel="share of atoms", xticks=frames + 1, ylim=(0, 1))
    axis.legend(fontsize=6, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, handlelength=3)
    return figure


def draw_shift(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """A row for each run: truth, groups, latents coloured by the place in the unit cell, offset against
    truth."""
    figure = Figure(figsize=(WIDTH_INCHES, 1.95 * 2 * len(spec["runs"])), layout="compressed")
    axes = figure.subplots(2 * len(spec["runs"]), 4)
    for number, run in enumerate(spec["runs"]):
        data, summary = run_arrays(inputs.evaluations[run]), read_summary(inputs.evaluations[run])
        _shift_rows(axes[2 * number : 2 * number + 2], data, summary, run)
    return figure


def _shift_rows(axes: np.ndarray, data: Mapping[str, Any], summary: Mapping[str, float], run: str) -> None:
    here, image = data["frame"] == 0, data["scenes"][0]
    row, column, names = data["row"][here], data["column"][here], tuple(data["names"])
    found = as_found(data["found"], data["label"])[here]
    label_map(axes[0, 0], image, row, column, data["label"][here], names, "truth")
    label_map(axes[0, 1], image, row, column, found, names, f"groups, ARI {summary['atoms_ari']:.2f}")
    axes[0, 0].set_ylabel(run)
    for place in range(2):
        value_map(
            axes[0, 2 + place], image, row, column, data["latents"][here][:, place], f"latent {place + 1}"
        )
    phase = np.degrees(data["cell_phase"][:, 0])
    latent_plane(axes[1, 0], data["latents"], phase, cmap=CYCLIC, vmin=-180, vmax=180)
    axes[1, 0].set_title(f"latents, colour: place in cell\n(R² {summary['atoms_r2_cell_phase']:.2f})")
    latent_plane(axes[1, 1], data["latents"], label_colours(data["label"]))
    axes[1, 1].set_title("latents, colour: truth")
    if "offset_phase" in data:
        shift = np.angle(np.exp(1j * (data["offset_phase"] - data["cell_phase"])).mean(axis=0))
        estimate = np.degrees(np.angle(np.exp(1j * (data["offset_phase"] - shift))))
        truth = np.degrees(np.angle(np.exp(1j * data["cell_phase"])))
        axes[1, 2].scatter(truth[:, 0], estimate[:, 0], s=2, linewidths=0, color=COLOURS[0], label="x")
        axes[1, 2].scatter(truth[:, 1], estimate[:, 1], s=2, linewidths=0, color=COLOURS[1], label="y")
        axes[1, 2].legend(fontsize=6, markerscale=3)
        axes[1, 2].set(xticks=[-180, 0, 180], yticks=[-180, 0, 180])
        axes[1, 2].set_box_aspect(1)
        axes[1, 2].tick_params(labelsize=SMALL)
        axes[1, 2].set_xlabel("true place in cell (deg)", fontsize=SMALL, labelpad=1)
        axes[1, 2].set_ylabel("offset (deg)", fontsize=SMALL, labelpad=1)
        axes[1, 2].set_title(f"offset, agreement {summary['atoms_offset_agreement']:.2f}")
    else:
        axes[1, 2].set_axis_off()
        axes[1, 2].text(0.5, 0.5, "no offset\nin this model", ha="center", va="center", fontsize=7)
    mosaic(axes[1, 3], data["manifold"], "manifold of latents 1 and 2")


def draw_components(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """A row for each set: truth, the components of PCA and NMF and a loading of each, groups of both
    clusterings."""
    figure = Figure(figsize=(WIDTH_INCHES, 1.45 * len(inputs.artifacts)), layout="compressed")
    axes = figure.subplots(len(inputs.artifacts), 6, squeeze=False)
    for line, (name, path) in zip(axes, inputs.artifacts.items(), strict=True):
        data, summary = run_arrays(path), read_summary(path)
        here = data["frame"] == data["frame"].max()
        image, labels = data["scenes"][-1], data["label"]
        row, column = data["row"][here], data["column"][here]
        at_atoms(line[0], image, row, column, label_colours(labels[here]))
        line[0].set_title("truth")
        line[0].set_ylabel(name.removeprefix("components-"), fontsize=SMALL)
        for place, method in enumerate(("pca", "nmf")):
            parts = data[f"{method}/components"]
            parts = (parts / np.abs(parts).max(axis=(1, 2), keepdims=True) + 1) / 2
            mosaic(line[1 + 2 * place], parts.reshape(2, 2, *parts.shape[1:]), method.upper())
            values = data[f"{method}/loadings"][here][:, 0]
            low, high = np.percentile(values, (2, 98))
            at_atoms(line[2 + 2 * place], image, row, column, values, vmin=low, vmax=high)
            line[2 + 2 * place].set_title(f"first, ARI {summary[f'atoms_ari_{method}']:.2f}")
        best = max(("kmeans", "gmm"), key=lambda method: summary[f"atoms_ari_{method}"])
        groups = as_found(data[f"{best}/groups"], labels)[here]
        at_atoms(line[5], image, row, column, label_colours(groups))
        title = {"kmeans": "k-means", "gmm": "GMM"}[best]
        line[5].set_title(f"{title}, ARI {summary[f'atoms_ari_{best}']:.2f}")
    return figure
