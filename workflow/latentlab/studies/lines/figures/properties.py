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
    scores: Mapping[str, Mapping[str, float | np.ndarray]], trivial: Mapping[str, float] | None = None
) -> Figure:
    """Scores of linear models from latents to properties, one group of bars per property, one bar per run.

    Parameters
    ----------
    scores : by run, by property, R^2 or accuracy of test images (name the kind in the property's name), one
        value or one per seed: the bar is their mean, dots are seeds. A property that a run lacks, and NaN, is
        drawn as "n/a". Below -0.25 the value is written at the bar.
    trivial : by property, the score of an answer that needs no latents, a black line across the group.

    Raises
    ------
    ValueError : no runs, no properties, a score above 1, or a trivial answer of a property that is not there.
    """
    refuse_empty(scores, "scores")
    names = list(dict.fromkeys(name for own in scores.values() for name in own))
    refuse_empty(names, "properties")
    trivial = trivial or {}
    if unknown := set(trivial) - set(names):
        raise ValueError(f"trivial answer of a property that is not drawn: {sorted(unknown)[0]}")
    places, width = np.arange(len(names)), 0.8 / len(scores)
    figure = Figure(figsize=(WIDTH_INCHES, 3.2), layout="constrained")
    axis = figure.subplots()
    for number, (label, own) in enumerate(scores.items()):
        seeds = [np.atleast_1d(np.asarray(own.get(name, np.nan), dtype=np.float64)) for name in names]
        values = np.array([each.mean() for each in seeds])
        if any((each > 1).any() for each in seeds):
            raise ValueError(
                f"{label}: expected scores of 1 at most, found {max(each.max() for each in seeds):g}"
            )
        across = places + (number - (len(scores) - 1) / 2) * width
        look = {
            "color": COLOURS[number % len(COLOURS)],
            "hatch": HATCHES[number // len(COLOURS) % len(HATCHES)],
        }
        most = max(len(each) for each in seeds)
        name = f"{label} ({most} seeds)" if most > 1 else label
        axis.bar(across, np.maximum(values, LEAST), 0.92 * width, label=name, **look)
        for x, value, each in zip(across, values, seeds, strict=True):
            if not value >= LEAST:
                text = "n/a" if np.isnan(value) else f"{value:.2g}"
                axis.annotate(text, (x, 0.02), ha="center", va="bottom", fontsize=6, rotation=90)
            elif len(each) > 1:
                axis.plot(x + np.linspace(-0.2, 0.2, len(each)) * width, each, "wo", ms=3, mec="k", mew=0.6)
    for name, value in trivial.items():
        place = names.index(name)
        axis.plot([place - 0.44, place + 0.44], [value, value], color="k", linewidth=1.6)
    if trivial:
        axis.plot([], [], color="k", linewidth=1.6, label="trivial answer: commonest class, or mean")
    axis.axhline(0, color="k", linewidth=0.6)
    axis.set_ylim(min(-0.02, axis.get_ylim()[0]), 1.04)
    axis.set_xlim(-0.5, len(names) - 0.5)
    axis.set_xticks(places, [name.replace(" (", "\n(") for name in names])
    axis.set_ylabel("score on validation images\n(R² or accuracy, 1 is perfect)")
    axis.grid(axis="y", alpha=0.3)
    axis.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure
