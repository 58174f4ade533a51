"""The restoration and its references on simulated measurements of exact patterns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from latentlab.studies.gisaxs.restoration.evaluated import Evaluation, Example
from latentlab.studies.gisaxs.restoration.measurement import Measured, measure
from latentlab.studies.gisaxs.restoration.methods import FAST, NETWORK
from latentlab.studies.gisaxs.restoration.restorer import Restorer
from latentlab.studies.gisaxs.restoration.score_names import COVERAGES, SCORES
from latentlab.studies.gisaxs.restoration.scores import (
    WIDTHS,
    coverages,
    error_decades,
    gap_widths,
    scores,
)
from latentlab.training.seeds import mixed_seed

Method = Callable[[np.ndarray, np.ndarray], np.ndarray]


def measured_pattern(
    pattern: np.ndarray, number: int, photons: float, settings: Mapping[str, Any], beam_row: float
) -> Measured:
    """The measurement of the test pattern of that number at a budget; the mask is the same at each budget.

    settings : of config/gisaxs.yaml, restoration: `measurement` and `seed`. It has at least one gap pixel.
    """
    for trial in range(100):
        rng = np.random.default_rng(mixed_seed(settings["seed"], number, trial))
        one = measure(pattern, photons, settings["measurement"], rng, beam_row)
        if gap_widths(one.gaps).max() > 1:  # more than dead pixels
            return one
    raise ValueError(
        "none of 100 random masks has a gap in the image; check restoration.measurement.detectors"
    )


def evaluate(
    restorer: Restorer,
    references: Mapping[str, Method],
    patterns: np.ndarray,
    budgets: Sequence[float],
    settings: Mapping[str, Any],
    *,
    beam_row: float,
    slow_patterns: int,
    progress: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> Evaluation:
    """Measure each pattern at each budget, restore it by each method, and compare with the expectation.

    Parameters
    ----------
    restorer : trained. references : the other methods by name.
    patterns : (n, h, w), clean. budgets : photons of a pattern, without background.
    settings : see `measured_pattern`. beam_row : row of the specular beam, px.
    slow_patterns : of the patterns that methods which are not in FAST are tried on.
    progress : wraps the numbers of the patterns.
    """
    methods = [NETWORK, *references]
    shape = len(methods), len(budgets), len(patterns)
    values = {name: np.full(shape, np.nan) for name in SCORES}
    values |= {name: np.full((1, *shape[1:]), np.nan) for name in COVERAGES}
    squares, pixels = (np.zeros((*shape[:2], len(WIDTHS) - 1)) for _ in range(2))
    for number in progress(range(len(patterns))):
        for place, photons in enumerate(budgets):
            one = measured_pattern(patterns[number], number, photons, settings, beam_row)
            width = np.digitize(gap_widths(one.gaps)[one.gaps], WIDTHS) - 1
            for row, name in enumerate(methods):
                if name == NETWORK:
                    restored = restorer(one.counts, one.mask)
                    expected = restored.expected
                    for score, value in coverages(expected, restored.deviation, one).items():
                        values[score][0, place, number] = value
                elif name in FAST or number < slow_patterns:
                    expected = references[name](one.counts, one.mask)
                else:
                    continue
                for score, value in scores(expected, one).items():
                    values[score][row, place, number] = value
                error = error_decades(expected, one)[one.gaps]
                for kind in range(len(WIDTHS) - 1):
                    squares[row, place, kind] += float((error[width == kind].astype(np.float64) ** 2).sum())
                    pixels[row, place, kind] += int((width == kind).sum())
    return Evaluation(methods, [float(photons) for photons in budgets], values, squares, pixels)


def examples(
    restorer: Restorer,
    pattern: np.ndarray,
    budgets: Sequence[float],
    settings: Mapping[str, Any],
    beam_row: float,
) -> list[Example]:
    """The first test pattern, measured and restored at each budget."""
    shown = []
    for photons in budgets:
        one = measured_pattern(pattern, 0, photons, settings, beam_row)
        restored = restorer(one.counts, one.mask)
        shown.append(Example(float(photons), one, restored.expected, restored.deviation))
    return shown
