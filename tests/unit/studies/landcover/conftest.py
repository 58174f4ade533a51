"""The eighteen architectures, as they are declared, and small sets of tiles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from tests.unit.studies.landcover.micro_landcover import micro_record

from latentlab.studies.landcover.classes import CITIES, CLASSES
from latentlab.studies.landcover.run_tiles import RunTiles
from latentlab.studies.landcover.tile_set import Tiles


@pytest.fixture(scope="session")
def architectures(repository: Path) -> dict[str, dict[str, Any]]:
    """Of config/landcover.yaml, by number."""
    return yaml.safe_load((repository / "config/landcover.yaml").read_text())["architectures"]


def _coloured_tiles(random: np.random.Generator, count: int, side: int = 32) -> Tiles:
    """Tiles of two classes: bright green with texture (vegetation), dark blue and smooth (water)."""
    dominant = random.integers(0, 2, count)
    noise = random.standard_normal((count, side, side))
    smooth = noise.copy()
    for axis in (1, 2):
        smooth = sum(np.roll(smooth, shift, axis) for shift in (-2, -1, 0, 1, 2)) / 5
    green = 0.5 + 0.10 * noise + 0.3 * smooth
    blue = 0.25 + 0.3 * smooth
    colours = np.array([[0.6, 1.0, 0.4], [0.3, 0.6, 1.3]])
    plane = np.where(dominant[:, None, None] == 0, green, blue)
    rgb = np.clip(255 * plane[:, None] * colours[dominant][:, :, None, None], 0, 255).astype(np.uint8)
    bands = np.clip(3500 * np.repeat(plane[:, None], 8, axis=1), 0, 65535).astype(np.uint16)
    fractions = np.zeros((count, len(CLASSES)))
    fractions[np.arange(count), dominant] = 1.0
    factors = {"dominant": dominant, "fractions": fractions, "city": np.arange(count) % len(CITIES)}
    return Tiles(rgb, bands=bands, factors=factors)


@pytest.fixture(scope="session")
def coloured_tiles() -> RunTiles:
    """160, 8 and 48 tiles of 32 px of two classes that differ in colour, brightness and texture."""
    random = np.random.default_rng(0)
    return RunTiles(*(_coloured_tiles(random, count) for count in (160, 8, 48)))


@pytest.fixture(scope="session")
def small_record() -> dict[str, Any]:
    """A run of a small network on `coloured_tiles`."""
    layers = {
        "encoder": [["conv", 3, 2, 4], ["conv", 3, 2, 8]],
        "decoder": [["deconv", 3, 2, 4], ["deconv", 3, 2, 3]],
    }
    return micro_record({"8": layers}, side=32, batch=16, seed=3)
