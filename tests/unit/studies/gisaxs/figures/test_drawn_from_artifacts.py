"""Figures of data sets and of the comparison, from their artifacts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from latentlab.artifacts import write_artifact
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.codec_comparison.comparison_file import write_comparison
from latentlab.studies.gisaxs.codec_comparison.rows import LossyRow
from latentlab.studies.gisaxs.figures.comparison import draw_comparison
from latentlab.studies.gisaxs.figures.data_sets import draw_examples
from latentlab.studies.gisaxs.figures.rate_distortion import MEAN_IMAGE

SIDE = 16
GAPS = np.zeros((SIDE, SIDE), dtype=bool)
GAPS[:, 3] = True


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    path = tmp_path / "examples.h5"
    with write_artifact(path, kind="patterns", rule="test", record={}) as file:
        file.attrs["side"] = SIDE
        file["examples/intensity"] = np.linspace(1, 9, SIDE * SIDE, dtype=np.float32).reshape(1, SIDE, SIDE)
        file["examples/parameters"] = np.array([[2.8, 0.3, 10.4, 0.3]])
        file["examples/alpha_f"] = file["examples/two_theta_f"] = np.linspace(0, 2, SIDE)
        file["gaps"] = GAPS
    return path


@pytest.mark.parametrize("noise", [[], ["awgn-at-mean"], ["bernoulli"]])
def test_gaps_are_hidden_whatever_the_noise(examples: Path, noise: list[str]) -> None:
    spec = {"input": "gaps", "noise": noise, "photons": None, "seed": 1}
    axes = draw_examples(Inputs({}, {"examples": examples}), spec).axes[0]
    np.testing.assert_array_equal(np.ma.getmaskarray(axes.images[0].get_array()), GAPS)
    clean = draw_examples(Inputs({}, {"examples": examples}), {"photons": None, "seed": 1}).axes[0]
    assert not np.ma.getmaskarray(clean.images[0].get_array()).any()


@pytest.mark.parametrize("measured", [True, False])
def test_the_mean_image_is_drawn_if_it_was_measured_for_the_test_set(tmp_path: Path, measured: bool) -> None:
    numbers = [float("nan"), 2, 2, 100.0, 0.1, 40.0, 0.99, 0.1, 0.1, 0.1, 0.1, 1.0, 1.0]
    row = LossyRow("PCA", "one", *numbers)
    paths = {"comparison": tmp_path / "comparison.h5", "small": tmp_path / "small.h5"}
    write_comparison(paths["comparison"], lossy=[row], rule="test", record={})
    known = {"psnr_log_mean_image": 26.0, "ms_ssim_log_mean_image": 0.86}
    with write_artifact(paths["small"], kind="pattern-baselines", rule="test", record={}, summary=known):
        pass
    if not measured:
        del paths["small"]
    figure = draw_comparison(Inputs({}, paths), {"test_set": "small", "table": "lossy"})
    lines = [
        line.get_ydata()[0] for axes in figure.axes for line in axes.lines if line.get_label() == MEAN_IMAGE
    ]
    assert lines == ([26.0, pytest.approx(0.14)] if measured else [])
