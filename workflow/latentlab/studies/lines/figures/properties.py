"""Figure of what linear models read from the latents."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.studies.lines.figures.panels import refuse_empty

LEAST = -0.25  # a score below is drawn to here and its value written
HATCHES = ("", "///", "...", "xxx")


def properties(
    scores: Mapping[str, Mapping[str, float]], baselines: Mapping[str, float] | None = None
) -> Figure:
    """Scores of linear models from latents to properties, one group of bars per property, one bar per run.

    Parameters
    ----------
    scores : by run, by property, R^2 or accuracy of test images (name the kind in the property's name); a
        property that a run lacks, and NaN, is drawn as "n/a". Below -0.25 the value is written at the bar.
    baselines : by property, the score of guessing (the commonest class), a black line across the group.

    Raises
    ------
    ValueError : no runs, no properties, a score above 1, or a baseline of a property that is not there.
    """
    refuse_empty(scores, "scores")
    names = list(dict.fromkeys(name for own in scores.values() for name in own))
    refuse_empty(names, "properties")
    baselines = baselines or {}
    if unknown := set(baselines) - set(names):
        raise ValueError(f"baseline of a property that is not drawn: {sorted(unknown)[0]}")
    places, width = np.arange(len(names)), 0.8 / len(scores)
    figure = Figure(figsize=(WIDTH_INCHES, 3.2), layout="constrained")
    axis = figure.subplots()
    for number, (label, own) in enumerate(scores.items()):
        values = np.array([own.get(name, np.nan) for name in names], dtype=np.float64)
        if (values > 1).any():
            raise ValueError(f"{label}: expected scores of 1 at most, found {np.nanmax(values):g}")
        across = places + (number - (len(scores) - 1) / 2) * width
        look = {
            "color": COLOURS[number % len(COLOURS)],
            "hatch": HATCHES[number // len(COLOURS) % len(HATCHES)],
        }
        axis.bar(across, np.maximum(values, LEAST), 0.92 * width, label=label, **look)
        for x, value in zip(across, values, strict=True):
            if not value >= LEAST:
                text = "n/a" if np.isnan(value) else f"{value:.2g}"
                axis.annotate(text, (x, 0.02), ha="center", va="bottom", fontsize=6, rotation=90)
    for name, value in baselines.items():
        place = names.index(name)
        axis.plot([place - 0.44, place + 0.44], [value, value], color="k", linewidth=1.6)
    if baselines:
        axis.plot([], [], color="k", linewidth=1.6, label="guessing")
    axis.axhline(0, color="k", linewidth=0.6)
    axis.set_ylim(min(0.0, axis.get_ylim()[0]), 1.02)
    axis.set_xlim(-0.5, len(names) - 0.5)
    axis.set_xticks(places, [name.replace(" (", "\n(") for name in names])
    axis.set_ylabel("score of test images (R$^2$ or accuracy)")
    axis.grid(axis="y", alpha=0.3)
    axis.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure
