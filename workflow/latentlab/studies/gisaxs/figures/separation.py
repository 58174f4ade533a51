"""The figure of the separated latent: the form part against the radius, and swapped decodings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latentlab.artifacts import read_artifact
from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.figures.patterns import Extent, angles_extent, draw_pattern

SMALL = 6  # pt
TITLES = {"clean": "no noise, no gaps", "counted": "photons counted, with gaps"}
MARKERS = ("o", "x")
COLUMNS = ("form part of", "structure part of", "decoded", "simulated", "decoded / simulated")
TEST = 1


def draw_separation(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    """Upper: first principal component of the test patterns' form parts against R. Lower: two swaps."""
    figure = Figure(figsize=(WIDTH_INCHES, 6.0), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[0.8, 1.2])
    axes = upper.subplots(1, 2, sharex=True)
    for axis, (name, title) in zip(axes, TITLES.items(), strict=True):
        with read_artifact(inputs.artifacts[name], kind="separated-latents") as file:
            chosen = file["split"][()] == TEST
            form, parameters = file["form"][()], file["parameters"][()][chosen]
            clusters = file["cluster"][()][chosen]
        _component(axis, form, form[chosen], parameters, clusters)
        axis.set_title(title)
    axes[0].set_ylabel("form part, first principal\ncomponent (arb. unit)")
    axes[0].legend(frameon=False, fontsize=7, title=r"$\omega$/D", title_fontsize=7)
    _swaps(lower, inputs)
    return figure


def _component(
    axis: Axes, fitted: np.ndarray, form: np.ndarray, parameters: np.ndarray, clusters: np.ndarray
) -> None:
    direction = np.linalg.svd(fitted - fitted.mean(axis=0), full_matrices=False)[2][0]
    values = (form - fitted.mean(axis=0)) @ direction
    if np.corrcoef(values, parameters[:, 0])[0, 1] < 0:  # the sign of a component is arbitrary
        values = -values
    widths = np.unique(parameters[:, 3])
    for width, colour, marker in zip(widths, COLOURS, MARKERS, strict=False):
        rows = parameters[:, 3] == width
        axis.scatter(
            parameters[rows, 0], values[rows], 22, colour, marker=marker, linewidths=0.9, label=f"{width:g}"
        )
    radii = sorted(
        (parameters[clusters == cluster, 0] for cluster in np.unique(clusters)), key=lambda part: part.mean()
    )
    for number, part in enumerate(radii):  # a bar below the radii of each cluster, at two heights in turn
        height = values.min() - (0.1 + 0.05 * (number % 2)) * np.ptp(values)
        ends = [part.min() - 0.03, part.max() + 0.03]
        axis.plot(ends, [height] * 2, color="0.3", linewidth=3, solid_capstyle="butt")
    axis.set_xlabel("radius R (nm); bars: radii of each cluster")


def _swaps(figure: Any, inputs: Inputs) -> None:
    with read_artifact(inputs.artifacts["clean"], kind="separated-latents") as file:
        rows = file["swap/rows"][()]
        shown = [len(rows) // 4, (3 * len(rows)) // 4 + 1]
        decoded, truth = (file[f"swap/{name}"][()][shown] for name in ("decoded", "truth"))
    with read_artifact(inputs.artifacts["small"], kind="patterns") as file:
        given = file["test/intensity"][()][rows[shown][:, :2].ravel()].reshape(2, 2, *file["gaps"].shape)
        parameters = file["test/parameters"][()]
        extent = angles_extent(file["test/alpha_f"][()], file["test/two_theta_f"][()])
    axes = figure.subplots(2, len(COLUMNS), sharex=True, sharey=True)
    for line, number in zip(axes, range(2), strict=True):
        first, second, wanted = rows[shown[number]]
        images = [*given[number], 10.0 ** decoded[number], 10.0 ** truth[number]]
        titles = [_title(parameters[row]) for row in (first, second)] + ["", _title(parameters[wanted])]
        for axis, image, title, column in zip(line, images, titles, COLUMNS, strict=False):
            intensity = draw_pattern(axis, image / image.max(), extent, None, 1.0)
            axis.set_title(f"{column}\n{title}", fontsize=SMALL)
        error = _error(line[-1], decoded[number] - truth[number], extent)
        line[0].set_ylabel(r"$\alpha_f$ (deg)", fontsize=SMALL)
        for axis in line:
            axis.tick_params(labelsize=SMALL)
    for axis in axes[-1]:
        axis.set_xlabel(r"$2\theta_f$ (deg)", fontsize=SMALL)
    bars = {"relative to the maximum": (intensity, axes[:, :4]), "decades": (error, axes[:, 4:])}
    for label, (image, panels) in bars.items():
        bar = figure.colorbar(image, ax=panels, location="bottom", shrink=0.6, aspect=30, extend="both")
        bar.set_label(label, fontsize=SMALL)
        bar.ax.tick_params(labelsize=SMALL)


def _title(parameters: np.ndarray) -> str:
    return rf"R {parameters[0]:g} nm, $\omega$/D {parameters[3]:g}"


def _error(axis: Axes, error: np.ndarray, extent: Extent) -> Any:
    axis.set_title(f"{COLUMNS[-1]}\n", fontsize=SMALL)
    return axis.imshow(error, extent=extent, cmap="RdBu_r", vmin=-0.2, vmax=0.2, aspect="equal")
