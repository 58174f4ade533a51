"""The clustering's figures: losses over the epochs, maps of the parameters, mean patterns, chance."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from latentlab.artifacts import read_artifact
from latentlab.log_scale import FLOOR
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES, intensity_map, intensity_norm
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.clustering.clusters_file import Clusters, read_clusters_file
from latentlab.studies.gisaxs.clustering.latents import SPLITS
from latentlab.studies.gisaxs.clustering.measured import Measured
from latentlab.studies.gisaxs.clustering.metric_names import THESIS, of_method
from latentlab.studies.gisaxs.clustering.titles import PARAMETER_TITLES, method_title
from latentlab.studies.gisaxs.figures.patterns import angles_extent

CHANCE_COLOUR = "0.8"
TITLE_SIZE = 6.5
Chosen = list[tuple[str, str, Measured]]


def draw_clusters(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """The figure that `spec["show"]` names, of the methods in `spec["clusters"]`, {input: [method]}.

    Raises
    ------
    ValueError : there is no such figure.
    """
    chosen = [
        (name, method, Measured(inputs.artifacts[name]))
        for name, methods in spec["clusters"].items()
        for method in methods
    ]
    match spec["show"]:
        case "losses":
            return losses(inputs, chosen)
        case "map":
            return maps(inputs, chosen)
        case "means":
            return means(inputs, chosen)
        case "random":
            return chance(inputs, chosen)
        case other:
            raise ValueError(f"show is '{other}', expected losses, map, means or random")


def _heading(name: str, method: str, found: Measured, active: int) -> str:
    if name == THESIS:
        return f"thesis, table 4.19\n{active} of 158 neurons active"
    return f"{found.title}\n{method_title(method)}\n{active} clusters"


def losses(inputs: Inputs, chosen: Chosen) -> Figure:
    """Loss of k-sparse autoencoders over the epochs (thesis, figure 4.6); below, k and the learning rate."""
    figure = Figure(figsize=(WIDTH_INCHES, 3.4), layout="constrained")
    axes = figure.subplots(2, len(chosen), sharex=True, sharey="row", squeeze=False, height_ratios=(2, 1))
    for (upper, lower), (name, method, found) in zip(axes.T, chosen, strict=True):
        history = read_clusters_file(inputs.artifacts[name]).methods[method].history
        ending = of_method("", method)
        spread = found.values[f"val_loss{ending}"] / found.values[f"relative_loss{ending}"]
        epochs = np.arange(1, history["k"].shape[1] + 1)
        for column, label, style in (("train_loss", "training", "-"), ("val_loss", "validation", "--")):
            upper.plot(epochs, history[column][0] / spread, style, linewidth=1, label=label)
        upper.axhline(1, color="0.3", linestyle=":", linewidth=1, label="mean vector")
        upper.set_yscale("log")
        upper.set_title(f"{found.title}\n{method_title(method)}", fontsize=TITLE_SIZE)
        lower.plot(epochs, history["k"][0], color=COLOURS[2], linewidth=1, label="k")
        lower.plot(epochs, history["learning_rate"][0], color=COLOURS[3], linewidth=1, label="learning rate")
        lower.set_yscale("log")
        lower.set_xlabel("epoch")
        for axis in (upper, lower):
            axis.grid(alpha=0.3)
    axes[0, 0].set_ylabel("loss / loss of the\nmean vector")
    axes[1, 0].set_ylabel("k; learning rate")
    handles = [line for axis in axes[:, 0] for line in axis.get_legend_handles_labels()[0]]
    figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False)
    return figure


def maps(inputs: Inputs, chosen: Chosen) -> Figure:
    """Every pattern by R, D and omega/D, coloured by its cluster; these by omega/D, then mean radius."""
    columns = min(4, len(chosen))
    rows = -(-len(chosen) // columns)
    figure = Figure(figsize=(WIDTH_INCHES, 0.3 + 2.5 * rows), layout="constrained")
    axes = figure.subplots(rows, columns, sharey=True, squeeze=False)
    for axis, (name, method, found) in zip(axes.flat, chosen, strict=False):
        clusters = read_clusters_file(inputs.artifacts[name])
        _map_of(axis, clusters, method)
        active = len(np.unique(clusters.methods[method].labels["all"][0]))
        axis.set_title(_heading(name, method, found, active), fontsize=TITLE_SIZE)
    for axis in axes.flat[len(chosen) :]:
        axis.set_axis_off()
    for axis in axes[:, 0]:
        axis.set_ylabel("R (nm)")
    return figure


def _map_of(axis: Axes, clusters: Clusters, method: str) -> None:
    parameters, labels = clusters.parameters, clusters.methods[method].labels["all"][0]
    ranks = _ranks(labels, parameters)
    distances, omegas = (np.unique(parameters[:, column]) for column in (2, 3))
    places = np.searchsorted(distances, parameters[:, 2]) + (len(distances) + 0.6) * np.searchsorted(
        omegas, parameters[:, 3]
    )
    colours = intensity_map()(ranks / max(1, ranks.max()))
    axis.bar(places, 0.1, 0.95, bottom=parameters[:, 0] - 0.05, color=colours, linewidth=0)
    ticks = [
        place + (len(distances) + 0.6) * group
        for group in range(len(omegas))
        for place in range(len(distances))
    ]
    axis.set_xticks(
        ticks, [f"{distance:.1f}" for _ in omegas for distance in distances], fontsize=6, rotation=90
    )
    for group, omega in enumerate(omegas):
        middle = (len(distances) - 1) / 2 + (len(distances) + 0.6) * group
        axis.text(middle, parameters[:, 0].max() + 0.12, f"$\\omega/D$ {omega:g}", ha="center", fontsize=6)
    axis.set_ylim(parameters[:, 0].min() - 0.1, parameters[:, 0].max() + 0.4)
    axis.set_xlabel("D (nm)")


def _ranks(labels: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Rank of each pattern's cluster, int (n,): by its omega/D, then by its mean radius."""
    names = np.unique(labels)
    radius, omega = (
        np.array([parameters[labels == name, column].mean() for name in names]) for column in (0, 3)
    )
    ranks = np.empty(len(names), dtype=np.int64)
    ranks[np.lexsort((radius, omega.round(1)))] = np.arange(len(names))
    return ranks[np.searchsorted(names, labels)]


