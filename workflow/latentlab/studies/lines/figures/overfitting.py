"""Figure of the errors of reconstructions against whole sets."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import COLOURS, WIDTH_INCHES
from latentlab.studies.lines.figures.panels import as_vector, number, plain_ticks


def mean_error_distributions(
    train: np.ndarray,
    validation: np.ndarray,
    *,
    p_value: float,
    effect: float,
    interval: tuple[float, float],
    quantity: str = "mean MSE of pixels",
) -> Figure:
    """Mean MSEs of reconstructions to their whole set, training against validation (document, figures 4, 5).

    Parameters
    ----------
    train, validation : (n,) and (m,), finite: each reconstruction's MSE per pixel, mean over its set.
    p_value : of the two-sided Kolmogorov-Smirnov test.
    effect : difference of the means over the pooled standard deviation, and its 95 % `interval`, as
        `studies.lines.evaluation.overfitting.TwoSampleTest` holds them.
    quantity : what was averaged, for the axis.

    Raises
    ------
    ValueError : no values, values that are not finite, or an interval that is reversed.
    """
    samples = {"training": as_vector(train, "train"), "validation": as_vector(validation, "validation")}
    for name, values in samples.items():
        if not np.isfinite(values).all():
            raise ValueError(
                f"{name}: expected finite errors, found {(~np.isfinite(values)).sum()} that are not"
            )
    low, high = interval
    if low > high:
        raise ValueError(f"expected an interval from low to high, found {low:g} to {high:g}")
    edges = np.histogram_bin_edges(np.concatenate(list(samples.values())), bins=40)

    figure = Figure(figsize=(WIDTH_INCHES, 2.8), layout="constrained")
    axis = figure.subplots()
    for (name, values), colour, line in zip(samples.items(), COLOURS, ("-", "--"), strict=False):
        weights = np.full(len(values), 100 / len(values))
        label = f"{name}: mean {number(values.mean())}, n = {len(values)}"
        axis.hist(values, edges, weights=weights, alpha=0.15, color=colour)
        axis.hist(
            values,
            edges,
            weights=weights,
            histtype="step",
            color=colour,
            linestyle=line,
            linewidth=1.3,
            label=label,
        )
        axis.axvline(values.mean(), color=colour, linestyle=line, linewidth=1)
    chance = f"p = {p_value:.2g}" if p_value >= 1e-4 else "p < 0.0001"
    axis.set_title(
        f"Kolmogorov-Smirnov {chance}; training minus validation: {effect:+.2f} standard deviations "
        f"(95 %: {low:+.2f} to {high:+.2f})"
    )
    axis.set_xlabel(f"{quantity}, reconstruction to every image of its set (vertical line: mean)")
    axis.set_ylabel("reconstructions (%)")
    plain_ticks(axis.xaxis)
    figure.legend(frameon=False, ncols=2, loc="outside lower center")
    axis.grid(alpha=0.3)
    return figure
