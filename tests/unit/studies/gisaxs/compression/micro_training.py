"""What tests of micro-trainings share: compare two of them, and interrupt one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from latentlab.studies.gisaxs.compression.codec_module import CodecTraining


def weights(module: CodecTraining) -> dict[str, torch.Tensor]:
    """A copy of the codec's weights, by name."""
    return {name: tensor.clone() for name, tensor in module.codec.state_dict().items()}


def assert_same(one: CodecTraining, two: CodecTraining) -> None:
    """The histories and all weights of two trainings are equal, bit by bit."""
    assert one.history == two.history
    first, second = weights(one), weights(two)
    assert set(first) == set(second)
    assert [name for name in first if not torch.equal(first[name], second[name])] == []


@contextmanager
def dying(epoch: int, error: type[BaseException]) -> Iterator[None]:
    """Let a training in this block die in the second batch of `epoch`."""
    step = CodecTraining.training_step

    def die(self: CodecTraining, batch: Any, batch_index: int) -> None:
        if self.current_epoch == epoch and batch_index == 1:
            raise error("killed")
        step(self, batch, batch_index)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(CodecTraining, "training_step", die)
        yield
