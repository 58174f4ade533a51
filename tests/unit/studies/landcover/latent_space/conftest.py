"""Tiles whose factors are drawn, and latents that hold them: what each metric gives is then known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from latentlab.studies.landcover.classes import CLASSES
from latentlab.studies.landcover.run_tiles import RunTiles
from latentlab.studies.landcover.tile_set import Tiles

Factors = dict[str, np.ndarray]


def draw_factors(sites: range, each: int, seed: int) -> Factors:
    """Factors of `each` tiles of some sites, drawn independently of each other but for shares and classes."""
    random = np.random.default_rng(seed)
    count = len(sites) * each
    fractions = random.dirichlet(np.full(len(CLASSES), 0.3), count)
    return {
        "fractions": fractions,
        "dominant": fractions.argmax(axis=1),
        "mean_height_m": random.gamma(2.0, 4.0, count),
        "mean_colour": random.uniform(size=(count, 3)),
        "direction": random.normal(size=(count, 4)),
        "city": np.repeat(np.array(sites) % 2, each),
        "site": np.repeat(np.array(sites), each),
    }


def holding(factors: Factors) -> np.ndarray:
    """Latents (n, 14) that hold all factors, each in columns of its own."""
    city = factors["city"][:, None] - 0.5
    height = factors["mean_height_m"][:, None] / 10
    return np.hstack([factors["fractions"], height, factors["mean_colour"], factors["direction"], city])


@pytest.fixture(scope="session")
def train_factors() -> Factors:
    return draw_factors(range(6), 40, 1)


@pytest.fixture(scope="session")
def test_factors() -> Factors:
    return draw_factors(range(6, 10), 50, 2)


@pytest.fixture(scope="session")
def latents_holding() -> Callable[[Factors], np.ndarray]:
    return holding


@pytest.fixture(scope="session")
def small_tiles() -> RunTiles:
    """Tiles of 16 px of one colour each with noise: class and colour belong together."""

    def tiles(sites: range, each: int, seed: int) -> Tiles:
        factors = draw_factors(sites, each, seed)
        random = np.random.default_rng(seed)
        colours = np.random.default_rng(0).uniform(40, 215, (len(CLASSES), 3))[factors["dominant"]]
        noise = random.normal(0, 10, (len(colours), 3, 16, 16))
        rgb = np.clip(colours[:, :, None, None] + noise, 0, 255).astype(np.uint8)
        return Tiles(rgb=rgb, factors={**factors, "mean_colour": rgb.mean(axis=(2, 3)) / 255})

    return RunTiles(tiles(range(4), 16, 1), tiles(range(4, 6), 4, 2), tiles(range(6, 10), 12, 3))
