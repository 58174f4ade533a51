"""Figures of the codec comparison: distortion and errors of the fit against the rate; lossless rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.studies.gisaxs.codec_comparison.goal import Goal
from latentlab.studies.gisaxs.codec_comparison.rows import ENTROPY, INPUT


class Style(NamedTuple):
    """How a codec's curve is drawn; colours of Okabe and Ito 2008, the strong ones for our codecs."""

    colour: str
    marker: str
    line: str = "-"
    width: float = 0.9


WORDS = {  # what the figures call a codec, where its name in the tables is short
    "PCA": "principal components (PCA)",
    "JPEG 2000, root": "JPEG 2000 of the square root",
    "AVIF, root": "AVIF of the square root",
    "learned (log intensity)": "trained networks (log intensity)",
    "learned (raw intensity)": "trained networks (raw intensity)",
    "bitshuffle + Zstd": "Zstandard after bitshuffle",
    "bitshuffle + LZ4": "LZ4 after bitshuffle",
    "Zstd": "Zstandard",
    ENTROPY: "entropy of the known Poisson process",
}
STYLES = {
    "two-factor codec, 3 numbers": Style("#D55E00", "o", width=1.8),
    "two-factor codec, 2 numbers": Style("#D55E00", "o", "--"),
    "latentlab counts": Style("#D55E00", "o", width=1.8),
    "parameter codec": Style("black", "*", line="none"),
    "learned (log intensity)": Style("#D55E00", "x", line="none"),
    "learned (raw intensity)": Style("#D55E00", "+", line="none"),
    "PCA": Style("#0072B2", "s", width=1.3),
    "JPEG 2000": Style("#009E73", "^"),
    "JPEG XL": Style("#CC79A7", "v"),
    "AVIF": Style("#56B4E9", "D"),
    "JPEG 2000, root": Style("#009E73", "^", "--"),
    "AVIF, root": Style("#56B4E9", "D", "--"),
    "SPERR": Style("#E69F00", "P"),
    "SZ3": Style("0.45", "<", "--"),
    "ZFP": Style("0.45", ">", ":"),
    "JPEG-LS": Style("#0072B2", "s"),
    "bitshuffle + Zstd": Style("#56B4E9", "D"),
    "Blosc2": Style("#E69F00", "P"),
    "bitshuffle + LZ4": Style("0.45", "<", "--"),
    "Zstd": Style("0.45", ">", ":"),
}
OTHER = Style("0.7", ".", "-.")
MEAN_IMAGE = "mean of the training images (0 bytes)"
UP, DOWN = r"$\uparrow$", r"$\downarrow$"
OUTSIDE = "outside the axes: value beside the arrow"

# column, label, whether 1 minus it is drawn, whether log
PANELS = (
    ("psnr_log", "PSNR of log intensity (dB)", False, False),
    ("ms_ssim_log", r"1 $-$ MS-SSIM of log intensity", True, True),
    ("error_R_nm", "error of the fitted R (nm)", False, True),
    ("error_D_nm", "error of the fitted D (nm)", False, True),
)
LEAST = {"ms_ssim_log": 1e-6, "error_R_nm": 1e-4, "error_D_nm": 1e-4}  # smaller values are drawn at the edge
PSNR_RANGE = (5.0, 75.0)  # dB
UNITS = {"psnr_log": " dB", "error_R_nm": " nm", "error_D_nm": " nm"}


