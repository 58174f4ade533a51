"""Figures of scattering patterns: factors, series over a parameter, grids of examples and reconstructions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from latentlab.log_scale import FLOOR
from latentlab.pipeline.figure_style import GAP_COLOUR, WIDTH_INCHES, intensity_norm

Extent = tuple[float, float, float, float]


def angles_extent(alpha_f_deg: np.ndarray, two_theta_f_deg: np.ndarray) -> Extent:
    """Left, right, bottom, top of an image in degrees, from the first and last pixel of its axes."""
    return (
        float(two_theta_f_deg[0]),
        float(two_theta_f_deg[-1]),
        float(alpha_f_deg[0]),
        float(alpha_f_deg[-1]),
    )


def parameters_title(parameters: Sequence[float]) -> str:
    """The four parameters as the thesis titles its patterns: [R, sigma/R, D, omega/D]."""
    return "[" + ", ".join(f"{value:g}" for value in parameters) + "]"


def _image(
    axes: Axes, image: np.ndarray, extent: Extent, gaps: np.ndarray | None, maximum: float
) -> AxesImage:
    shown = np.ma.masked_array(np.maximum(image, 0), mask=gaps if gaps is not None else False)
    axes.set_facecolor(GAP_COLOUR)
    return axes.imshow(shown, extent=extent, norm=intensity_norm(maximum), aspect="equal")


def _label(axes: np.ndarray, x: str = r"$2\theta_f$ (deg)", y: str = r"$\alpha_f$ (deg)") -> None:
    for axis in axes.flat:
        axis.tick_params(labelsize=6.5)
        axis.label_outer()
    for axis in axes[-1]:
        axis.set_xlabel(x)
    for axis in axes[:, 0]:
        axis.set_ylabel(y)


def factors(form: np.ndarray, structure: np.ndarray, extent: Extent, parameters: Sequence[float]) -> Figure:
    """Form factor, structure factor and their product side by side (thesis, figure 2.22).

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
        "structure factor S\n" rf"D = {parameters[2]:g} nm, $\omega$/D = {parameters[3]:g}",
        "pattern $\\langle|F|^2\\rangle$ S\n",
    ]
    units = [r"nm$^6$", "S (dimensionless)", r"nm$^6$"]
    for axis, image, title, unit in zip(axes[0], (form, structure, intensity), titles, units, strict=True):
        if image is structure:
            shown = axis.imshow(image, extent=extent, aspect="equal", vmin=0)
        else:
            shown = _image(axis, image, extent, None, float(image.max()))
        axis.set_title(title, fontsize=6.5)
        figure.colorbar(shown, ax=axis, label=unit)
    _label(axes)
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
        shown = _image(axis, image, extent, None, maximum)
        axis.set_title(title)
    upper.colorbar(shown, ax=axes, shrink=0.8, label=r"intensity (nm$^6$)")
    _label(axes)
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
    images : raw intensity (k, n, n). parameters : (k, 4), for the titles.
    gaps : bool (n, n), drawn grey; None draws every pixel, for example where noise covers the gaps.
    """
    columns = 4
    rows = -(-len(images) // columns)
    figure = Figure(figsize=(WIDTH_INCHES, 1.72 * rows + 0.2), layout="compressed")
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    maximum = float(images.max())
    for axis, image, values in zip(axes.flat, images, parameters, strict=False):
        shown = _image(axis, image, extent, gaps, maximum)
        axis.set_title(parameters_title(values))
    for axis in list(axes.flat)[len(images) :]:
        axis.set_axis_off()
    figure.colorbar(shown, ax=axes, label="raw intensity (arb. unit)")
    _label(axes)
    return figure


def reconstructions(
    measured: np.ndarray,
    restored: np.ndarray,
    target: np.ndarray,
    parameters: np.ndarray,
    extent: Extent,
    gaps: np.ndarray | None,
) -> Figure:
    """Input, target, restored pattern and its error in decades (as in the thesis's figures 4.8 to 4.10).

    Parameters
    ----------
    measured, restored, target : raw intensity (k, n, n). gaps : bool (n, n), drawn grey in the input.
    parameters : (k, 4), for the titles.
    """
    count = len(measured)
    figure = Figure(figsize=(WIDTH_INCHES, 3.35), layout="compressed")
    axes = figure.subplots(4, count, sharex=True, sharey=True, squeeze=False)
    maximum = float(target.max())
    floor = maximum * FLOOR
    for column in range(count):
        axes[0, column].set_title(parameters_title(parameters[column]), fontsize=5)
        for row, image in enumerate((measured, target, restored)):
            shown = _image(axes[row, column], image[column], extent, gaps if row == 0 else None, maximum)
        error = np.log10(np.maximum(restored[column], floor) / np.maximum(target[column], floor))
        wrong = axes[3, column].imshow(error, extent=extent, cmap="PuOr", vmin=-1, vmax=1, aspect="equal")
    figure.colorbar(shown, ax=axes[:3], label="raw intensity (arb. unit)", shrink=0.8)
    figure.colorbar(wrong, ax=axes[3:], label="decades", extend="both")
    _label(axes, x=r"$2\theta_f$ (deg)", y=r"$\alpha_f$ (deg)")
    for axis, name in zip(axes[:, 0], ("input", "target", "restored", "error"), strict=True):
        axis.set_ylabel(f"{name}\n" + r"$\alpha_f$ (deg)", fontsize=6)
    for axis in axes[-1]:
        axis.set_xlabel(r"$2\theta_f$ (deg)", fontsize=6)
    return figure
