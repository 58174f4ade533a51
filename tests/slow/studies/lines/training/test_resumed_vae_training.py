"""A training that is killed continues where it was, for every schedule, epoch and worker count."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tests.unit.studies.lines.training.micro_training import assert_same, dying, train


@pytest.mark.parametrize("schedule", ["one-cycle", "halved"])
@pytest.mark.parametrize("workers", [0, 1])
def test_killed_twice(tmp_path: Path, schedule: str, workers: int) -> None:
    """Workers read ahead as soon as there are batches: these must be the right epoch's by then."""
    whole = train(tmp_path / "whole", epochs=3, schedule=schedule)
    for epoch in (1, 2):  # each time in the middle of an epoch
        with dying(epoch), pytest.raises(RuntimeError, match="killed"):
            train(tmp_path / "interrupted", epochs=3, schedule=schedule, workers=workers)
        torch.rand(3)
    assert_same(train(tmp_path / "interrupted", epochs=3, schedule=schedule, workers=workers), whole)


@pytest.mark.parametrize("workers", [0, 1, 2])
@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_killed_in_any_epoch(tmp_path: Path, epoch: int, workers: int) -> None:
    whole = train(tmp_path / "whole", epochs=3)
    with dying(epoch), pytest.raises(RuntimeError, match="killed"):
        train(tmp_path / "interrupted", epochs=3, workers=workers)
    assert_same(train(tmp_path / "interrupted", epochs=3, workers=workers), whole)
