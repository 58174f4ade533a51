"""Figures of scattering patterns: factors, series over a parameter, grids of examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Patch

from latentlab.pipeline.figure_style import (
    GAP_COLOUR,
    NOT_POSITIVE_COLOUR,
    WIDTH_INCHES,
    in_intensity_range,
    intensity_map,
    intensity_norm,
)

Extent = tuple[float, float, float, float]
GAP, NOT_POSITIVE = "gap of the detector", "0 or below, which has no logarithm"


def angles_extent(alpha_f_deg: np.ndarray, two_theta_f_deg: np.ndarray) -> Extent:
    """Left, right, bottom, top of an image in degrees, from the first and last pixel of its axes."""
    return (
        float(two_theta_f_deg[0]),
        float(two_theta_f_deg[-1]),
        float(alpha_f_deg[0]),
        float(alpha_f_deg[-1]),
    )


def parameters_title(parameters: Sequence[float], lines: int = 2) -> str:
    """The four parameters of a pattern: R in nm, sigma/R, D in nm, omega/D, in two or four lines."""
    radius, sigma, distance, omega = (f"{value:g}" for value in parameters)
    between = ", " if lines == 2 else "\n"
    return rf"R {radius} nm{between}$\sigma$/R {sigma}" "\n" rf"D {distance} nm{between}$\omega$/D {omega}"


def draw_pattern(
    axes: Axes, image: np.ndarray, extent: Extent, gaps: np.ndarray | None, maximum: float
) -> AxesImage:
    """One pattern on the logarithmic scale below `maximum`: gaps grey, values of 0 or below white."""
    norm = intensity_norm(maximum)
    values = in_intensity_range(image, norm)
    axes.set_facecolor(GAP_COLOUR)
    shown = np.ma.masked_array(values, mask=gaps if gaps is not None else False)
    return axes.imshow(shown, extent=extent, norm=norm, cmap=intensity_map(), aspect="equal")


def label_axes(axes: np.ndarray, x: str = r"$2\theta_f$ (deg)", y: str = r"$\alpha_f$ (deg)") -> None:
    """Label the outer axes of a grid of panels."""
    for axis in axes.flat:
        axis.tick_params(labelsize=6.5)
        axis.label_outer()
    for axis in axes[-1]:
        axis.set_xlabel(x)
    for axis in axes[:, 0]:
        axis.set_ylabel(y)


def add_legend(figure: Figure, *, gaps: bool, not_positive: bool) -> None:
    """Explain the colours that are not on the colour bar, below the panels; only those that are drawn."""
    handles = [Patch(facecolor=GAP_COLOUR, edgecolor="black", linewidth=0.5, label=GAP)] if gaps else []
    if not_positive:
        white = Patch(facecolor=NOT_POSITIVE_COLOUR, edgecolor="black", linewidth=0.5, label=NOT_POSITIVE)
        handles.append(white)
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=7)


def factors(form: np.ndarray, structure: np.ndarray, extent: Extent, parameters: Sequence[float]) -> Figure:
    """Form factor, structure factor and their product side by side (thesis, figure 2.22).

    The structure factor has a linear scale, as it is of the order of 1; the others a logarithmic one.

    Parameters
    ----------
    form : <|F|^2> in nm^6, (n, m). structure : S, (n, m). extent : see `angles_extent`.
    parameters : R in nm, sigma/R, D in nm, omega/D.
    """
    figure = Figure(figsize=(WIDTH_INCHES, 2.3), layout="compressed")
    axes = figure.subplots(1, 3, sharex=True, sharey=True, squeeze=False)
    intensity = form * structure
    titles = [
        "form factor $\\langle|F|^2\\rangle$\n" rf"R = {parameters[0]:g} nm, $\sigma$/R = {parameters[1]:g}",
        "structure factor S, linear scale\n" rf"D = {parameters[2]:g} nm, $\omega$/D = {parameters[3]:g}",
        "pattern $\\langle|F|^2\\rangle$ S\n",
    ]
    units = [r"nm$^6$, log scale", "S (dimensionless), linear scale", r"nm$^6$, log scale"]
    for axis, image, title, unit in zip(axes[0], (form, structure, intensity), titles, units, strict=True):
        if image is structure:
            shown = axis.imshow(image, extent=extent, aspect="equal", vmin=0, cmap="cividis")
        else:
            shown = draw_pattern(axis, image, extent, None, float(image.max()))
        axis.set_title(title, fontsize=6.5)
        figure.colorbar(shown, ax=axis).set_label(unit, fontsize=7)
    label_axes(axes)
    return figure


def series(
    images: Sequence[np.ndarray], titles: Sequence[str], extent: Extent, profiles: Mapping[str, np.ndarray]
) -> Figure:
    """Patterns for several values of one parameter, and cuts through them (thesis, figures 2.23 and 2.24).

    Parameters
    ----------
    images : intensities (n, m), on one scale. titles : one each. extent : see `angles_extent`.
    profiles : "q_y" in 1/nm, (m,), and "rows", the row of each image that is cut (its Yoneda line).
    """
    count = len(images)
    figure = Figure(figsize=(WIDTH_INCHES, 4.1), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.15, 1])
    axes = upper.subplots(1, count, sharex=True, sharey=True, squeeze=False)
    maximum = max(float(image.max()) for image in images)
    for axis, image, title in zip(axes[0], images, titles, strict=True):
        shown = draw_pattern(axis, image, extent, None, maximum)
        axis.set_title(title)
    upper.colorbar(shown, ax=axes, shrink=0.8, label=r"intensity (nm$^6$)")
    label_axes(axes)
    cut = lower.subplots()
    for image, title, row in zip(images, titles, profiles["rows"], strict=True):
        cut.semilogy(profiles["q_y"], image[int(row)], label=title, linewidth=1)
    cut.set_ylim(maximum * 1e-5, maximum * 2)
    cut.set_xlim(0, float(profiles["q_y"][-1]))
    cut.set_xlabel(r"$q_y$ (1/nm) along the Yoneda line")
    cut.set_ylabel(r"intensity (nm$^6$)")
    cut.legend(frameon=False)
    return figure


def examples(
    images: np.ndarray, parameters: np.ndarray, extent: Extent, gaps: np.ndarray | None = None
) -> Figure:
    """Patterns in a grid of four columns (thesis, figures 4.1, 4.2, 4.3, 4.7).

    Parameters
    ----------
    images : raw intensity (k, n, n). parameters : (k, 4), for the titles. gaps : bool (n, n); None for none.
    """
    columns = 4
    rows = -(-len(images) // columns)
    outside = images if gaps is None else images[:, ~gaps]
    not_positive = bool((outside <= 0).any())
    legend_inches = 0.3 if gaps is not None or not_positive else 0.0
    figure = Figure(figsize=(WIDTH_INCHES, 1.7 * rows + 0.2 + legend_inches), layout="compressed")
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    maximum = float(images.max())
    for axis, image, values in zip(axes.flat, images, parameters, strict=False):
        shown = draw_pattern(axis, image, extent, gaps, maximum)
        axis.set_title(parameters_title(values))
    for axis in list(axes.flat)[len(images) :]:
        axis.set_axis_off()
    figure.colorbar(shown, ax=axes, label="raw intensity (arb. unit)")
    add_legend(figure, gaps=gaps is not None, not_positive=not_positive)
    label_axes(axes)
    return figure
