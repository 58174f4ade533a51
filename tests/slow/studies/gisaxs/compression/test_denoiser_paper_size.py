"""At scale paper, codecs with denoisers take two steps at the thesis's full size, two patterns at a time."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
import yaml
from tests.slow.studies.gisaxs.compression.test_paper_size import FullSizePatterns

from latentlab.studies.gisaxs.compression.lightning_loop import train_codec
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.registries import load


@pytest.mark.parametrize("run", ["at-noise-z-hat", "at-noise-z-hat-deep", "at-noise-z-and-z-hat"])
def test_two_steps_with_a_denoiser(run: str, repository: Path, tmp_path: Path) -> None:
    config = yaml.safe_load((repository / "config" / "config.yaml").read_text())
    *_, runs = load(repository, {**config, "scale": "paper"}, "gisaxs")
    record = {**runs[run], "epochs": 1, "batch": 2}
    assert (record["side"], record["channels"]) == (256, [64])
    module = train_codec(
        record,
        FullSizePatterns(4),
        FullSizePatterns(1),
        IntensityTransform(record["intensity"], 100.0),
        checkpoint=tmp_path / "checkpoint",
        stamp="stamp",
        device="cpu",
        progress=False,
    )
    denoiser = module.codec.h_s.denoiser
    assert denoiser.shape == (64, 4, 4)
    states = torch.load(tmp_path / "checkpoint", weights_only=True)["optimizer_states"][0]["state"]
    assert {int(state["step"]) for state in states.values()} == {2}
    assert all(math.isfinite(value) for value in module.history[0].values())
