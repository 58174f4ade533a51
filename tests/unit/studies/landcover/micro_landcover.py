"""The landcover study in miniature: tiles of 16 px, and the record of a short training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from latentlab.studies.landcover.classes import CITIES, CLASSES
from latentlab.studies.landcover.describe import direction
from latentlab.studies.landcover.run_tiles import RunTiles
from latentlab.studies.landcover.tile_set import SPLITS, Tiles, TileSet, write_tiles

SIDE = 16


def micro_tiles(n: int, seed: int) -> Tiles:
    """Tiles of two halves, each of one colour, with noise; classes and cities at random."""
    random = np.random.default_rng(seed)
    colours = random.integers(20, 236, size=(n, 3, 2, 1)).repeat(SIDE // 2, axis=2)
    rgb = np.clip(colours + random.normal(0, 3, size=(n, 3, SIDE, SIDE)), 0, 255).astype(np.uint8)
    return Tiles(
        rgb=rgb,
        bands=(rgb[:, [0, 0, 1, 1, 2, 2, 0, 1]].astype(np.uint16) * 30),
        factors={
            "dominant": random.integers(len(CLASSES), size=n),
            "city": random.integers(len(CITIES), size=n),
            "site": 10 * seed + random.integers(4, size=n),  # those of other splits have other numbers
            "fractions": random.dirichlet(np.ones(len(CLASSES)), size=n),
            "mean_height_m": random.gamma(2.0, 3.0, size=n),
            "mean_colour": rgb.mean(axis=(2, 3)) / 255,
            "direction": direction(rgb),
        },
    )


def micro_run_tiles() -> RunTiles:
    return RunTiles(*(micro_tiles(n, seed) for seed, n in enumerate((48, 16, 40))))


def micro_set(path: Path) -> Path:
    """The same tiles as an artifact."""
    tiles = micro_run_tiles()
    splits = {name: getattr(tiles, name) for name in SPLITS}
    write_tiles(path, TileSet(splits, attributes={"source": "test", "pixel_m": 8.0}), rule="test", record={})
    return path


def micro_record(architectures: dict[str, Any], number: str = "8", **changed: Any) -> dict[str, Any]:
    """A record as the registry gives it."""
    return {
        "architecture": number,
        "layers": {part: architectures[number][part] for part in ("encoder", "decoder")},
        "latent": 6,
        "side": SIDE,
        "input": "rgb",
        "restores": "rgb",
        "loss": "mae",
        "variational": True,
        "beta": 1.0,
        "beta_schedule": "constant",
        "initialisation": "glorot",
        "learning_rate": 0.001,
        "batch": 8,
        "epochs": 2,
        "seed": 4,
        **changed,
    }
