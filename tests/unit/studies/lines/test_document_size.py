"""The VAEs of scale paper have the document's size; their trainings: tests/slow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from latentlab.pipeline.configuration import load_yaml
from latentlab.studies.lines.vae import build_vae
from latentlab.studies.registries import load


@pytest.fixture(scope="module")
def records(repository: Path) -> dict[str, dict[str, Any]]:
    config = load_yaml(repository / "config" / "config.yaml")
    *_, runs = load(repository, {**config, "scale": "paper"}, "lines")
    return runs


def test_sizes_are_the_documents(records: dict[str, dict[str, Any]]) -> None:
    expected = {"side": 224, "depth": 152, "width": 64, "latent": 9, "batch": 32, "epochs": 1500}
    for record in records.values():
        assert {name: record[name] for name in expected} == expected
        assert record["learning_rate"] == 1e-3
    with torch.device("meta"):
        vae = build_vae(records["statistics"])
    assert sum(weights.numel() for weights in vae.encoder.resnet.parameters()) == 58_143_808


def test_a_batch_of_the_documents_images_passes(records: dict[str, dict[str, Any]]) -> None:
    """In shapes alone: the numbers would need 11 GB."""
    with torch.device("meta"):
        images, mean, log_variance = build_vae(records["statistics"])(torch.empty(32, 224, 224))
    assert images.shape == (32, 224, 224)
    assert mean.shape == log_variance.shape == (32, 9)
