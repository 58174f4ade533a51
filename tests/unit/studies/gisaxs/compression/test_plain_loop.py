"""The plain loop: it learns, repeats itself, continues where it was killed, and agrees with Lightning's."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from latentlab.errors import TrainingError
from latentlab.studies.gisaxs.compression import plain_loop
from latentlab.studies.gisaxs.compression.codec_module import CodecTraining
from latentlab.studies.gisaxs.compression.plain_loop import PlainTraining, train_codec_plainly
from latentlab.studies.gisaxs.intensity import IntensityTransform

Run = Callable[..., PlainTraining]


@pytest.fixture
def run(make_patterns: Callable, make_record: Callable, tmp_path: Path) -> Run:
    """Train the micro record with the plain loop; keyword arguments change the record."""

    def run(checkpoint: str = "checkpoint", device: str = "cpu", **changes: Any) -> PlainTraining:
        record = make_record(loop="plain", **changes)
        transform = IntensityTransform(record["intensity"], 1.0)
        return train_codec_plainly(
            record,
            make_patterns(12, 0),
            make_patterns(4, 1),
            transform,
            checkpoint=tmp_path / checkpoint,
            stamp="stamp",
            device=device,
            progress=False,
        )

    return run


def assert_same(one: PlainTraining, two: PlainTraining) -> None:
    assert one.history == two.history
    first, second = one.codec.state_dict(), two.codec.state_dict()
    assert [name for name in first if not torch.equal(first[name], second[name])] == []


def test_it_learns_as_the_other_loop_does(run: Run, trained: CodecTraining) -> None:
    """Same weights at first and the same order: only the model's noise differs."""
    plain = run()
    assert [set(row) for row in plain.history] == [set(row) for row in trained.history]
    for mine, other in zip(plain.history, trained.history, strict=True):
        assert mine["learning_rate"] == other["learning_rate"]
        assert mine["test_loss"] == pytest.approx(other["test_loss"], rel=0.1)
        assert mine["test_aux_loss"] == pytest.approx(other["test_aux_loss"], rel=0.01)
    assert plain.history[-1]["test_loss"] < 0.7 * plain.history[0]["test_loss"]
    assert not plain.codec.training


def test_the_same_seed_gives_the_same_weights(run: Run) -> None:
    torch.rand(7)
    assert_same(run("one"), run("two"))
    assert run("three", seed=4).history[0]["train_loss"] != run("two").history[0]["train_loss"]


def test_an_interrupted_training_ends_as_an_uninterrupted_one(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run("whole")
    train_epoch = plain_loop.train_epoch

    def die(*arguments: Any) -> dict[str, float]:
        if arguments[5] == 2:  # the epoch
            raise RuntimeError("killed")
        return train_epoch(*arguments)

    monkeypatch.setattr(plain_loop, "train_epoch", die)
    with pytest.raises(RuntimeError, match="killed"):
        run("interrupted")
    monkeypatch.setattr(plain_loop, "train_epoch", train_epoch)
    torch.rand(3)
    assert_same(run("interrupted"), whole)


def test_ms_ssim_in_raw_intensity(run: Run) -> None:
    training = run(loss="ms-ssim", weight=15.0, intensity="raw", epochs=1)
    assert all(math.isfinite(value) for value in training.history[0].values())
    assert {"test_ms_ssim", "test_ms_ssim_scale_3"} <= set(training.history[0])


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there(run: Run) -> None:
    with pytest.raises(TrainingError, match="torch finds no CUDA device"):
        run(device="cuda")
