"""Micro-trainings: they learn, repeat themselves bit by bit, and continue as if never interrupted."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.unit.studies.gisaxs.compression.micro_training import assert_same, dying, weights

from latentlab.errors import TrainingError
from latentlab.studies.gisaxs.compression.codec_file import save_codec
from latentlab.studies.gisaxs.compression.codec_module import ONE_CYCLE_PEAK, CodecTraining
from latentlab.studies.gisaxs.intensity import IntensityTransform

HISTORY = {"epoch", "learning_rate"} | {
    f"{stage}_{term}" for stage in ("train", "test") for term in ("loss", "bpp", "distortion", "aux_loss")
}


def test_it_learns(trained: CodecTraining) -> None:
    first, last = trained.history[0], trained.history[-1]
    assert last["train_loss"] < 0.95 * first["train_loss"]
    assert last["test_loss"] < 0.7 * first["test_loss"]
    assert last["train_aux_loss"] < first["train_aux_loss"]


def test_the_history_is_complete(trained: CodecTraining) -> None:
    assert [row["epoch"] for row in trained.history] == [0, 1, 2]
    for row in trained.history:
        assert set(row) == HISTORY
        assert all(math.isfinite(value) for value in row.values())
        for stage in ("train", "test"):
            expected = 0.01 * 255**2 * row[f"{stage}_distortion"] + row[f"{stage}_bpp"]
            assert row[f"{stage}_loss"] == pytest.approx(expected, rel=1e-5)


def test_the_codec_comes_back_ready(trained: CodecTraining) -> None:
    assert not trained.codec.training
    assert {parameter.device.type for parameter in trained.codec.parameters()} == {"cpu"}


def test_ms_ssim_and_attention(train: Callable, make_record: Callable, tmp_path: Path) -> None:
    record = make_record(
        model="attention",
        channels=[4],
        loss="ms-ssim",
        weight=2.4,
        noise=[],
        epochs=2,
        batch=6,
        intensity="raw",
    )
    module = train(record, tmp_path / "checkpoint")
    assert len(module.history) == 2
    for row in module.history:
        scales = [f"_ms_ssim{name}" for name in ("", "_scale_1", "_scale_2", "_scale_3")]
        assert set(row) == HISTORY | {f"{stage}{name}" for stage in ("train", "test") for name in scales}
        assert row["test_ms_ssim"] == pytest.approx(1 - row["test_distortion"], abs=1e-6)
        assert row["test_loss"] == pytest.approx(2.4 * row["test_distortion"] + row["test_bpp"], rel=1e-5)


def test_the_same_seed_gives_the_same_codec_file(
    trained: CodecTraining, train: Callable, make_record: Callable, tmp_path: Path
) -> None:
    torch.rand(7)  # the process's own generator plays no part
    again = train(make_record(), tmp_path / "checkpoint")
    assert_same(again, trained)
    files = []
    for name, module in (("one.h5", trained), ("two.h5", again)):
        codec = deepcopy(module.codec)  # saving moves the medians
        transform = IntensityTransform("log", 1.0)
        save_codec(tmp_path / name, codec, transform, make_record(), module.history, rule="r")
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]


def test_another_seed_gives_another_codec(
    trained: CodecTraining, train: Callable, make_record: Callable, tmp_path: Path
) -> None:
    other = train(make_record(seed=4, epochs=1), tmp_path / "checkpoint")
    assert other.history[0]["train_loss"] != trained.history[0]["train_loss"]


def test_workers_do_not_change_the_result(
    trained: CodecTraining, train: Callable, make_record: Callable, tmp_path: Path
) -> None:
    assert_same(train(make_record(), tmp_path / "checkpoint", workers=2), trained)


def test_workers_do_not_change_a_resumed_training(
    trained: CodecTraining, train: Callable, make_record: Callable, tmp_path: Path
) -> None:
    """They read ahead as soon as there are batches: these must be the right epoch's by then."""
    with dying(1, RuntimeError), pytest.raises(RuntimeError, match="killed"):
        train(make_record(), tmp_path / "checkpoint", workers=2)
    assert_same(train(make_record(), tmp_path / "checkpoint", workers=2), trained)


def test_an_interrupted_training_ends_as_an_uninterrupted_one(
    train: Callable, make_record: Callable, tmp_path: Path
) -> None:
    """Other schedules, precisions and numbers of workers: tests/slow."""
    record = make_record(schedule="one-cycle")
    whole = train(record, tmp_path / "whole")
    checkpoint = tmp_path / "interrupted"
    for epoch in (1, 2):  # twice, each time in the middle of an epoch
        with dying(epoch, RuntimeError), pytest.raises(RuntimeError, match="killed"):
            train(record, checkpoint)
    assert_same(train(record, checkpoint), whole)