def rate_distortion(
    rows: pd.DataFrame, goal: Goal | None = None, mean_image: Mapping[str, float] | None = None
) -> Figure:
    """Log-PSNR, 1 - MS-SSIM and errors of the fitted R and D against bits per pixel; a curve for each codec.

    A value beyond a panel, such as exact reproduction, is an arrow at its edge with the value beside it. The
    dashed line is the input: the errors of the fit before coding and, for counted patterns, their distortion
    by noise.

    Parameters
    ----------
    rows : of one test set and photon budget, columns as `studies.gisaxs.codec_comparison.rows.LossyRow`.
    goal : the aim, drawn as a cross; None for no goal.
    mean_image : psnr_log and ms_ssim_log of the mean of the training images, which needs no bits; None if it
        was not measured for this test set.

    Raises
    ------
    ValueError : there is no codec among the rows.
    """
    codecs = [name for name in dict.fromkeys(rows["codec"]) if name != INPUT]
    if not codecs:
        raise ValueError("rows hold no codec, expected at least one")
    figure = Figure(figsize=(WIDTH_INCHES, 6.0), layout="constrained")
    axes = figure.subplots(2, 2, sharex=True)
    for axis, (column, label, complement, logarithmic) in zip(axes.flat, PANELS, strict=True):
        _panel(axis, rows, codecs, column, complement, logarithmic)
        if mean_image is not None and column in mean_image:
            value = 1 - mean_image[column] if complement else mean_image[column]
            axis.axhline(value, color="0.3", linestyle=":", linewidth=1.2, label=MEAN_IMAGE, zorder=1)
        axis.set_ylabel(label)
        axis.grid(alpha=0.3)
    if goal is not None:
        rate, psnr, similarity = goal
        name = f"goal: {psnr:g} dB, MS-SSIM {similarity:g}"
        for axis, value in ((axes[0, 0], psnr), (axes[0, 1], 1 - similarity)):
            axis.plot(rate, value, "k+", markersize=11, markeredgewidth=1.2, label=name, zorder=4)
    for axis in axes[1]:
        axis.set_xlabel("bits per pixel of the whole file")
    known = {}
    for axis in axes.flat:
        handles, labels = axis.get_legend_handles_labels()
        known |= dict(zip(labels, handles, strict=True))
    if OUTSIDE in known:
        del known[OUTSIDE]  # it comes last, in black
        known[OUTSIDE] = Line2D([], [], color="black", linestyle="none", marker=UP, markersize=8)
    figure.legend(known.values(), known.keys(), loc="outside lower center", ncols=3, frameon=False)
    return figure


def _panel(
    axis: Axes, rows: pd.DataFrame, codecs: list[str], column: str, complement: bool, logarithmic: bool
) -> None:
    axis.set_xscale("log")
    low, high = (LEAST[column], np.inf) if logarithmic else PSNR_RANGE
    if logarithmic:
        axis.set_yscale("log")
    lowest, highest = high, low
    for name in [*codecs, INPUT]:
        of_codec = rows[rows["codec"] == name].sort_values("bits_per_pixel")
        values = of_codec[column].to_numpy()
        # rounding in float32 may raise MS-SSIM above 1
        values = np.maximum(1 - values, 0) if complement else values
        drawn = np.clip(values, low, high)
        lowest, highest = np.nanmin(drawn, initial=lowest), np.nanmax(drawn, initial=highest)
        if name == INPUT:
            inside = drawn[(values > low) & (values < high)]
            if len(inside):
                label = "patterns before coding"
                axis.axhline(inside[0], color="k", linestyle="--", linewidth=0.8, label=label, zorder=1)
            continue
        style = STYLES.get(name, OTHER)
        size = {"*": 8, "+": 5, "x": 4}.get(style.marker, 3)
        rate = of_codec["bits_per_pixel"].to_numpy()
        outside = (values < low) | (values > high)
        axis.plot(
            rate,
            drawn,
            color=style.colour,
            marker=style.marker,
            markevery=list(np.flatnonzero(~outside)),
            linestyle=style.line,
            linewidth=style.width,
            markersize=size,
            label=words(name),
            zorder=3 if style.width > 1 or style.line == "none" else 2,
        )
        for at in np.flatnonzero(outside):
            _arrow(
                axis,
                rate[at],
                drawn[at],
                values[at] > high,
                _short(values[at]) + UNITS.get(column, ""),
                style,
            )
    axis.set_ylim((low / 2, highest * 2) if logarithmic else (lowest - 2, high + 2))


