"""Two steps at the thesis's size: 128 x 128 px, batches of 128, 1024 latents."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from tests.unit.studies.landcover.micro_landcover import micro_record

from latentlab.studies.landcover.training.loop import train_vae
from latentlab.studies.landcover.training.pairs import Pairs
from latentlab.studies.landcover.training.timing import Timing


@pytest.mark.parametrize("number", ["1", "8", "14", "18"])
def test_two_steps_lower_the_loss(architectures: dict, tmp_path: Path, number: str) -> None:
    """Of a picture that is the same for all; RMSprop's first step is three learning rates long."""
    record = micro_record(architectures, number, side=128, latent=1024, batch=128)
    record["learning_rate"] = 1e-5  # a hundredth of the thesis's: its first step overshoots such pictures
    images = np.full((128, 3, 128, 128), 230, np.uint8)
    watched, timing = images[:1], Timing()
    _, history = train_vae(
        record,
        Pairs(images, images),
        Pairs(watched, watched),
        checkpoint=tmp_path / "checkpoint",
        stamp="",
        device="cpu",
        progress=False,
        timing=timing,
    )
    assert timing.images == 256
    assert history[1]["loss"] < history[0]["loss"]
    assert all(math.isfinite(value) for row in history for value in row.values())
