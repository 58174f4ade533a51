"""Figures of runs, from their artifacts: what they say of a run that has learnt nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from latentlab.artifacts import write_artifact
from latentlab.errors import ArtifactError
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.figures.trained_runs import (
    draw_history,
    draw_reconstructions,
    draw_scales,
    not_learnt,
)

RECORD: dict[str, Any] = {
    "dataset": "small",
    "input": "clean",
    "target": "clean",
    "loss": "ms-ssim",
    "intensity": "raw",
    "warm_up": 0.0,
    "epochs": 5,
}
KNOWN = {"ms_ssim_mean_image": 0.7, "ms_ssim_log_mean_image": 0.8, "mse_mean_image": 80.0}
COLLAPSED, WORSE = "collapsed: MS-SSIM 0.002", "no better than the mean image"


@pytest.mark.parametrize(
    ("record", "summary", "says"),
    [
        ({}, {"ms_ssim": 0.002}, COLLAPSED),
        ({}, {"ms_ssim": 0.4}, WORSE),
        ({}, {"ms_ssim": 0.7}, WORSE),
        ({}, {"ms_ssim": 0.71}, ""),
        ({"intensity": "log"}, {"ms_ssim": 0.75, "ms_ssim_log": 0.75}, WORSE),  # judged in its own scale
        ({"intensity": "log"}, {"ms_ssim": 0.002, "ms_ssim_log": 0.9}, ""),
        ({"loss": "mse"}, {"mse": 90.0, "ms_ssim": 0.9}, WORSE),  # and by its own loss
        ({"loss": "mse"}, {"mse": 5.0, "ms_ssim": 0.002}, ""),
    ],
)
def test_only_a_run_that_learnt_nothing_is_said_to_be(record: dict, summary: dict, says: str) -> None:
    assert not_learnt({**RECORD, **record}, summary, KNOWN) == says


def evaluation(path: Path, similarity: float, measured: float = 1.0, **record: Any) -> Path:
    """An evaluation of two patterns of 4 x 4 pixels, after five epochs."""
    summary = {"ms_ssim": similarity, "ms_ssim_log": similarity}
    record = {**RECORD, **record}
    with write_artifact(path, kind="evaluation", rule="test", record=record, summary=summary) as file:
        for name, value in (("measured", measured), ("target", 1.0), ("restored", similarity)):
            file[f"examples/{name}"] = np.full((2, 4, 4), value)
        losses = {"test_loss": [5.0, 2.0, 1.0, 1.0, 1.0], "test_distortion": [1 - similarity] * 5}
        scales = {name: [similarity] * 5 for name in ("test_ms_ssim", "test_ms_ssim_scale_1")}
        for name, values in {"epoch": range(5), **losses, **scales}.items():
            file[f"history/{name}"] = np.array(values)
    return path


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    with write_artifact(tmp_path / "examples.h5", kind="patterns", rule="test", record={}) as file:
        file["examples/alpha_f"] = file["examples/two_theta_f"] = np.linspace(0, 2, 4)
        file["examples/parameters"] = np.array([[2.8, 0.3, 10.4, 0.3], [4.2, 0.3, 10.0, 0.1]])
        file["gaps"] = np.eye(4, dtype=bool)
    with write_artifact(
        tmp_path / "small.h5", kind="pattern-baselines", rule="test", record={}, summary=KNOWN
    ):
        pass
    runs = {
        "dead": evaluation(tmp_path / "dead.h5", 0.002),
        "alive": evaluation(tmp_path / "alive.h5", 0.9, warm_up=0.4),
    }
    return Inputs(runs, {name: tmp_path / f"{name}.h5" for name in ("examples", "small")})


SPEC = {"labels": {"dead": "a dead run"}}


def written(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_reconstructions_say_what_was_learnt_by_run(inputs: Inputs) -> None:
    said = written(draw_reconstructions(inputs, SPEC))
    assert said.count("collapsed:\nMS-SSIM\n0.002") == 2  # the patterns of one run
    headings = [text for text in said if "test set" in text]
    assert [heading.split("\n")[0] for heading in headings] == ["a dead run", "alive"]
    assert "raw intensity 0.900 (0.700), log intensity 0.900 (0.800)" in headings[1]


def test_runs_with_other_inputs_are_refused_in_one_figure(inputs: Inputs, tmp_path: Path) -> None:
    evaluation(tmp_path / "alive.h5", 0.9, measured=0.5)
    with pytest.raises(ArtifactError, match=r"alive\.h5: examples/measured differs"):
        draw_reconstructions(inputs, SPEC)


def test_gaps_are_grey_whatever_the_noise(inputs: Inputs, tmp_path: Path) -> None:
    for noise in ([], ["awgn-at-mean"]):
        evaluation(tmp_path / "one.h5", 0.9, input="gaps", noise=noise)
        figure = draw_reconstructions(Inputs({"one": tmp_path / "one.h5"}, inputs.artifacts), {})
        hidden = np.ma.getmaskarray(figure.axes[0].images[0].get_array())
        np.testing.assert_array_equal(hidden, np.eye(4, dtype=bool))


def test_scales_say_what_was_learnt_by_run_and_how_long_the_warm_up_was(inputs: Inputs) -> None:
    dead, alive = draw_scales(inputs, SPEC).axes
    assert [[text.get_text() for text in axes.texts] for axes in (dead, alive)] == [[COLLAPSED], []]
    assert (dead.get_title(), alive.get_title()) == ("a dead run", "alive")
    edges = alive.transData.inverted().transform(alive.patches[1].get_extents())[:, 0]
    assert edges == pytest.approx([0.5, 2.5])


def test_history_takes_labels_and_convergence(inputs: Inputs) -> None:
    left, right = draw_history(inputs, SPEC).axes
    assert [line.get_label() for line in left.lines[0::2]] == ["a dead run", "alive"]
    assert [list(line.get_xdata()) for line in left.lines[1::2]] == [[3], [3]]
    assert right.lines[-1].get_ydata() == [0.7, 0.7]
