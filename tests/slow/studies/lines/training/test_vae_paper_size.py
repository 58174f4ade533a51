"""At scale paper, a run of each loss takes two steps at the document's full size, on the CPU.

The batch is 4 of its 32: 32 images of 224 x 224 need some 11 GB, and a minute a step.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.unit.studies.lines.micro_vae import Images, line_images

from latentlab.pipeline.configuration import load_yaml
from latentlab.studies.lines.training.loop import train_vae
from latentlab.studies.lines.vae import build_vae
from latentlab.studies.registries import load

KINDS = {
    "statistics": "statistics",
    "norm": "statistics-norm",
    "vanilla": "pixels",
    "amplitudes": "amplitudes",
}
BATCH = 4


@pytest.fixture(scope="module")
def records(repository: Path) -> dict[str, dict[str, Any]]:
    config = load_yaml(repository / "config" / "config.yaml")
    *_, runs = load(repository, {**config, "scale": "paper"}, "lines")
    return runs


def test_every_kind_of_training_is_here(records: dict[str, dict[str, Any]]) -> None:
    def kind(record: dict[str, Any]) -> tuple[Any, ...]:
        return record["loss"], record["thresholded"] > 0, record["frozen"], record["schedule"]

    assert {kind(records[run]) for run in KINDS} == {kind(record) for record in records.values()}
    assert {run: records[run]["loss"] for run in KINDS} == KINDS


@pytest.mark.parametrize("run", KINDS)
def test_two_steps(run: str, records: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    images = line_images(2 * BATCH + 2, side=224)
    record = {**records[run], "epochs": 1, "batch": BATCH}
    checkpoint = tmp_path / "checkpoint"
    module = train_vae(
        record,
        Images(images[: 2 * BATCH]),
        Images(images[2 * BATCH :]),
        checkpoint=checkpoint,
        stamp="stamp",
        device="cpu",
        progress=False,
    )
    checkpoint.unlink()  # 800 MB
    assert len(module.history) == 1
    assert all(math.isfinite(value) for value in module.history[0].values())
    assert module.history[0]["train_distortion"] > 0
    (optimizer,) = module.trainer.optimizers
    assert {int(state["step"]) for state in optimizer.state.values()} == {2}
    torch.manual_seed(record["seed"])
    before, after = build_vae(record).named_parameters(), dict(module.vae.named_parameters())
    assert [name for name, weights in before if torch.equal(weights, after[name])] == []