def test_a_resumed_training_does_only_what_is_left(
    train: Callable, make_record: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dying(2, RuntimeError), pytest.raises(RuntimeError, match="killed"):
        train(make_record(), tmp_path / "checkpoint")
    epochs: list[int] = []
    start = CodecTraining.on_train_epoch_start
    monkeypatch.setattr(
        CodecTraining,
        "on_train_epoch_start",
        lambda self: (epochs.append(self.current_epoch), start(self))[1],
    )
    module = train(make_record(), tmp_path / "checkpoint")
    assert epochs == [2]
    assert [row["epoch"] for row in module.history] == [0, 1, 2]


def test_a_keyboard_interrupt_ends_the_process_and_keeps_the_checkpoint(
    train: Callable, make_record: Callable, tmp_path: Path
) -> None:
    with dying(1, KeyboardInterrupt), pytest.raises((SystemExit, KeyboardInterrupt)):
        train(make_record(), tmp_path / "checkpoint")
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]
    saved = torch.load(tmp_path / "checkpoint", weights_only=True)
    assert [row["epoch"] for row in saved["history"]] == [0]


def test_a_finished_training_is_not_trained_again(
    trained: CodecTraining, train: Callable, make_record: Callable, tmp_path: Path
) -> None:
    """As after a kill between the last epoch and the writing of the codec."""
    train(make_record(), tmp_path / "checkpoint")
    with dying(0, AssertionError):
        assert_same(train(make_record(), tmp_path / "checkpoint"), trained)


def test_another_fingerprint_starts_afresh(
    trained: CodecTraining, train: Callable, make_record: Callable, tmp_path: Path
) -> None:
    train(make_record(seed=9, epochs=2), tmp_path / "checkpoint", stamp="another")
    assert_same(train(make_record(), tmp_path / "checkpoint"), trained)
    assert torch.load(tmp_path / "checkpoint", weights_only=True)["fingerprint"] == "stamp"


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_precision(train: Callable, make_record: Callable, tmp_path: Path, precision: str) -> None:
    """In bf16 the network rounds, but weights, probabilities and losses are float32."""
    seen: list[torch.dtype] = []
    likelihoods: list[torch.dtype] = []

    def watch(module: CodecTraining) -> None:
        module.codec.g_a.register_forward_hook(lambda _, inputs, output: seen.append(output.dtype))
        module.codec.register_forward_hook(
            lambda _, inputs, output: likelihoods.append(output["likelihoods"]["y"].dtype)
        )

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(CodecTraining, "on_fit_start", watch, raising=False)
        module = train(make_record(precision=precision, epochs=1), tmp_path / "checkpoint")
    assert set(seen) == {torch.bfloat16 if precision == "bf16" else torch.float32}
    assert set(likelihoods) == {torch.float32}
    assert {parameter.dtype for parameter in module.codec.parameters()} == {torch.float32}
    assert all(math.isfinite(value) for value in module.history[0].values())


def test_one_cycle_ends_near_zero_and_plateau_waits(
    train: Callable, trained: CodecTraining, make_record: Callable, tmp_path: Path
) -> None:
    rates = [row["learning_rate"] for row in train(make_record(schedule="one-cycle"), tmp_path / "c").history]
    assert max(rates) <= ONE_CYCLE_PEAK
    assert rates[0] > 0.1 * ONE_CYCLE_PEAK
    assert rates[-1] < 1e-3 * ONE_CYCLE_PEAK
    assert [row["learning_rate"] for row in trained.history] == [5e-3] * 3


