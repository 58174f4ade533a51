"""A training that is killed continues where it was, for every schedule, precision, epoch and worker count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.studies.gisaxs.compression.micro_training import assert_same, dying


@pytest.mark.parametrize("schedule", ["plateau", "one-cycle"])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_killed_twice(
    train: Callable, make_record: Callable, tmp_path: Path, schedule: str, precision: str
) -> None:
    record = make_record(schedule=schedule, precision=precision)
    whole = train(record, tmp_path / "whole")
    checkpoint = tmp_path / "interrupted"
    for epoch in (1, 2):  # each time in the middle of an epoch
        with dying(epoch, RuntimeError), pytest.raises(RuntimeError, match="killed"):
            train(record, checkpoint)
    assert_same(train(record, checkpoint), whole)


@pytest.mark.parametrize("workers", [0, 1, 2])
@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_killed_in_any_epoch(
    train: Callable, make_record: Callable, tmp_path: Path, epoch: int, workers: int
) -> None:
    record = make_record(schedule="one-cycle")
    whole = train(record, tmp_path / "whole")
    with dying(epoch, RuntimeError), pytest.raises(RuntimeError, match="killed"):
        train(record, tmp_path / "interrupted", workers=workers)
    assert_same(train(record, tmp_path / "interrupted", workers=workers), whole)
