"""The codecs of scale paper at their full width take a pattern of its full size; trainings: tests/slow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from latentlab.codecs.models import build_codec
from latentlab.pipeline.configuration import load_yaml
from latentlab.studies.registries import load


@pytest.fixture(scope="module")
def records(repository: Path) -> dict[str, dict[str, Any]]:
    config = load_yaml(repository / "config" / "config.yaml")
    *_, runs = load(repository, {**config, "scale": "paper"}, "gisaxs")
    return runs


def test_every_codec_takes_a_full_size_pattern(records: dict[str, dict[str, Any]]) -> None:
    assert {record["side"] for record in records.values()} == {256}
    networks = {
        (record["model"], tuple(record["channels"]), record["activation"]) for record in records.values()
    }
    assert len(networks) >= 8
    pattern = torch.rand(1, 1, 256, 256, generator=torch.Generator().manual_seed(0))
    for network in sorted(networks):
        with torch.no_grad():
            output = build_codec(*network)(pattern)
        assert output["x_hat"].shape == pattern.shape
        assert output["likelihoods"]["y"].shape == (1, network[1][-1], 16, 16)
        assert torch.isfinite(output["x_hat"]).all()
        assert all(torch.isfinite(values).all() for values in output["likelihoods"].values())
