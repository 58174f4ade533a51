"""Tiles whose land cover is told by their colour and their stripes, with all factors."""

from __future__ import annotations

import numpy as np

from latentlab.studies.landcover.tile_set import Tiles

COLOURS = np.array([(60, 120, 50), (30, 60, 140), (170, 140, 90), (200, 90, 80), (120, 120, 120)])
SIDE = 32


def drawn_tiles(sites: tuple[int, ...], seed: int = 0) -> Tiles:
    """Sixteen tiles of 32 px a site, 4 x 4; a tile is of one class, with stripes of a known direction."""
    random = np.random.default_rng(seed)
    n = 16 * len(sites)
    dominant = random.permutation(np.arange(n) % len(COLOURS))
    angle = random.uniform(0, np.pi / 2, n)
    y, x = np.mgrid[:SIDE, :SIDE]
    phase = x * np.sin(angle)[:, None, None] + y * np.cos(angle)[:, None, None]  # along: angle from east
    stripes = 25 * np.sin(2 * np.pi * phase / 8)
    noise = random.normal(0, 8, (n, 1, SIDE, SIDE))
    rgb = COLOURS[dominant][:, :, None, None] + stripes[:, None] + noise
    row, column = np.divmod(np.arange(16), 4)
    fractions = np.eye(len(COLOURS))[dominant] * 0.8 + random.dirichlet(np.ones(5), n) * 0.2
    turn = np.exp(1j * np.array([2, 4]) * angle[:, None])
    factors = {
        "fractions": fractions.astype(np.float32),
        "dominant": dominant,
        "mean_height_m": random.uniform(0, 9, n).astype(np.float32),
        "mean_colour": (rgb.mean(axis=(2, 3)) / 255).astype(np.float32),
        "direction": np.stack([turn[:, 0].real, turn[:, 0].imag, turn[:, 1].real, turn[:, 1].imag], axis=1),
        "city": np.repeat(np.arange(len(sites)) % 2, 16),
        "site": np.repeat(sites, 16),
        "row": np.tile(row, len(sites)),
        "column": np.tile(column, len(sites)),
    }
    return Tiles(np.clip(rgb, 0, 255).astype(np.uint8), factors=factors)