def test_plateau_lowers_the_rate_where_the_test_loss_stands_still(
    train: Callable, make_record: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ReduceLROnPlateau's defaults: a tenth, after ten epochs without a better loss."""
    note = CodecTraining.note

    def flat(self: CodecTraining, stage: str, terms: dict[str, torch.Tensor]) -> None:
        note(
            self, stage, {name: value * 0 + 1 for name, value in terms.items()} if stage == "test" else terms
        )

    monkeypatch.setattr(CodecTraining, "note", flat)
    module = train(make_record(epochs=14, batch=12), tmp_path / "checkpoint")
    rates = [row["learning_rate"] for row in module.history]
    assert rates[0] == 5e-3
    assert rates[-1] == pytest.approx(5e-4)
    assert rates == sorted(rates, reverse=True)


def test_one_cycle_never_looks_at_the_test_set(
    trained: CodecTraining,
    train: Callable,
    make_record: Callable,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = train(make_record(schedule="one-cycle"), tmp_path / "one")
    note = CodecTraining.note

    def worse(self: CodecTraining, stage: str, terms: dict[str, torch.Tensor]) -> None:
        scale = 100.0 ** (self.current_epoch + 1) if stage == "test" else 1.0
        note(self, stage, {name: value * scale for name, value in terms.items()})

    monkeypatch.setattr(CodecTraining, "note", worse)
    other = train(make_record(schedule="one-cycle"), tmp_path / "two")
    assert other.history[-1]["test_loss"] > 1e3 * whole.history[-1]["test_loss"]
    assert all(
        torch.equal(a, b) for a, b in zip(weights(whole).values(), weights(other).values(), strict=True)
    )


def test_quantiles_learn_at_their_own_rate(make_record: Callable) -> None:
    module = CodecTraining(make_record())
    (net, aux), _ = module.configure_optimizers()
    assert (net.param_groups[0]["lr"], aux.param_groups[0]["lr"]) == (5e-3, 1e-3)
    quantiles = [
        parameter for name, parameter in module.codec.named_parameters() if name.endswith("quantiles")
    ]
    assert {id(p) for p in aux.param_groups[0]["params"]} == {id(p) for p in quantiles}
    everything = {id(p) for group in (net, aux) for p in group.param_groups[0]["params"]}
    assert everything == {id(p) for p in module.parameters()}


def test_solved_quantiles_need_no_steps(
    train: Callable, trained: CodecTraining, make_record: Callable, tmp_path: Path
) -> None:
    """After each epoch they lie where the densities say: the auxiliary loss is all but 0."""
    module = train(make_record(quantiles="solved"), tmp_path / "checkpoint")
    assert module.history[-1]["test_aux_loss"] < 0.01 * trained.history[-1]["test_aux_loss"]
    before = CodecTraining(make_record()).codec.entropy_bottleneck.quantiles
    assert not torch.equal(module.codec.entropy_bottleneck.quantiles, before)


def test_warm_up_trains_with_mse_and_then_with_the_loss(make_record: Callable) -> None:
    """Two of four epochs; what is reported is the run's own distortion all the time."""
    record = make_record(loss="ms-ssim", weight=15.0, warm_up=0.5, epochs=4)
    module = CodecTraining(record)
    module.codec = Copies()
    image = torch.rand(2, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    batch = (image, 0.9 * image)
    mse = 0.01 * 255**2 * float((0.1 * image).square().mean())
    for epoch, expected in enumerate((mse, mse, None, None)):
        terms = module._terms(batch, epoch)
        assert float(terms["distortion"]) == float(module._terms(batch)["distortion"])
        own = 15 * float(terms["distortion"])
        assert float(terms["loss"]) == pytest.approx(expected or own, rel=1e-5)
    assert float(module._terms(batch)["loss"]) == pytest.approx(own, rel=1e-5)


def test_quantiles_move_by_their_own_steps(trained: CodecTraining, make_record: Callable) -> None:
    """Nine steps of Adam at 1e-3: each quantile moves by at most nine times that."""
    before = CodecTraining(make_record()).codec.entropy_bottleneck.quantiles
    moved = (trained.codec.entropy_bottleneck.quantiles - before).abs()
    assert 1e-3 < float(moved.max()) < 9.1e-3


def test_gradients_are_clipped(
    train: Callable, make_record: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To norm 1 (A.1.9); the loss is hundreds at first, so that every step needs it."""
    norms: list[float] = []
    step = torch.optim.Adam.step

    def watch(self: torch.optim.Adam, *arguments: Any, **options: Any) -> Any:
        if self.param_groups[0]["lr"] == 5e-3:  # the network's, not the quantiles'
            gradients = [p.grad.norm() for p in self.param_groups[0]["params"] if p.grad is not None]
            norms.append(float(torch.stack(gradients).norm()))
        return step(self, *arguments, **options)

    monkeypatch.setattr(torch.optim.Adam, "step", watch)
    train(make_record(epochs=1), tmp_path / "checkpoint")
    assert norms == pytest.approx([1.0] * 3, rel=1e-3)


def test_probabilities_stay_float32_inside_autocast(make_record: Callable) -> None:
    module = CodecTraining(make_record(precision="bf16")).eval()
    y = 3 * torch.randn(2, 8, 4, 4, generator=torch.Generator().manual_seed(0)).bfloat16()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        _, inside = module.codec.entropy_bottleneck(y)
    with torch.no_grad():
        _, outside = module.codec.entropy_bottleneck(y.float())
    assert torch.equal(inside, outside)


class Copies(torch.nn.Module):
    """A codec that gives its input back, for no bits."""

    def forward(self, x: torch.Tensor) -> dict[str, Any]:
        return {"x_hat": x, "likelihoods": {"y": torch.ones(1)}}


def test_ms_ssim_stays_float32_inside_autocast(make_record: Callable) -> None:
    """In bf16 it is garbage: identical images would not score 1."""
    module = CodecTraining(make_record(precision="bf16", loss="ms-ssim"))
    module.codec = Copies()
    image = torch.rand(2, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.autocast("cpu", torch.bfloat16):
        inside = module._terms((image, 0.9 * image))
    outside = module._terms((image, 0.9 * image))
    assert inside == outside
    assert 0 < float(outside["distortion"]) < 0.05


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there(train: Callable, make_record: Callable, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="torch finds no CUDA device"):
        train(make_record(), tmp_path / "checkpoint", device="cuda")
    assert not (tmp_path / "checkpoint").exists()


def test_a_micro_trainings_checkpoint_holds_what_a_resume_needs(
    train: Callable, make_record: Callable, tmp_path: Path
) -> None:
    train(make_record(epochs=1), tmp_path / "checkpoint", stamp="this one")
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]
    saved = torch.load(tmp_path / "checkpoint", weights_only=True)
    assert saved["fingerprint"] == "this one"
    assert [row["epoch"] for row in saved["history"]] == [0]
    assert len(saved["optimizer_states"]) == 2
    assert len(saved["lr_schedulers"]) == 1
