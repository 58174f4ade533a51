"""Every figure of the lines study fits its page, no label is cut; the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from latentlab.pipeline.figure_style import WIDTH_INCHES, save_figure
from latentlab.studies.lines.figures.counts import line_counts
from latentlab.studies.lines.figures.fractions import fraction_histogram
from latentlab.studies.lines.figures.grids import (
    NeighbourRow,
    ReconstructionRow,
    neighbour_grid,
    reconstruction_grid,
    retrieval_grid,
)
from latentlab.studies.lines.figures.latents import prior_samples, shift_invariance, traversal
from latentlab.studies.lines.figures.overfitting import mean_error_distributions
from latentlab.studies.lines.figures.properties import properties
from latentlab.studies.lines.figures.runs import MeanPredictions, RunErrors, history, run_plane
from latentlab.studies.lines.figures.sets import SetExamples, set_examples

RNG = np.random.default_rng([5])
IMAGES = RNG.random((9, 8, 8))
LAGS = np.arange(8) - 4
VALUES = RNG.random(50)
TRIVIAL = {"blank image": 100.0, "mean volume fraction of lines-1-4": 79.9}
COUNTS = RNG.integers(1, 5, 50)
LONG = "statistics in space, beta 0.1, ResNet-152"
MEANS = MeanPredictions("lines-1-4 of 224 px", 0.055, 6.7e-5)
EPOCHS = {name: np.linspace(1e4, 1, 5) for name in ("train_distortion", "train_kl", "validation_kl")}


def draw_sets() -> Figure:
    data = SetExamples(IMAGES, 1e-3 * IMAGES, np.arange(4), 1e-3 * RNG.random((9, 4)), VALUES[:9])
    return set_examples(dict.fromkeys(("lines", "own micrographs"), data), LAGS)


FIGURES: dict[str, Callable[[], Figure]] = {
    "fractions": lambda: fraction_histogram(
        {LONG: 100 * VALUES, "vanilla": np.append(VALUES, np.inf)}, 17.0, TRIVIAL
    ),
    "counts": lambda: line_counts(COUNTS, {LONG: COUNTS + 9, "nearest": COUNTS}, {"nearest": {4: 3.5}}),
    "errors": lambda: mean_error_distributions(
        1e-5 * VALUES, 1e-5 * VALUES, p_value=1, effect=-0.05, interval=(-0.14, 0.03)
    ),
    "reconstructions": lambda: reconstruction_grid(
        [ReconstructionRow(f"test image {i}", *(1e-3 * IMAGES[:4])) for i in range(2)], LAGS
    ),
    "neighbours": lambda: neighbour_grid([NeighbourRow("image 9999", *IMAGES[:3], 0.1, IMAGES[3], 2e-5)] * 2),
    "retrieval": lambda: retrieval_grid(IMAGES, IMAGES, VALUES[:9]),
    "sets": draw_sets,
    "plane": lambda: run_plane(
        {f"{LONG} {i}": RunErrors(VALUES[i : i + 2], 1e-5 * VALUES[i : i + 2], MEANS) for i in range(8)},
        document={"vanilla": RunErrors(np.array([0.03]), np.array([5.9e-5]), MEANS)},
    ),
    "shifts": lambda: shift_invariance({"vanilla": (LAGS, LAGS**2), "statistics, columns": (LAGS, LAGS**2)}),
    "prior": lambda: prior_samples(
        IMAGES, "MSE of autocorrelations to the nearest training image", 1e-5 * VALUES, VALUES, "Prior: " * 60
    ),
    "traversal": lambda: traversal(IMAGES.reshape(3, 3, 8, 8), np.arange(-1, 2), np.arange(3)),
    "properties": lambda: properties(
        {LONG: {"number of lines (accuracy)": 0.5, "volume fraction (R$^2$)": -1}}, {}
    ),
    "history": lambda: history(
        {LONG: {"epoch": np.arange(5)} | EPOCHS, "vanilla": {"epoch": LAGS[:5]} | EPOCHS},
        {"mean autocorrelation of lines-1-4": 2.8},
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_cut(name: str) -> None:
    figure = FIGURES[name]()
    figure.draw_without_rendering()
    width, height = figure.get_size_inches()
    assert width == WIDTH_INCHES
    box = figure.get_tightbbox()
    assert box is not None
    slack = 0.02  # inches: strokes of axes at the edge
    assert min(box.x0, box.y0) >= -slack
    assert box.x1 <= width + slack
    assert box.y1 <= height + slack


def test_the_same_numbers_give_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "a.svg", tmp_path / "b.svg"]
    for path in paths:
        save_figure(FIGURES["plane"](), [path])
    assert paths[0].read_bytes() == paths[1].read_bytes()
