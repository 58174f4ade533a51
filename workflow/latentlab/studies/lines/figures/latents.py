"""Figures of the latents: their invariance to shifts, samples of the prior, traversals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.studies.lines.figures.panels import (
    SMALL,
    as_images,
    as_vector,
    figure_below,
    look,
    micrograph,
    plain_ticks,
    refuse_empty,
)

SAMPLES_A_SIDE = 4


def shift_invariance(curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Figure:
    """Movement of latents when the image is shifted cyclically, over the distance of two images' latents.

    Marks are means over seeds, bars reach from the least to the largest.

    Parameters
    ----------
    curves : by label, shifts in px (k,) and displacements (seeds, k) or (k,), dimensionless. NaN, as of
        latents that are all the same, leaves a gap; a curve of NaN alone is marked in the legend.

    Raises
    ------
    ValueError : no curves, or shifts and displacements of a curve differ in number.
    """
    refuse_empty(curves, "curves")
    figure = Figure(figsize=(WIDTH_INCHES, 3.5), layout="constrained")
    axis = figure.subplots()
    for number, (label, (shifts, displacement)) in enumerate(curves.items()):
        shifts = as_vector(shifts, label)
        moved = np.atleast_2d(np.asarray(displacement, dtype=np.float64))
        if moved.ndim != 2 or moved.shape[1] != len(shifts):
            raise ValueError(
                f"{label}: expected one displacement per shift, found {moved.shape[-1]} and {len(shifts)}"
            )
        mean = moved.mean(axis=0)
        name = f"{label} ({len(moved)} seeds)" if len(moved) > 1 else label
        name = name if np.isfinite(mean).any() else f"{label} (undefined: all latents the same)"
        reach = np.stack([mean - moved.min(axis=0), moved.max(axis=0) - mean]) if len(moved) > 1 else None
        style = {"markersize": 4, "linewidth": 1.2, "capsize": 2}
        axis.errorbar(shifts, mean, reach, label=name, **style, **look(number))
    axis.axhline(
        1, color="k", linestyle=":", linewidth=1, label="trivial answer: as far as another image's latent"
    )
    axis.set_ylim(bottom=-0.03)  # marks at 0, invariant, stay whole
    axis.set_xlabel("cyclic shift of the image (px)")
    axis.set_ylabel("movement of the latent over the\ndistance of two images' latents")
    axis.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure


def prior_samples(
    images: np.ndarray, statistic: str, data: np.ndarray, samples: np.ndarray, verdict: str = ""
) -> Figure:
    """Images decoded from the prior, and one scalar statistic's distribution in the data and in the samples.

    Parameters
    ----------
    images : (k, side, side) in [0, 1]; the first 16 are drawn.
    statistic : its name and unit, for the axis.
    data, samples : (n,) and (m,), the statistic; values that are not finite are counted in the legend.
    verdict : what the model has learnt and what not, written above the panels.

    Raises
    ------
    ValueError : no images, or no finite value at all.
    """
    images = as_images(images, "images")
    laws = {"validation images": as_vector(data, "data"), "prior samples": as_vector(samples, "samples")}
    finite = {name: values[np.isfinite(values)] for name, values in laws.items()}
    everything = np.concatenate(list(finite.values()))
    refuse_empty(everything, f"{statistic}: finite values")
    figure = figure_below(verdict, 3.2)
    left, right = figure.subfigures(1, 2, width_ratios=[1, 1.2])
    axes = left.subplots(SAMPLES_A_SIDE, SAMPLES_A_SIDE)
    for axis in axes.flat[len(images) :]:
        axis.set_axis_off()
    for axis, image in zip(axes.flat, images, strict=False):
        micrograph(axis, image)
    left.suptitle("decoded from the prior", fontsize=7.5)
    axis = right.subplots()
    edges = np.histogram_bin_edges(everything, bins=30)
    for (name, values), colour, line in zip(laws.items(), COLOURS, ("-", "--"), strict=False):
        odd = len(values) - len(finite[name])
        label = f"{name}, n = {len(values)}" + (f" ({odd} not finite, not shown)" if odd else "")
        weights = np.full(len(finite[name]), 100 / len(values))
        axis.hist(finite[name], edges, weights=weights, alpha=0.15, color=colour)
        axis.hist(
            finite[name],
            edges,
            weights=weights,
            histtype="step",
            color=colour,
            linestyle=line,
            linewidth=1.3,
            label=label,
        )
    plain_ticks(axis.xaxis)
    axis.set_xlabel(statistic)
    axis.set_ylabel("images (%)")
    axis.grid(alpha=0.3)
    right.legend(loc="outside lower center", frameon=False)
    return figure


def traversal(images: np.ndarray, values: np.ndarray, kl: np.ndarray, verdict: str = "") -> Figure:
    """Images decoded with one latent moved and the others at 0; rows sorted, most informative on top.

    Parameters
    ----------
    images : (latents, steps, side, side) in [0, 1].
    values : (steps,), values of the latent, in standard deviations of the prior.
    kl : (latents,), mean KL divergence of each latent from the prior, nats; the rows are sorted by it.
    verdict : what the model has learnt and what not, written above the panels.

    Raises
    ------
    ValueError : no image, or shapes that do not fit.
    """
    values, kl = as_vector(values, "values"), as_vector(kl, "kl")
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[:2] != (len(kl), len(values)):
        raise ValueError(
            f"expected images ({len(kl)}, {len(values)}, side, side) of the latents and steps given, "
            f"found the shape {images.shape}"
        )
    figure = figure_below(verdict, len(kl) * WIDTH_INCHES / (len(values) + 1) + 0.6)
    axes = figure.subplots(len(kl), len(values), squeeze=False)
    for row, latent in zip(axes, np.argsort(-kl, kind="stable"), strict=True):
        for axis, image in zip(row, images[latent], strict=True):
            micrograph(axis, image)
        row[0].set_ylabel(f"latent {latent + 1}\n{kl[latent]:.2f} nats", fontsize=SMALL)
    for axis, value in zip(axes[0], values, strict=True):
        axis.set_title(f"{value:+g}" if value else "0")
    figure.supxlabel("value of the latent (standard deviations of the prior), the others at 0", fontsize=8)
    return figure