def _arrow(axis: Axes, rate: float, edge: float, above: bool, text: str, style: Style) -> None:
    """An arrow out of the panel at its edge, with the value that lies there."""
    marker, place = (UP, "top") if above else (DOWN, "bottom")
    axis.plot(
        [rate],
        [edge],
        linestyle="none",
        marker=marker,
        color=style.colour,
        markersize=9,
        label=OUTSIDE,
        zorder=4,
    )
    axis.annotate(text, (rate, edge), (5, 0), textcoords="offset points", va=place, fontsize=6.5)


def _short(value: float) -> str:
    """Three significant digits, with a power of ten below 1e-3; infinity as its sign."""
    if np.isinf(value):
        return r"$\infty$"
    if value == 0 or abs(value) >= 1e-3:
        return f"{value:.3g}"
    digits, power = f"{value:.1e}".split("e")
    return rf"${digits}\times10^{{{int(power)}}}$"


def words(codec: str) -> str:
    """A codec's name in full words, as in the figures."""
    return WORDS.get(codec, codec)


def lossless_rates(rows: pd.DataFrame) -> Figure:
    """Bits per pixel against photons per pattern, best setting of each codec, and excess over the entropy.

    Parameters
    ----------
    rows : columns as `studies.gisaxs.codec_comparison.rows.LosslessRow`, entropy rows among them.

    Raises
    ------
    ValueError : no entropy is among the rows.
    """
    best = rows.groupby(["codec", "photons"], sort=False)["bits_per_pixel"].min().unstack("photons")
    if ENTROPY not in best.index:
        raise ValueError("rows hold no entropy of the known process to compare with")
    figure = Figure(figsize=(WIDTH_INCHES, 3.7), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True)
    limit = best.loc[ENTROPY].to_numpy()
    photons = best.columns.to_numpy()
    left.plot(photons, limit, "k--", linewidth=1.2, label=words(ENTROPY))
    for name in best.index.drop(ENTROPY):
        style = STYLES.get(name, OTHER)
        look = {"color": style.colour, "marker": style.marker, "linestyle": style.line}
        look |= {"linewidth": style.width, "markersize": 3.5, "label": words(name)}
        values = best.loc[name].to_numpy()
        left.plot(photons, values, **look)
        right.plot(photons, 100 * (values / limit - 1), **look)
    left.set_yscale("log")
    left.set_ylabel("bits per pixel of the whole file")
    right.set_yscale("log")
    right.set_ylabel("bits above the entropy (%)")
    for axis in (left, right):
        axis.set_xscale("log")
        axis.set_xlabel("photons per pattern")
        axis.grid(alpha=0.3)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return figure


def frame_rates(rows: pd.DataFrame) -> Figure:
    """Bits per pixel of detector frames: one group of bars per codec (its best setting), one bar per frame.

    `rows`: columns of `studies.gisaxs.codec_comparison.rows.LosslessRow`. ValueError: there are none.
    """
    if rows.empty:
        raise ValueError("there are no rows to draw")
    best = rows.groupby(["codec", "subject"], sort=False)["bits_per_pixel"].min().unstack()
    best = best.loc[best.mean(axis=1).sort_values(ascending=False).index]
    figure = Figure(figsize=(WIDTH_INCHES, 0.8 + 0.32 * len(best)), layout="constrained")
    axis = figure.subplots()
    places, height = np.arange(len(best)), 0.8 / best.shape[1]
    for number, subject in enumerate(best.columns):
        offset = (number - (best.shape[1] - 1) / 2) * height
        bars = axis.barh(places - offset, best[subject], 0.9 * height, label=subject)
        axis.bar_label(bars, fmt="%.2f", fontsize="x-small", padding=2)
    axis.set_yticks(places, [words(name) for name in best.index])
    axis.set_xlabel("bits per pixel, over all pixels of a frame")
    axis.grid(axis="x", alpha=0.3)
    axis.legend(frameon=False, fontsize="small")
    return figure
