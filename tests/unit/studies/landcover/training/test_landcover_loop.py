"""Training: it learns, it is reproducible, it continues, and it says why it stops."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.unit.studies.landcover.micro_landcover import SIDE, micro_record

from latentlab.errors import TrainingError
from latentlab.studies.landcover.network.vae import build_vae
from latentlab.studies.landcover.network.vae_file import save_vae
from latentlab.studies.landcover.training import loop
from latentlab.studies.landcover.training.loop import rate_at, train_vae
from latentlab.studies.landcover.training.losses import kl_nats
from latentlab.studies.landcover.training.pairs import Pairs
from latentlab.studies.landcover.training.timing import Timing


def record(architectures: dict, **changed: Any) -> dict[str, Any]:
    return micro_record(architectures, **{"epochs": 3, **changed})


def halves(n: int, seed: int) -> np.ndarray:
    """Pictures whose halves, upper and lower, have each one grey value: uint8 (n, 3, SIDE, SIDE)."""
    values = np.random.default_rng(seed).integers(20, 236, size=(n, 1, 2, 1))
    return np.broadcast_to(values.repeat(SIDE // 2, axis=2), (n, 3, SIDE, SIDE)).astype(np.uint8)


def same(images: np.ndarray) -> Pairs:
    return Pairs(images, images)


TRAIN, VALIDATION = same(halves(60, seed=1)), same(halves(20, seed=2))


def trained(
    wanted: dict, path: Path, train: Pairs = TRAIN, validation: Pairs = VALIDATION, **given: Any
) -> Any:
    given = {"checkpoint": path / "checkpoint", "stamp": "a", "progress": False, **given}
    return train_vae(wanted, train, validation, device="cpu", **given)


def test_it_beats_the_mean_colour(architectures: dict, tmp_path: Path) -> None:
    wanted = record(architectures, epochs=25)
    model, history = trained(wanted, tmp_path)
    pictures = VALIDATION.batch(slice(None))[0]
    with torch.no_grad():
        error = (model.decode(model.encode(pictures)[0]) - pictures).abs().mean()
    mean_colour = (pictures - pictures.mean(dim=(2, 3), keepdim=True)).abs().mean()
    assert error < 0.6 * mean_colour
    assert history[-1]["validation_mae"] < 0.5 * history[0]["validation_mae"]
    assert list(history[0]) == ["epoch", "mae", "loss", "kl", "beta", "validation_mae", "validation_loss"]


def test_the_loss_is_error_and_divergence_over_the_number_of_values(
    architectures: dict, tmp_path: Path
) -> None:
    _, history = trained(record(architectures, beta=0.5), tmp_path)
    for row in history:
        assert row["loss"] == pytest.approx(row["mae"] + 0.5 * row["kl"] / (3 * SIDE**2), rel=1e-6)
        assert row["kl"] > 0


def test_the_first_step_is_keras_s(architectures: dict, tmp_path: Path) -> None:
    """RMSprop's first step is learning rate times g / (sqrt(0.1 g^2) + 1e-7) against the gradient."""
    wanted = record(architectures, epochs=1, batch=60)
    model, _ = trained(wanted, tmp_path)
    moved = model.mean.weight - build_vae(wanted).mean.weight
    assert moved.abs().max().item() == pytest.approx(0.001 / math.sqrt(0.1), rel=1e-3)


def file_bytes(wanted: dict, path: Path, model: Any, history: list) -> bytes:
    save_vae(path / "vae.h5", model, wanted, history, rule="test")
    return (path / "vae.h5").read_bytes()


