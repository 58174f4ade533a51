"""Artifacts, table and figure of the denoisers, and the scripts that make them, on a few patterns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.unit.studies.gisaxs.denoising.test_image_denoisers import RECORD as NETWORK
from tests.unit.studies.gisaxs.denoising.test_transition import RECORD as TRANSITION
from tests.unit.studies.gisaxs.tiny_space import script

from latentlab.artifacts import read_artifact, read_summary, write_artifact
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.gisaxs.denoising.figures import draw_restored
from latentlab.studies.gisaxs.denoising.metric_names import subjects
from latentlab.studies.gisaxs.denoising.restored_file import means_with_intervals
from latentlab.studies.gisaxs.denoising.tables import denoisers_table
from latentlab.studies.gisaxs.metric_names import IMAGE_METRICS
from latentlab.training.trained_file import read_trained

STUDY = {"denoising": {"networks": {"u-net": {}}, "transitions": {"transition": {}}}}


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, make_patterns: Callable[..., Any], codec_file: Path
) -> dict[str, Path]:
    """What the three scripts write, for a few synthetic patterns."""
    folder = tmp_path_factory.mktemp("denoising")
    paths = {name: folder / f"{name}.h5" for name in ("small", "examples")}
    for name, splits in (("small", {"train": 8, "test": 4}), ("examples", {"examples": 3})):
        with write_artifact(paths[name], kind="patterns", rule="test", record={}) as file:
            file.attrs["side"] = 64
            for split, count in splits.items():
                patterns = make_patterns(count, len(split))
                file[f"{split}/intensity"] = patterns.images.numpy()
                file[f"{split}/parameters"] = patterns.parameters
                file[f"{split}/alpha_f"] = file[f"{split}/two_theta_f"] = np.linspace(0, 2, 64)
            file["gaps"] = patterns.gaps.numpy()
    given = {"data": paths["small"], "examples": paths["examples"]}
    record = {**NETWORK, "network": "u-net", "epochs": 1}
    for name in ("u-net", "transition"):
        paths |= {name: folder / f"{name}.h5", f"{name}-weights": folder / f"{name}-weights.h5"}
    script("train_denoiser").train(
        {"weights": paths["u-net-weights"], "evaluation": paths["u-net"]},
        **given,
        record=record,
        code="c",
        device="cpu",
    )
    script("train_transition").train(
        {"weights": paths["transition-weights"], "evaluation": paths["transition"]},
        encoder=codec_file,
        decoder=codec_file,
        **given,
        record={**TRANSITION, "epochs": 1},
        code="c",
        device="cpu",
    )
    paths["noisy-input"] = folder / "references.h5"
    script("denoising_references").references(paths["noisy-input"], paths["small"], record, code="c")
    return paths


@pytest.fixture
def inputs(made: dict[str, Path], tmp_path: Path) -> Inputs:
    summary = {
        f"{metric}_{answer}": 0.5 for metric in IMAGE_METRICS for answer in ("mean_image", "pca_8_bytes")
    }
    with write_artifact(tmp_path / "b.h5", kind="pattern-baselines", rule="t", record={}, summary=summary):
        pass
    runs = {}
    for number, run in enumerate(("at", "at-seed-43")):
        metrics = {**dict.fromkeys(IMAGE_METRICS, 0.25 + number / 2), "bpp_streams": 0.1}
        record = {"dataset": "small", "target": "clean", "seed": number}
        runs[run] = tmp_path / f"{run}.h5"
        with write_artifact(runs[run], kind="evaluation", rule="t", record=record, summary=metrics):
            pass
    names = ("u-net", "transition", "noisy-input", "examples")
    return Inputs(runs, {**{name: made[name] for name in names}, "small": tmp_path / "b.h5"})


def test_summaries_hold_what_claims_may_name(made: dict[str, Path]) -> None:
    for subject, metrics in subjects(STUDY).items():
        found = read_summary(made[subject])
        assert set(found) == metrics
        for name in metrics:
            if f"{name}_low" in metrics:
                assert found[f"{name}_low"] <= found[name] <= found[f"{name}_high"]


def test_weights_are_kept_with_their_record(made: dict[str, Path]) -> None:
    for name, kind in (("u-net", "denoiser"), ("transition", "transition")):
        found = read_trained(made[f"{name}-weights"], kind)
        assert found.record["epochs"] == len(found.history) == 1
        assert read_summary(made[name])["parameters"] > 0


def test_the_artifact_holds_the_patterns_that_were_restored(made: dict[str, Path]) -> None:
    for name in ("u-net", "transition"):
        with read_artifact(made[name], kind="restored-patterns") as file:
            assert file["examples/restored"].shape == (3, 64, 64)
            assert file["test/measured"].shape == (4, 64, 64)
            assert (file["test/measured"][:, :, 30:32] == 0).all()
            values = file["test/metrics/log_rmse"][()]
        assert values.mean() == pytest.approx(read_summary(made[name])["log_rmse"])


def test_intervals_of_means() -> None:
    found = means_with_intervals({"a": torch.full((101,), 2.0), "b": torch.arange(101.0)})
    assert found["a_low"] == found["a"] == found["a_high"] == 2.0
    half = 1.96 * 29.15 / 101**0.5  # of the mean of 101 evenly spread numbers
    assert found["b"] == 50.0
    assert found["b_high"] - 50 == pytest.approx(half, rel=0.1)
    assert 50 - found["b_low"] == pytest.approx(half, rel=0.1)


def test_the_table_shows_every_denoiser_and_the_answers_below(inputs: Inputs) -> None:
    spec = {
        "runs": ["at", "at-seed-43"],
        "titles": {"at": "AT", "at-seed-43": "AT"},
        "restored": {"transition": "Carried over", "u-net": "U-Net", "not-trained": "x"},
    }
    table = denoisers_table(inputs, spec)
    columns = {column.heading: column.cells for column in table.parts[0].columns}
    assert [cell.text for cell in columns["denoiser"]] == [
        "AT",
        "Carried over",
        "U-Net",
        "the noisy input itself",
        "the noisy input, gaps interpolated",
        "nearest training pattern",
        "mean of the training images",
        "PCA of the clean pattern, 8 bytes",
    ]
    assert table.parts[0].below == 5
    error = columns["rms error of log10 intensity (decades)"]
    assert (error[0].text, error[0].detail) == ("0.5", "0.25 to 0.75")
    assert " to " in error[2].detail
    assert error[-1].text == "0.5"
    nearest = read_summary(inputs.artifacts["noisy-input"])["log_rmse_nearest_pattern"]
    assert float(table.data["log_rmse"][5]) == pytest.approx(nearest)
    rate = columns["rate of the streams (bits per pixel)"]
    assert rate[2].text == rate[5].text == ""  # nothing is coded
    assert rate[1].text


def test_the_figure_shows_those_that_there_are(inputs: Inputs) -> None:
    figure = draw_restored(
        inputs, {"restored": {"transition": "Carried over", "not-trained": "x", "u-net": "U-Net"}}
    )
    words = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert (
        len([text for text in words if text.startswith(("Carried over\nTest set", "U-Net\nTest set"))]) == 2
    )
    assert len([axes for axes in figure.axes if axes.images]) >= 6 * 3
