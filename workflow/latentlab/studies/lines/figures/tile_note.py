"""A note on a user's tiles below a figure."""

from __future__ import annotations

from textwrap import fill

from matplotlib.figure import Figure

from latentlab.studies.lines.figures.panels import SMALL

LETTERS = 150  # of a line as wide as the figure


def tile_note(figure: Figure, text: str) -> None:
    """Write `text` below the panels, broken to the figure's width; nothing if it is empty."""
    if text:
        figure.supxlabel(fill(text, LETTERS), fontsize=SMALL, x=0.01, ha="left")
