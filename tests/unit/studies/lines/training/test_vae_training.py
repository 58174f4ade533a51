"""Micro-trainings of the VAE: they learn, repeat themselves bit by bit, and continue where killed."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.unit.studies.lines.micro_vae import line_images, micro_record
from tests.unit.studies.lines.training.micro_training import assert_same, dying, train

from latentlab.errors import TrainingError
from latentlab.models.resnet import ResNet
from latentlab.studies.lines.losses import DISTORTIONS
from latentlab.studies.lines.training.loop import CLIP_NORM, VALIDATION_BATCHES
from latentlab.studies.lines.training.module import VaeTraining
from latentlab.studies.lines.training.plan import learning_rate_factor
from latentlab.studies.lines.vae_file import load_vae, save_vae

COLUMNS = {"epoch"} | {
    f"{stage}_{term}" for stage in ("train", "validation") for term in ("loss", "distortion", "kl")
}
LOSSES = {  # by name, other keys of the record, and what is left of the first epoch's loss
    "statistics": ({}, 0.7),
    "statistics-norm": ({"alpha": 100.0}, 0.9),
    "amplitudes": ({"alpha": 1.0, "thresholded": 1.0}, 0.9),
    "pixels": ({"alpha": 1.0, "contrast": 1.0}, 0.99),  # background alone is a fair answer here
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> VaeTraining:
    """The micro-training of three epochs, uninterrupted."""
    return train(tmp_path_factory.mktemp("trained") / "checkpoint", epochs=3)


@pytest.mark.parametrize("loss", LOSSES)
def test_it_learns(tmp_path: Path, loss: str) -> None:
    changes, share = LOSSES[loss]
    module = train(
        tmp_path / "checkpoint", images=line_images(112), watched=16, epochs=4, loss=loss, **changes
    )
    first, last = module.history[0], module.history[-1]
    assert last["train_loss"] < share * first["train_loss"]
    assert last["validation_loss"] < first["validation_loss"]


def test_every_loss_is_here() -> None:
    assert set(LOSSES) == set(DISTORTIONS)


def test_the_history_is_complete(trained: VaeTraining) -> None:
    assert [row["epoch"] for row in trained.history] == [0, 1, 2]
    for row in trained.history:
        assert set(row) == COLUMNS
        assert all(math.isfinite(value) for value in row.values())
        for stage in ("train", "validation"):
            expected = 1000 * row[f"{stage}_distortion"] + row[f"{stage}_kl"]
            assert row[f"{stage}_loss"] == pytest.approx(expected, rel=1e-5)


def test_the_vae_comes_back_ready(trained: VaeTraining) -> None:
    assert [module for module in trained.vae.modules() if module.training] == []
    assert {weights.device.type for weights in trained.vae.parameters()} == {"cpu"}


def test_the_same_record_gives_the_same_file(trained: VaeTraining, tmp_path: Path) -> None:
    torch.rand(7)  # the process's own generator plays no part
    again = train(tmp_path / "checkpoint", epochs=3)
    assert_same(again, trained)
    files = []
    for name, module in (("one.h5", trained), ("two.h5", again)):
        save_vae(tmp_path / name, module.vae, module.record, module.history, rule="r")
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]
    means = [vae.encode(line_images(3))[0] for vae in (load_vae(tmp_path / "one.h5").model, trained.vae)]
    torch.testing.assert_close(*means, rtol=1e-4, atol=1e-5)


def test_another_seed_gives_another_vae(trained: VaeTraining, tmp_path: Path) -> None:
    other = train(tmp_path / "checkpoint", epochs=1, seed=4)
    assert other.history[0]["train_loss"] != trained.history[0]["train_loss"]


def test_workers_do_not_change_the_result(trained: VaeTraining, tmp_path: Path) -> None:
    assert_same(train(tmp_path / "checkpoint", epochs=3, workers=2), trained)


def test_an_interrupted_training_ends_as_an_uninterrupted_one(tmp_path: Path) -> None:
    """With a worker, which reads ahead; other schedules, epochs and numbers of workers: tests/slow."""
    whole = train(tmp_path / "whole", epochs=3)
    for epoch in (1, 2):  # twice, each time in the middle of an epoch
        with dying(epoch), pytest.raises(RuntimeError, match="killed"):
            train(tmp_path / "interrupted", epochs=3, workers=1)
        torch.rand(3)
    assert_same(train(tmp_path / "interrupted", epochs=3, workers=1), whole)


def test_a_resumed_training_does_only_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with dying(2), pytest.raises(RuntimeError, match="killed"):
        train(tmp_path / "checkpoint", epochs=3)
    epochs: list[int] = []
    start = VaeTraining.on_train_epoch_start
    monkeypatch.setattr(
        VaeTraining, "on_train_epoch_start", lambda self: (epochs.append(self.current_epoch), start(self))[1]
    )
    module = train(tmp_path / "checkpoint", epochs=3)
    assert epochs == [2]
    assert [row["epoch"] for row in module.history] == [0, 1, 2]


def test_a_finished_training_is_not_trained_again(trained: VaeTraining, tmp_path: Path) -> None:
    train(tmp_path / "checkpoint", epochs=3)
    with dying(0, AssertionError):
        assert_same(train(tmp_path / "checkpoint", epochs=3), trained)


def test_another_fingerprint_starts_afresh(trained: VaeTraining, tmp_path: Path) -> None:
    train(tmp_path / "checkpoint", stamp="another", seed=9, epochs=2)
    assert_same(train(tmp_path / "checkpoint", epochs=3), trained)


def test_a_frozen_resnet_is_not_trained(tmp_path: Path) -> None:
    """Neither its weights nor its batch statistics, through training and validation."""
    torch.manual_seed(0)
    source = ResNet(18, width=4)
    source(torch.rand(4, 3, 32, 32))
    torch.save(source.state_dict(), tmp_path / "weights.pth")
    module = train(tmp_path / "checkpoint", weights=str(tmp_path / "weights.pth"), frozen=True)
    stored, found = source.state_dict(), module.vae.encoder.resnet.state_dict()
    assert [name for name in found if not torch.equal(stored[name], found[name])] == []
    (optimizer,) = module.trainer.optimizers
    resnet = {id(weights) for weights in module.vae.encoder.resnet.parameters()}
    trained = {id(weights) for group in optimizer.param_groups for weights in group["params"]}
    assert not resnet & trained
    assert resnet | trained == {id(weights) for weights in module.vae.parameters()}
    assert module.history[-1]["train_loss"] < module.history[0]["train_loss"]


def test_validation_is_watched_from_the_mean_and_not_learnt_from(
    trained: VaeTraining, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[bool] = []
    step = VaeTraining.validation_step

    def worse(self: VaeTraining, images: torch.Tensor, batch_index: int) -> None:
        modes.append(self.vae.training)
        step(self, 1 - images, batch_index)

    monkeypatch.setattr(VaeTraining, "validation_step", worse)
    module = train(tmp_path / "checkpoint", epochs=3)
    assert modes == [False] * 6  # 12 images in batches of 8 and 4, three epochs
    assert module.history[-1]["validation_loss"] > 2 * trained.history[-1]["validation_loss"]
    mine, other = module.vae.state_dict(), trained.vae.state_dict()
    assert all(torch.equal(mine[name], other[name]) for name in mine)


def test_no_more_is_watched_than_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(VaeTraining, "validation_step", lambda self, images, index: sizes.append(len(images)))
    train(tmp_path / "checkpoint", images=torch.rand(44, 32, 32), watched=40, batch=2, epochs=1)
    assert sizes == [2] * VALIDATION_BATCHES


@pytest.mark.parametrize(("trained_on", "watched"), [(7, 12), (20, 1)])
def test_too_few_images(tmp_path: Path, trained_on: int, watched: int) -> None:
    message = rf"^a batch has 8 images, but the set has {trained_on} for training and {watched} for valid"
    with pytest.raises(TrainingError, match=message):
        train(tmp_path / "checkpoint", images=torch.rand(trained_on + watched, 32, 32), watched=watched)
    assert not (tmp_path / "checkpoint").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="torch finds no CUDA device"):
        train(tmp_path / "checkpoint", device="cuda")
    assert not (tmp_path / "checkpoint").exists()


@pytest.mark.parametrize("schedule", ["one-cycle", "halved"])
def test_adam_takes_the_schedules_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schedule: str
) -> None:
    """One factor a step, not an epoch: 44 images in five batches of 8, twice."""
    rates: list[float] = []
    step = torch.optim.Adam.step

    def watch(self: torch.optim.Adam, *arguments: Any, **options: Any) -> Any:
        rates.append(self.param_groups[0]["lr"])
        return step(self, *arguments, **options)

    monkeypatch.setattr(torch.optim.Adam, "step", watch)
    train(tmp_path / "checkpoint", schedule=schedule)
    record = micro_record(schedule=schedule)
    assert rates == pytest.approx([3e-3 * learning_rate_factor(record, 10, step) for step in range(10)])


def test_gradients_are_clipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To norm 1; the loss is thousands, so that every step needs it."""
    norms: list[float] = []
    step = torch.optim.Adam.step

    def watch(self: torch.optim.Adam, closure: Callable[[], Any]) -> Any:
        loss = closure()  # the backward pass, and the clipping
        norms.append(float(torch.stack([p.grad.norm() for p in self.param_groups[0]["params"]]).norm()))
        return step(self, lambda: loss)

    monkeypatch.setattr(torch.optim.Adam, "step", watch)
    train(tmp_path / "checkpoint", epochs=1)
    assert norms == pytest.approx([CLIP_NORM] * 5, rel=1e-3)
