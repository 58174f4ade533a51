"""Figure of the numbers of lines found against those drawn."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from latentlab.pipeline.figure_style import WIDTH_INCHES
from latentlab.studies.lines.figures.panels import as_vectors

OURS, THEIRS, TRIVIAL = "#D55E00", "#E69F00", "k"
TITLE_LETTERS = 78  # letters in a page's width, for the titles of all panels together


def line_counts(
    original: np.ndarray,
    panels: Mapping[str, np.ndarray],
    document: Mapping[str, Mapping[int, float]] | None = None,
    most: int = 8,
) -> Figure:
    """Lines found against lines in the original, one matrix per panel (document, B.3 and figure 3).

    A cell's number counts images, its colour is their share among the originals of that column; the dashed
    line is equality. Horizontal bars are medians, diamonds the document's. The dotted row is the trivial
    answer, the number that most originals have, whatever the image; the titles say how often it is right.

    Parameters
    ----------
    original : integer (n,), lines in the originals.
    panels : by title, integer (n,), lines found in the reconstruction, the nearest image and so on.
    document : by title, the document's medians by the original's number; None draws none.
    most : all numbers found from here on share the top row, which is no lower than the originals' numbers and
        the document's medians; it shrinks to the largest of all.

    Raises
    ------
    ValueError : nothing to draw, lengths that differ, values that are no counts, or `document` names a panel
        that is not there.
    """
    original = _counts(original, "original")
    found = {title: _counts(values, title) for title, values in as_vectors(panels, "panels").items()}
    for title, values in found.items():
        if len(values) != len(original):
            raise ValueError(
                f"{title}: expected {len(original)} counts, as of the originals, found {len(values)}"
            )
    document = document or {}
    if unknown := set(document) - set(found):
        raise ValueError(f"the document's medians name a panel that is not drawn: {sorted(unknown)[0]}")
    columns = np.arange(original.min(), original.max() + 1)
    largest = max(int(values.max()) for values in (original, *found.values()))
    medians_of_document = [median for medians in document.values() for median in medians.values()]
    top = max(min(most, largest), int(original.max()), int(np.ceil(max(medians_of_document, default=0))))
    numbers, times = np.unique(original, return_counts=True)
    always, always_right = int(numbers[np.argmax(times)]), int(times.max())

    cells = {title: _cells(original, values, columns, top) for title, values in found.items()}
    highest = max(float(_of_column(table).max()) for table in cells.values())

    figure = Figure(figsize=(WIDTH_INCHES, 1.3 + 0.26 * (top + 1)), layout="constrained")
    axes = figure.subplots(1, len(found), sharex=True, sharey=True, squeeze=False)[0]
    for axis, (title, values) in zip(axes, found.items(), strict=True):
        shown = _matrix(axis, cells[title], columns, highest)
        medians = {c: float(np.median(values[original == c])) for c in columns if (original == c).any()}
        for number, median in medians.items():
            axis.plot([number + 0.02, number + 0.47], [min(median, top)] * 2, color=OURS, linewidth=2.2)
        theirs = document.get(title, {})
        axis.plot(
            [number + 0.25 for number in theirs],
            list(theirs.values()),
            "D",
            color=THEIRS,
            markersize=5,
            markeredgecolor="k",
            zorder=4,
        )
        right = int((values == original).sum())
        agreement = f"{right} of {len(values)} right (always {always}: {always_right})"
        row = Rectangle((columns[0] - 0.5, always - 0.5), len(columns), 1)
        row.set(fill=False, edgecolor=TRIVIAL, linestyle=":", linewidth=1.4, zorder=2)
        axis.add_patch(row)
        axis.set_title(fill(title, TITLE_LETTERS // len(found)) + "\n" + agreement)
        axis.set_xlabel("number of lines in the original")
    axes[0].set_yticks(
        range(top + 1), [*map(str, range(top)), f"{top} or more" if largest > top else str(top)]
    )
    axes[0].set_ylabel("number of lines found")
    figure.colorbar(shown, ax=axes, label="share of the originals (%)", shrink=0.9)
    handles = [axes[0].plot([], [], color=OURS, linewidth=2.2, label="our median")[0]]
    if document:
        (theirs_mark,) = axes[0].plot(
            [], [], "D", color=THEIRS, markeredgecolor="k", label="document's median"
        )
        handles.append(theirs_mark)
    handles.append(axes[0].plot([], [], "k--", linewidth=0.8, label="right number")[0])
    name = f"trivial answer: always {always}"
    handles.append(axes[0].plot([], [], ":", color=TRIVIAL, linewidth=1.4, label=name)[0])
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
    return figure


def _counts(values: np.ndarray, name: str) -> np.ndarray:
    values = np.asarray(values)
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(f"{name}: expected (n,) counts, found the shape {values.shape}")
    if (values < 0).any() or (values != np.floor(values)).any():  # NaN is not its own floor
        raise ValueError(f"{name}: expected whole numbers of lines, 0 or more")
    return values.astype(np.int64)


def _cells(original: np.ndarray, values: np.ndarray, columns: np.ndarray, top: int) -> np.ndarray:
    """Images by lines found (0 to `top` and more) and lines in the original, (top + 1, columns)."""
    cells = np.zeros((top + 1, len(columns)), dtype=np.int64)
    np.add.at(cells, (np.minimum(values, top), original - columns[0]), 1)
    return cells


def _matrix(axis: Axes, cells: np.ndarray, columns: np.ndarray, highest: float) -> AxesImage:
    """Shares of a column in per cent as colour, numbers of images as text on the left of a cell."""
    shares = _of_column(cells)
    ends = float(columns[0]) - 0.5, float(columns[-1]) + 0.5
    extent = (*ends, -0.5, len(cells) - 0.5)
    shown = axis.imshow(shares, cmap="Blues", vmin=0, vmax=highest, extent=extent, aspect="auto")
    for row, column in zip(*np.nonzero(cells), strict=True):
        colour = "w" if shares[row, column] > 0.6 * highest else "k"
        place = (float(columns[column]) - 0.29, float(row))
        axis.annotate(str(cells[row, column]), place, ha="center", va="center", color=colour, fontsize=6)
    axis.plot(ends, ends, "k--", linewidth=0.8, zorder=1)
    axis.set_xlim(*ends)
    axis.set_ylim(-0.5, len(cells) - 0.5)
    axis.set_xticks(columns)
    return shown


def _of_column(cells: np.ndarray) -> np.ndarray:
    """Per cent of a column's sum; 0 where the column is empty."""
    return 100 * cells / np.maximum(cells.sum(axis=0), 1)
