"""The training loop without Lightning: history, checkpoints, what stops it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from latentlab.errors import TrainingError
from latentlab.training.epochs import run_epochs


class Sum:
    """What is trained: it adds the number of each epoch."""

    def __init__(self) -> None:
        self.values = torch.zeros(2)

    def state_dict(self) -> dict[str, Any]:
        return {"values": self.values}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.values = state["values"]

    def epoch(self, number: int) -> dict[str, float]:
        self.values = self.values + number
        return {"loss": float(number)}


def run(trained: Sum, path: Path, epochs: int = 4, stamp: str = "a", **given: Any) -> list[dict[str, float]]:
    given = {"epoch": trained.epoch, "seconds_apart": 0, **given}
    return run_epochs(
        parts={"sum": trained}, epochs=epochs, checkpoint=path, stamp=stamp, progress=False, **given
    )


def interrupted(path: Path, after: int, **given: Any) -> None:
    """A training of four epochs that is stopped in the one of number `after`."""
    trained = Sum()

    def epoch(number: int) -> dict[str, float]:
        if number == after:
            raise KeyboardInterrupt
        return trained.epoch(number)

    with pytest.raises(KeyboardInterrupt):
        run(trained, path, epoch=epoch, **given)


def test_the_history_has_a_row_for_each_epoch_from_1(tmp_path: Path) -> None:
    trained = Sum()
    history = run(trained, tmp_path / "checkpoint")
    assert history == [{"epoch": k + 1.0, "loss": float(k)} for k in range(4)]
    assert trained.values.tolist() == [6, 6]


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_interrupted_training_continues(tmp_path: Path, after: int) -> None:
    path = tmp_path / "checkpoint"
    interrupted(path, after)
    ran: list[int] = []
    continued = Sum()

    def epoch(number: int) -> dict[str, float]:
        ran.append(number)
        return continued.epoch(number)

    history = run(continued, path, epoch=epoch)
    assert ran == list(range(after, 4))
    assert history == run(Sum(), tmp_path / "other")
    assert continued.values.tolist() == [6, 6]


def test_a_checkpoint_of_another_training_is_not_continued(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    interrupted(path, 2)
    trained = Sum()
    run(trained, path, stamp="b")
    assert trained.values.tolist() == [6, 6]


def test_a_short_training_writes_no_checkpoint(tmp_path: Path) -> None:
    interrupted(tmp_path / "checkpoint", 3, seconds_apart=1000)
    assert not list(tmp_path.iterdir())


def test_a_finished_training_with_its_last_checkpoint_runs_one_epoch_again(tmp_path: Path) -> None:
    """The checkpoint after the last epoch would never be read: the artifact is written next."""
    path = tmp_path / "checkpoint"
    first, again = Sum(), Sum()
    assert run(first, path) == run(again, path)
    assert torch.equal(first.values, again.values)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_stops_the_training(tmp_path: Path, value: float) -> None:
    def epoch(number: int) -> dict[str, float]:
        return {"mae": 0.1, "loss": value if number == 2 else 0.5}

    with pytest.raises(
        TrainingError, match=f"loss is {value} after epoch 3; a smaller learning_rate may help"
    ):
        run(Sum(), tmp_path / "checkpoint", epoch=epoch)


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    interrupted(path, 2)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(TrainingError, match="no readable checkpoint; remove it to train from the start"):
        run(Sum(), path)
