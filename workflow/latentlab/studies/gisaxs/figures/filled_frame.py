"""Figure of a detector frame whose gaps are filled, with the scores in artificial gaps."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import GAP_COLOUR, WIDTH_INCHES
from latentlab.studies.gisaxs.restoration.filling_verdict import BLOCK, FillingVerdict
from latentlab.studies.gisaxs.restoration.frame_filling import CHOSEN, METHOD_TITLES, FilledFrame

WARNING_COLOUR = "#D55E00"
CHI_SQUARE = 0.5, 2.0  # shown range


def filled_frame(
    frame: FilledFrame, verdict: FillingVerdict, title: str, beam: tuple[float, float]
) -> Figure:
    """Measured, filled and expected counts, the chi-square map, and every method's error in artificial gaps.

    Parameters
    ----------
    frame : from `frame_filling.fill_gaps`. verdict : from `filling_verdict.judge_filling`; where it says "do
        not use", the figure says so in words.
    title : the frame's name and sizes. beam : horizon row and beam column, pixels; the axes count from there.
    """
    figure = Figure(figsize=(WIDTH_INCHES, 9.2), layout="constrained")
    figure.suptitle(f"{title}\n{textwrap.fill(verdict.sentence, 118)}", fontsize=7)
    grid = figure.add_gridspec(3, 2, height_ratios=[1.0, 1.0, 0.7])
    axes = [figure.add_subplot(grid[row, column]) for row in (0, 1) for column in (0, 1)]
    height, width = frame.counts.shape
    extent = (-0.5 - beam[1], width - 0.5 - beam[1], beam[0] - height + 0.5, beam[0] + 0.5)
    shown = frame.counts[~frame.mask]
    norm = LogNorm(
        vmin=max(0.1, float(np.quantile(frame.expected, 0.02))), vmax=float(shown.max()), clip=True
    )
    measured = np.ma.masked_array(frame.counts, frame.mask)
    for axis, image, name in zip(
        axes[:3],
        (measured, frame.filled, frame.expected),
        ("measured", "filled: counts as measured, gaps expected", "expected everywhere"),
        strict=True,
    ):
        drawn = axis.imshow(image, norm=norm, extent=extent, origin="upper", interpolation="nearest")
        axis.set_title(name, fontsize=7)
    figure.colorbar(drawn, ax=axes[:2], label="counts per pixel", shrink=0.9)
    blocks = verdict.chi_square
    size = blocks.shape[0] * BLOCK, blocks.shape[1] * BLOCK
    wide = (-0.5 - beam[1], size[1] - 0.5 - beam[1], beam[0] - size[0] + 0.5, beam[0] + 0.5)
    chi = axes[3].imshow(
        np.ma.masked_invalid(blocks),
        norm=LogNorm(*CHI_SQUARE),
        cmap="PuOr_r",
        extent=wide,
        origin="upper",
        interpolation="nearest",
    )
    axes[3].set_xlim(axes[0].get_xlim())
    axes[3].set_ylim(axes[0].get_ylim())
    rows, columns = np.nonzero(verdict.failing)
    if len(rows):
        axes[3].plot(
            wide[0] + (columns + 0.5) * BLOCK,
            wide[3] - (rows + 0.5) * BLOCK,
            ".",
            color="black",
            markersize=1.5,
        )
    axes[3].set_title(f"chi-square of blocks; above counting in {verdict.failing.sum()} (dots)", fontsize=7)
    bar = figure.colorbar(chi, ax=axes[2:4], label="chi-square per pixel", shrink=0.9, extend="both")
    bar.set_ticks([0.5, 1, 2], labels=["0.5", "1", "2"])
    bar.minorticks_off()
    for axis in axes:
        axis.set_facecolor(GAP_COLOUR)
        axis.tick_params(labelsize=6)
        axis.set_xlabel("column from the beam (pixel)", fontsize=6.5)
        axis.set_ylabel("row above the horizon (pixel)", fontsize=6.5)
    if not verdict.usable:
        _warn(axes[1])
    _scores(figure.add_subplot(grid[2, :]), frame, verdict)
    return figure


def _warn(axes: Axes) -> None:
    axes.text(
        0.5,
        0.5,
        "do not use",
        transform=axes.transAxes,
        ha="center",
        va="center",
        fontsize=14,
        fontweight="bold",
        bbox={"facecolor": "white", "edgecolor": WARNING_COLOUR, "boxstyle": "round,pad=0.3"},
    )


def _scores(axes: Axes, frame: FilledFrame, verdict: FillingVerdict) -> None:
    """A table: error with its interval, rms over all blocks, deviance and correlation, by method."""
    axes.axis("off")
    order = sorted(frame.scores, key=lambda name: np.nan_to_num(frame.scores[name].error, nan=np.inf))
    lines = [
        [
            METHOD_TITLES[name] + (f": {' + '.join(frame.members)}" if name == CHOSEN else ""),
            f"{score.error:.4f}",
            f"{score.low:.4f} to {score.high:.4f}",
            f"{score.rms:.4f}",
            f"{score.deviance:.3f}",
            f"{score.correlation:.4f}",
        ]
        for name, score in ((name, frame.scores[name]) for name in order)
    ]
    heads = ["method", "error (decades)", "95 % interval", "rms (decades)", "deviance", "correlation"]
    table = axes.table(
        lines,
        colLabels=heads,
        colWidths=[0.40, 0.12, 0.19, 0.11, 0.08, 0.1],
        cellLoc="right",
        loc="upper center",
    )
    table.auto_set_font_size(False)
    table.set_fontsize(6)
    table.scale(1, 0.78)
    for (row, column), cell in table.get_celld().items():
        cell.set_linewidth(0.2)
        if column == 0:
            cell.set_text_props(ha="left")
        if row and order[row - 1] == CHOSEN:
            cell.set_text_props(weight="bold")
    score = frame.scores[CHOSEN]
    axes.set_title(
        f"{score.pieces} artificial gaps of {frame.gap_rows} rows or {frame.gap_columns} columns, "
        f"{score.pixels:,} pixels in {score.blocks:,} blocks of 100 counts or more;\n"
        f"counting alone gives an error of {score.counting:.4f} decades; "
        f"expected over measured counts {verdict.share:.4f}; {verdict.maxima - verdict.lost} of "
        f"{verdict.maxima} side maxima kept",
        fontsize=6.5,
    )
