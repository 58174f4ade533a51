"""What tests of the VAE's micro-trainings share: train, compare two of them, and interrupt one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.unit.studies.lines.micro_vae import Images, line_images, micro_record

from latentlab.studies.lines.training.loop import train_vae
from latentlab.studies.lines.training.module import VaeTraining


@cache
def _images() -> torch.Tensor:
    return line_images(56)


def train(
    checkpoint: Path,
    stamp: str = "stamp",
    device: str = "cpu",
    workers: int = 0,
    images: torch.Tensor | None = None,
    watched: int = 12,
    **changes: Any,
) -> VaeTraining:
    """A micro-training on 56 images of lines, or on those given; the last `watched` are for validation.

    `changes` replace values of the micro record.
    """
    images = _images() if images is None else images
    return train_vae(
        micro_record(**changes),
        Images(images[:-watched]),
        Images(images[-watched:]),
        checkpoint=checkpoint,
        stamp=stamp,
        device=device,
        workers=workers,
        progress=False,
    )


def assert_same(one: VaeTraining, two: VaeTraining) -> None:
    """The histories and all weights of two trainings are equal, bit by bit."""
    assert one.history == two.history
    first, second = one.vae.state_dict(), two.vae.state_dict()
    assert [name for name in first if not torch.equal(first[name], second[name])] == []


@contextmanager
def dying(epoch: int, error: type[BaseException] = RuntimeError) -> Iterator[None]:
    """Let a training in this block die in the second batch of `epoch`."""
    step = VaeTraining.training_step

    def die(self: VaeTraining, images: torch.Tensor, batch_index: int) -> torch.Tensor:
        if self.current_epoch == epoch and batch_index == 1:
            raise error("killed")
        return step(self, images, batch_index)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(VaeTraining, "training_step", die)
        yield
