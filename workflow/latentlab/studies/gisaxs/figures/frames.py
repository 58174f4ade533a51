"""Figure of a detector frame before and after compression."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from latentlab.pipeline.figure_style import GAP_COLOUR, WIDTH_INCHES
from latentlab.studies.gisaxs.compression.frame_verdict import FACTOR, TOTAL, FrameVerdict

BRIGHT_COLOUR, FAILING_COLOUR = "#CC79A7", "#D55E00"


def frame(
    measured: np.ndarray,
    missing: np.ndarray,
    bright: np.ndarray,
    restored: np.ndarray,
    verdict: FrameVerdict,
    title: str,
) -> Figure:
    """Measured and restored counts, and their difference in standard deviations of the counting noise.

    Where the restoration fails the figure says so: a text on the restored frame, and an outline about the
    blocks that fail. Gaps are grey where counts are compared; the middle panel shows what the codec puts
    there.

    Parameters
    ----------
    measured, restored : counts per grid pixel (n, n), row 0 at the horizon.
    missing : bool (n, n), True where the detector gave no usable count. bright : bool (n, n), True where it
        did, but the pixel is brighter than any that the codec was trained on.
    verdict : see `frame_verdict`; its numbers stand below `title`, the frame's name and sizes in bytes.
    """
    figure = Figure(figsize=(WIDTH_INCHES, 3.4), layout="compressed")
    figure.suptitle(f"{title}\n{_numbers(verdict)}", fontsize=7)
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    mask = missing | bright
    shown = np.concatenate([measured[~mask], restored.ravel()])
    norm = LogNorm(vmin=max(0.5, float(shown.min())), vmax=float(shown.max()), clip=True)
    counts = axes[0].imshow(np.ma.masked_array(measured, mask), norm=norm)
    axes[1].imshow(restored, norm=norm)
    # the variance is taken as one count at least
    deviation = np.ma.masked_array((measured - restored) / np.sqrt(np.maximum(restored, 1)), mask)
    difference = axes[2].imshow(deviation, cmap="PuOr", vmin=-5, vmax=5)
    for axis, name in zip(axes, ("measured", "restored, gaps filled", "measured - restored"), strict=True):
        axis.set_title(name)
        axis.set_xlabel("column from the beam (pixel)")
    for axis in (axes[0], axes[2]):
        axis.set_facecolor(GAP_COLOUR)
        if bright.any():
            axis.imshow(np.ma.masked_array(bright, ~bright), cmap=ListedColormap([BRIGHT_COLOUR]))
    axes[0].set_ylabel("row above the horizon (pixel)")
    if verdict.failing.any():
        _outline(axes[1], verdict.failing)
    if verdict.fails or verdict.failing.any():
        _say_failed(axes[1], verdict)
    figure.colorbar(counts, ax=list(axes[:2]), shrink=0.8, label="counts per grid pixel")
    figure.colorbar(
        difference, ax=axes[2], shrink=0.8, extend="both", label="standard deviations of counting"
    )
    figure.legend(
        handles=_legend(missing, bright, verdict), loc="outside lower center", fontsize=6.5, frameon=False
    )
    return figure


def _numbers(verdict: FrameVerdict) -> str:
    low, high = (f"{100 * limit:.0f}" for limit in TOTAL)
    return (
        f"outside masks: {verdict.measured:,.0f} counts, {verdict.restored:,.0f} restored "
        f"({100 * verdict.share:.0f} %, expected {low} to {high} %)\n"
        f"rms error of log10 counts {verdict.log_rmse:.2f} decades; of one value for all pixels "
        f"{verdict.log_rmse_one_value:.2f} decades"
    )


def _outline(axes: Axes, failing: np.ndarray) -> None:
    """Lines along the border of the failing pixels, and hatching in them."""
    extent = (-0.5, failing.shape[1] - 0.5, -0.5, failing.shape[0] - 0.5)
    fine = np.kron(np.pad(failing, 1), np.ones((4, 4)))  # borders at pixels' edges, not between centres
    around = (extent[0] - 1, extent[1] + 1, extent[2] - 1, extent[3] + 1)
    axes.contour(fine, levels=[0.5], colors=FAILING_COLOUR, linewidths=1.0, extent=around, origin="lower")
    hatched = axes.contourf(
        fine, levels=[0.5, 1.5], colors="none", hatches=["////"], extent=around, origin="lower"
    )
    hatched.set_edgecolor(FAILING_COLOUR)
    axes.set_xlim(extent[:2])
    axes.set_ylim(extent[2:])


def _say_failed(axes: Axes, verdict: FrameVerdict) -> None:
    if not verdict.fails:
        text = "restoration fails\nin the hatched blocks"
    elif verdict.keeps_total:
        text = "restoration fails here:\nno better than one value"
    else:
        text = f"restoration fails here:\n{100 * verdict.share:.0f} % of the counts"
    axes.text(
        0.97,
        0.97,
        text,
        transform=axes.transAxes,
        ha="right",
        va="top",
        fontsize=7,
        fontweight="bold",
        color="black",
        bbox={
            "facecolor": "white",
            "edgecolor": FAILING_COLOUR,
            "linewidth": 1.0,
            "boxstyle": "round,pad=0.3",
        },
    )


def _legend(missing: np.ndarray, bright: np.ndarray, verdict: FrameVerdict) -> list[Patch]:
    handles = []
    if missing.any():
        label = f"no usable count: gaps, bad or saturated pixels, your mask ({100 * missing.mean():.1f} %)"
        handles.append(Patch(color=GAP_COLOUR, label=label))
    if bright.any():
        label = (
            f"masked: brighter than the codec's training patterns ({bright.sum()} of {bright.size} pixels)"
        )
        handles.append(Patch(color=BRIGHT_COLOUR, label=label))
    if verdict.failing.any():
        label = (
            f"{verdict.failing_blocks} of {verdict.blocks} blocks whose counts differ by more than a factor "
            f"of {FACTOR:g}"
        )
        handles.append(Patch(facecolor="none", edgecolor=FAILING_COLOUR, hatch="////", label=label))
    return handles
