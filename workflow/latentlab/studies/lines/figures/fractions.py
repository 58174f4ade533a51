"""Figure of the differences of the volume fraction."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.studies.lines.figures.panels import LINES, as_vectors

TRIVIAL_LINES = (":", "-.")
LEAST = 1e-3  # per cent: least right end of the axis; the differences are rounded to 1e-4


def fraction_histogram(
    differences: Mapping[str, np.ndarray],
    document_mean: float | None = None,
    trivial: Mapping[str, float] | None = None,
    most: float = 300.0,
) -> Figure:
    """Histogram of the differences of the volume fraction of the lines (document, B.1 and figure 2).

    Lines across the panel mark the means of the finite values, those above `most` included, where they lie on
    the axis. The legend gives mean and median, and how many values are not shown: above `most` or not finite.

    Parameters
    ----------
    differences : by label, (n,), |original - reconstruction| / original in per cent; may be infinite or NaN.
    document_mean : the document's mean in per cent; None draws none.
    trivial : by name, the mean that an answer without learning gets, in per cent.
    most : right end of the axis in per cent; it shrinks to the largest value.

    Raises
    ------
    ValueError : no label or no value, values below 0, or `most` not above 0.
    """
    vectors = as_vectors(differences, "differences")
    if most <= 0:
        raise ValueError(f"most must be above 0 %, found {most:g}")
    for label, values in vectors.items():
        if (values < 0).any():
            raise ValueError(f"differences, {label}: expected 0 % or more, found {np.nanmin(values):g}")
    everything = np.concatenate(list(vectors.values()))
    largest = np.max(everything, initial=0.0, where=np.isfinite(everything) & (everything <= most))
    marks = [largest, document_mean or 0.0, *(value for value in (trivial or {}).values() if value <= most)]
    right = min(most, max(1.05 * max(marks), LEAST))
    edges = np.linspace(0, right, 41)

    entries = len(vectors) + len(trivial or {})
    figure = Figure(figsize=(WIDTH_INCHES, 2.9 + 0.2 * entries), layout="constrained")
    axis = figure.subplots()
    for number, (label, values) in enumerate(vectors.items()):
        look = {"color": COLOURS[number % len(COLOURS)], "linestyle": LINES[number // len(COLOURS) % 4]}
        finite = values[np.isfinite(values)]
        shown = finite[finite <= right]
        shares = np.full(len(shown), 100 / len(values))
        name = f"{label}: {_summary(values, most)}"
        axis.hist(shown, edges, weights=shares, histtype="step", linewidth=1.2, label=name, **look)
        axis.hist(shown, edges, weights=shares, alpha=0.12, color=look["color"])
        if len(finite) and finite.mean() <= right:
            axis.axvline(finite.mean(), linewidth=1, **look)
    if document_mean is not None:
        name = f"document's mean, {document_mean:g} %"
        axis.axvline(document_mean, color="k", linestyle=(0, (4, 3)), linewidth=1, label=name)
    for number, (answer, value) in enumerate((trivial or {}).items()):
        beyond = "" if value <= right else ", not shown"
        name = f"trivial answer, {answer}: {value:.3g} %{beyond}"
        axis.axvline(value, color="k", linestyle=TRIVIAL_LINES[number % 2], linewidth=1.2, label=name)
    axis.set_xlim(0, right)
    axis.set_xlabel("difference of the volume fraction of the lines (% of the original's)")
    axis.set_ylabel(f"images (%), in bins of {edges[1]:.2g} %")
    axis.set_title("vertical lines: means", loc="right")
    axis.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=1, frameon=False)
    return figure


def _summary(values: np.ndarray, most: float) -> str:
    finite = values[np.isfinite(values)]
    of = " of the finite" if len(finite) < len(values) else ""
    if len(finite):
        text = f"mean{of} {finite.mean():.3g} %, median {np.median(finite):.3g} %, n = {len(values)}"
    else:
        text = f"no finite value, n = {len(values)}"
    beyond = int((finite > most).sum())
    odd = len(values) - len(finite)
    text += f"; not shown: {beyond} above {most:g} %" if beyond else ""
    text += f"{',' if beyond else '; not shown:'} {odd} infinite or NaN" if odd else ""
    return text
