"""The figures of single pairs: originals, reconstructions and the images nearest to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from latentlab.pipeline.inputs import Inputs
from latentlab.studies.lines.evaluation.evaluation_file import read_group
from latentlab.studies.lines.figures.grids import (
    NeighbourRow,
    ReconstructionRow,
    neighbour_grid,
    reconstruction_grid,
)
from latentlab.studies.lines.figures.judgement import LINE_SCORES, run_verdict
from latentlab.studies.lines.figures.panels import lag_axis
from latentlab.studies.lines.set_file import read_details


def _shown_pairs(pairs: Mapping[str, np.ndarray], spec: Mapping[str, Any]) -> list[int]:
    """The pairs asked for, those of a wrong orientation last, as the document has them."""
    numbers = [pair for pair in spec["pairs"] if pair < len(pairs["original"])] or [0]
    if "score_orientation" not in pairs:
        return numbers
    return sorted(numbers, key=lambda n: pairs["score_orientation"][n] != pairs["score_true_orientation"][n])


def _label(pairs: Mapping[str, np.ndarray], pair: int) -> str:
    """A pair by its number, from 1, and what is right and wrong with it."""
    label = f"pair {pair + 1}"
    if "score_count" not in pairs:
        return label
    label += f"\nlines: {pairs['score_true_count'][pair]}, found: {pairs['score_count'][pair]}"
    wrong = pairs["score_orientation"][pair] != pairs["score_true_orientation"][pair]
    return f"{label}\nwrong orientation" if wrong else label


def draw_reconstructions(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    path = inputs.evaluations[spec["run"]]
    pairs, details = read_group(path, "pairs"), read_details(path)
    rows = [
        ReconstructionRow(
            _label(pairs, pair),
            pairs["original"][pair],
            pairs["reconstruction"][pair],
            pairs["original_statistics"][pair],
            pairs["reconstruction_statistics"][pair],
        )
        for pair in _shown_pairs(pairs, spec)
    ]
    lags = details.pixel * lag_axis(pairs["original"].shape[-1])
    verdict = run_verdict(inputs, spec["run"])
    return reconstruction_grid(rows, lags, verdict, unit=details.unit, tiles=details.note)


def draw_neighbours(inputs: Inputs, spec: Mapping[str, Any]) -> Figure:
    pairs = read_group(inputs.evaluations[spec["run"]], "pairs")
    rows = [
        NeighbourRow(
            _label(pairs, pair),
            pairs["original"][pair],
            pairs["reconstruction"][pair],
            pairs["nearest_by_image"][pair],
            float(pairs["nearest_by_image_mse"][pair]),
            pairs["nearest_by_statistics"][pair],
            float(pairs["nearest_by_statistics_mse"][pair]),
        )
        for pair in _shown_pairs(pairs, spec)
    ]
    scores = (*LINE_SCORES, "lines_right_nearest_by_statistics")
    return neighbour_grid(rows, verdict=run_verdict(inputs, spec["run"], scores))
