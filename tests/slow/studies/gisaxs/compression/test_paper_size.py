"""At scale paper, two runs of each kind take two steps at the thesis's full size, on the CPU."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml

from latentlab.studies.gisaxs.compression.lightning_loop import train_codec
from latentlab.studies.gisaxs.compression.plain_loop import train_codec_plainly
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.registries import load

KINDS = {
    "FP, GDN": ("fp-64-107-mse-lightning", "sound-fp"),
    "FP, ReLU": ("fp-relu", "sound-fp-relu"),
    "FP, plain loop": ("fp-43-64-mse-plain", "fp-64-107-ms-ssim-plain"),
    "SH": ("sh-mse", "sound-sh"),
    "MSH": ("msh", "sound-msh"),
    "JAHP": ("jahp-mse", "sound-jahp"),
    "AN": ("an", "sound-an"),
    "AT": ("at-mse-gap-in", "sound-at"),
    "frames": ("restore-counts",),
}


@pytest.fixture(scope="module")
def records(repository: Path) -> dict[str, dict[str, Any]]:
    config = yaml.safe_load((repository / "config" / "config.yaml").read_text())
    *_, runs = load(repository, {**config, "scale": "paper"}, "gisaxs")
    return runs


class FullSizePatterns:
    """Patterns of the paper's 256 px: a smooth slope over four decades, turned from one to the next."""

    def __init__(self, count: int) -> None:
        axis = torch.linspace(0, 1, 256)
        turns = torch.linspace(0, 1, count)[:, None, None]
        decades = -4 * (turns * axis[:, None] + (1 - turns) * axis)
        self.images = 100 * 10**decades
        self.parameters = np.ones((count, 4))
        self.gaps = torch.zeros(256, 256, dtype=torch.bool)
        self.gaps[:, 120:130] = True

    def __len__(self) -> int:
        return len(self.images)

    def clean(self, index: int) -> torch.Tensor:
        return self.images[index]


def test_every_kind_of_model_is_here(records: dict[str, dict[str, Any]]) -> None:
    def kind(record: dict[str, Any]) -> tuple[str, ...]:
        return record["model"], record["activation"], record["loop"], record["dataset"]

    covered = {kind(records[run]) for runs in KINDS.values() for run in runs}
    assert covered == {kind(record) for record in records.values()}


@pytest.mark.parametrize("run", [run for runs in KINDS.values() for run in runs])
def test_two_steps(run: str, records: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    record = records[run]
    assert (record["side"], record["batch"]) == (256, 16)
    loop = train_codec_plainly if record["loop"] == "plain" else train_codec
    module = loop(
        {**record, "epochs": 1},
        FullSizePatterns(32),  # two batches
        FullSizePatterns(1),
        IntensityTransform(record["intensity"], 100.0),
        checkpoint=tmp_path / "checkpoint",
        stamp="stamp",
        device="cpu",
        progress=False,
    )
    assert len(module.history) == 1
    assert all(math.isfinite(value) for value in module.history[0].values())
    steps = {int(state["step"]) for state in _adam_states(tmp_path / "checkpoint")}
    assert steps == {2}


def _adam_states(checkpoint: Path) -> list[dict[str, Any]]:
    """The states that Adam keeps of the network's parameters, from either loop's checkpoint."""
    saved = torch.load(checkpoint, weights_only=True)
    states = saved["optimizer_states"][0] if "optimizer_states" in saved else saved["parts"][1]
    return list(states["state"].values())
