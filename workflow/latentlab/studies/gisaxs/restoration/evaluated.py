"""What the restoration's evaluation gives; separate, so that figures are drawn without importing torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from latentlab.studies.gisaxs.restoration.measurement import Measured


@dataclass(frozen=True)
class Evaluation:
    """What was measured.

    Attributes
    ----------
    methods : names. budgets : photons of a pattern.
    values : by score, float64 (methods, budgets, patterns), NaN where a method was not tried; those of
        COVERAGES are (1, budgets, patterns), of the network.
    width_squares, width_pixels : float64 (methods, budgets, len(WIDTHS) - 1): sum of squared errors in
        decades, and number, of the gap pixels of each class of width.
    """

    methods: list[str]
    budgets: list[float]
    values: dict[str, np.ndarray]
    width_squares: np.ndarray
    width_pixels: np.ndarray


@dataclass(frozen=True)
class Example:
    """One restored measurement, to be shown; images (h, w).

    Attributes
    ----------
    photons : of the pattern. measured : the measurement. expected, deviation : as `restorer.Restored`.
    """

    photons: float
    measured: Measured
    expected: np.ndarray
    deviation: np.ndarray