def means(inputs: Inputs, chosen: Chosen) -> Figure:
    """The mean pattern, in log intensity, of each cluster of the first method, with what it holds."""
    name, method, _ = chosen[0]
    clusters = read_clusters_file(inputs.artifacts[name])
    with read_artifact(inputs.artifacts["small"], kind="patterns") as file:
        images = np.concatenate([file[f"{split}/intensity"][()] for split in SPLITS])
        extent = angles_extent(file["train/alpha_f"][()], file["train/two_theta_f"][()])
    ranks = _ranks(clusters.methods[method].labels["all"][0], clusters.parameters)
    logs = np.log10(np.maximum(images, FLOOR * images.max(axis=(1, 2), keepdims=True)))
    columns, count = 5, int(ranks.max()) + 1
    rows = -(-count // columns)
    figure = Figure(figsize=(WIDTH_INCHES, 0.5 + 1.5 * rows), layout="constrained")
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    norm, image = intensity_norm(float(images.max())), None
    for rank, axis in zip(range(rows * columns), axes.flat, strict=True):
        if rank >= count:
            axis.set_axis_off()
            continue
        members = ranks == rank
        image = axis.imshow(10 ** logs[members].mean(axis=0), norm=norm, cmap=intensity_map(), extent=extent)
        radii, omegas = clusters.parameters[members, 0], np.unique(clusters.parameters[members, 3])
        axis.set_title(
            f"n = {members.sum()}, R {radii.min():.1f} to {radii.max():.1f} nm\n"
            f"$\\omega/D$ {' and '.join(f'{omega:g}' for omega in omegas)}",
            fontsize=6,
        )
    for axis in axes[:, 0]:
        axis.set_ylabel(r"$\alpha_f$ (deg)")
    for axis in axes[-1]:
        axis.set_xlabel(r"$2\theta_f$ (deg)")
    figure.colorbar(image, ax=axes, label="intensity (raw)", shrink=0.8)
    return figure


def chance(inputs: Inputs, chosen: Chosen) -> Figure:
    """Share of each parameter's variance that clusters explain, beside what shuffled patterns give."""
    found: Chosen = [(THESIS, "", Measured(inputs.artifacts[THESIS])), *chosen]
    figure = Figure(figsize=(WIDTH_INCHES, 0.9 + 0.17 * len(found)), layout="constrained")
    axes = figure.subplots(1, len(PARAMETER_TITLES), sharey=True)
    places = -np.arange(len(found), dtype=float)
    for axis, (parameter, title) in zip(axes, PARAMETER_TITLES.items(), strict=True):
        for place, (_, method, measured) in zip(places, found, strict=True):
            ending = of_method("", method) if method else ""
            value = measured(f"eta_{parameter}", ending)
            chance_end = measured.values[f"null_highest_eta_{parameter}{ending}"]
            axis.barh(place, chance_end, 0.8, color=CHANCE_COLOUR)
            colour = COLOURS[1] if value.value > chance_end else COLOURS[0]
            axis.plot([value.low, value.high], [place, place], color=colour, linewidth=1.5)
            axis.plot(value.value, place, "o", color=colour, markersize=3.5)
        axis.set_xlim(-0.03, 1.03)
        axis.set_xlabel(f"share of the variance\nof {title} explained")
        axis.grid(alpha=0.3, axis="x")
    labels = ["thesis: table 4.19", *(method_title(method) for _, method, _ in chosen)]
    for name in dict.fromkeys(name for name, _, _ in chosen):
        rows = [place for place, (other, _, _) in zip(places, found, strict=True) if other == name]
        for axis in axes:
            axis.axhline(rows[0] + 0.5, color="0.6", linewidth=0.6)
        title = next(measured.title for other, _, measured in chosen if other == name)
        axes[-1].text(
            1.06,
            np.mean(rows),
            fill(title, 18),
            fontsize=6.5,
            va="center",
            transform=axes[-1].get_yaxis_transform(),
        )
    axes[0].set_yticks(places, labels, fontsize=6)
    axes[0].set_ylim(places[-1] - 0.7, 0.7)
    handles = [
        Patch(color=CHANCE_COLOUR, label="shuffled patterns, up to 97.5 %"),
        Patch(color=COLOURS[1], label="more than by chance"),
        Patch(color=COLOURS[0], label="not more than by chance"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False)
    return figure