def test_a_killed_training_ends_with_the_same_bytes(
    architectures: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = record(architectures)
    whole = file_bytes(wanted, tmp_path, *trained(wanted, tmp_path))
    again = file_bytes(wanted, tmp_path, *trained(wanted, tmp_path))
    assert again == whole

    def killed(record: dict, step: int, steps: int) -> float:
        if step == 2 * (60 // 8) + 3:  # in the last epoch
            raise KeyboardInterrupt
        return record["beta"]

    with monkeypatch.context() as patch:
        patch.setattr(loop, "beta_at", killed)
        with pytest.raises(KeyboardInterrupt):
            trained(wanted, tmp_path, seconds_apart=0)
    torch.manual_seed(99)  # the global generator has no part in it
    timing = Timing()
    continued = trained(wanted, tmp_path, seconds_apart=0, timing=timing)
    assert timing.steps == 60 // 8  # the last epoch only
    assert file_bytes(wanted, tmp_path, *continued) == whole


def test_the_rate_is_constant_or_falls_at_the_end() -> None:
    """Half of 8 steps: from the fifth on, evenly."""
    rates = [rate_at({"learning_rate": 2.0, "cool_down": 0.5}, step, 8) for step in range(8)]
    assert rates == pytest.approx([2, 2, 2, 2, 2, 1.5, 1, 0.5])
    for none in ({"learning_rate": 2.0}, {"learning_rate": 2.0, "cool_down": 0.0}):
        assert {rate_at(none, step, 8) for step in range(8)} == {2.0}


def test_each_step_has_its_rate(architectures: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = []

    class Watched(loop.FusedRMSprop):
        def step(self) -> None:
            rates.append(self.learning_rate)
            super().step()

    monkeypatch.setattr(loop, "FusedRMSprop", Watched)
    trained(record(architectures, batch=30, epochs=2, cool_down=0.75), tmp_path)
    assert rates == pytest.approx([0.001, 0.001, 0.001 * 2 / 3, 0.001 / 3])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_graphics_card_gives_equal_bytes_and_about_the_processor_s_result(
    architectures: dict, tmp_path: Path
) -> None:
    given = {"checkpoint": tmp_path / "checkpoint", "stamp": "a", "progress": False}
    for number in ("8", "12", "14"):
        wanted = record(architectures, layers=architectures[number])
        (model, history), (again, _), (_, expected) = (
            train_vae(wanted, TRAIN, VALIDATION, device=device, **given) for device in ("cuda", "cuda", "cpu")
        )
        assert all(map(torch.equal, model.state_dict().values(), again.state_dict().values()))
        assert history[0]["loss"] == pytest.approx(expected[0]["loss"], rel=0.02)


def test_validation_pictures_change_nothing(architectures: dict, tmp_path: Path) -> None:
    wanted = record(architectures, epochs=2)
    first, _ = trained(wanted, tmp_path)
    other, _ = trained(wanted, tmp_path, validation=same(halves(5, seed=7)))
    assert all(map(torch.equal, first.state_dict().values(), other.state_dict().values()))


def test_a_last_batch_that_is_not_full_is_left_out(architectures: dict, tmp_path: Path) -> None:
    timing = Timing()
    trained(record(architectures, batch=16), tmp_path, timing=timing)
    assert (timing.steps, timing.images) == (9, 144)
    assert timing.seconds > 0


def test_a_plain_autoencoder_has_no_noise_and_no_divergence(architectures: dict, tmp_path: Path) -> None:
    model, history = trained(record(architectures, variational=False), tmp_path)
    pictures = VALIDATION.batch(slice(None))[0]
    with torch.no_grad():
        error = (model.decode(model.encode(pictures)[0]) - pictures).abs().mean().item()
    assert history[-1]["validation_mae"] == pytest.approx(error, rel=1e-5)
    assert {row["kl"] for row in history} == {0.0}


def test_a_large_beta_empties_the_latents(architectures: dict, tmp_path: Path) -> None:
    models = [trained(record(architectures, beta=beta, epochs=8), tmp_path)[0] for beta in (1.0, 1000.0)]
    with torch.no_grad():
        rates = [kl_nats(*model.encode(VALIDATION.batch(slice(None))[0])).mean().item() for model in models]
    assert rates[1] < 0.1 < rates[0]


def test_other_pictures_can_be_restored(architectures: dict, tmp_path: Path) -> None:
    """Grey pictures in, the inverse colours out."""
    colours = halves(60, seed=1)
    grey = (colours[:, :1] / 255).astype(np.float32)
    pairs = Pairs(grey, 255 - colours)
    model, history = trained(record(architectures, input="grey", epochs=15), tmp_path, pairs, pairs)
    with torch.no_grad():
        restored = model.decode(model.encode(torch.from_numpy(grey))[0]).numpy()
    assert np.corrcoef(restored.mean(axis=(1, 2, 3)), grey.mean(axis=(1, 2, 3)))[0, 1] < -0.8
    assert history[-1]["mae"] < history[0]["mae"]


@pytest.mark.parametrize(
    ("train", "validation", "found"), [(5, 5, "5 for training and 5"), (8, 0, "8 .*and 0")]
)
def test_too_few_pictures_are_named(
    architectures: dict, tmp_path: Path, train: int, validation: int, found: str
) -> None:
    pairs = same(halves(train, 1)), same(halves(validation, 2))
    with pytest.raises(TrainingError, match=f"a batch has 8 pictures, but there are {found} for validation"):
        trained(record(architectures), tmp_path, *pairs)


def test_a_loss_that_is_not_a_number_stops_it(architectures: dict, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"after epoch [123]; a smaller learning_rate may help"):
        trained(record(architectures, learning_rate=1e6), tmp_path)
