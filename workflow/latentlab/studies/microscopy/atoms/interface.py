"""An interface of two oxides: LSMO (perovskite) with grains of NiO (rock salt) in several rotations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.microscopy.atoms.columns import Columns, brightness, joined, lattice_points, turned
from latentlab.studies.microscopy.atoms.fields import MARGIN, patchwork, random_field, sampled

LSMO_A, LSMO_B, NIO = 0, 1, 2


def interface(
    spec: Mapping[str, Any], side: int, rng: np.random.Generator
) -> tuple[Columns, dict[str, np.ndarray]]:
    """A patchwork of grains, half LSMO, half NiO, each NiO grain turned by an angle of its own.

    Along [001], LSMO shows A columns (La, Sr) and B columns (Mn) of a square cell with 0.388 nm; NiO shows
    columns that hold Ni and O in turn, on a square grid of half its cell, 0.209 nm. Columns nearer than
    0.6 of NiO's spacing to one of another grain are left out.

    Parameters
    ----------
    spec : keys a (of LSMO, px), spacing (of NiO's columns, px), numbers (atomic: mean of A, B, Ni, O), grains
        (how many), largest_deg (rotation of a NiO grain), strain (random, rms).

    Returns
    -------
    columns : truth: phase (0 LSMO A, 1 LSMO B, 2 NiO), grain (int), orientation_rad (of the cell's edge),
        displacement (n, 2) px.
    maps : (side, side, ...): phase (0 LSMO, 1 NiO), grain, orientation_rad.
    """
    grains = patchwork(side, spec["grains"], spec["grains"], rng)
    common = rng.uniform(-0.1, 0.1)
    angles = np.full(spec["grains"], common)
    rotated = np.arange(spec["grains"]) % 2 == 1
    steps = np.linspace(0.0, math.radians(spec["largest_deg"]), max(rotated.sum(), 1))
    angles[rotated] += rng.permutation(steps[: rotated.sum()])
    noise = np.stack([random_field(grains.shape, spec["a"], rng) for _ in range(2)], axis=-1)

    parts = []
    for grain, angle in enumerate(angles):
        if rotated[grain]:
            x, y, _, _ = _square(spec["spacing"], angle, side)
            sites = [(NIO, x, y, (brightness(spec["numbers"][2]) + brightness(spec["numbers"][3])) / 2)]
        else:
            x, y, _, _ = _square(spec["a"], angle, side)
            half = np.add(turned(spec["a"] / 2, angle), turned(spec["a"] / 2, angle + np.pi / 2))
            sites = [
                (LSMO_A, x, y, brightness(spec["numbers"][0])),
                (LSMO_B, x + half[0], y + half[1], brightness(spec["numbers"][1])),
            ]
        for phase, x, y, weight in sites:
            here = sampled(grains, x, y, order=0) == grain
            x, y = x[here], y[here]
            moved = spec["strain"] * spec["a"] * sampled(noise, x, y)
            truth = {
                "phase": np.full(len(x), phase),
                "grain": np.full(len(x), grain),
                "orientation_rad": np.full(len(x), angle),
                "displacement": moved,
            }
            parts.append(Columns(x + moved[:, 0], y + moved[:, 1], np.full(len(x), weight), truth))
    columns = _apart(joined(parts), 0.6 * spec["spacing"])
    columns = Columns(columns.x, columns.y, columns.weight / columns.weight.max(), columns.truth)
    inner = grains[MARGIN:-MARGIN, MARGIN:-MARGIN]
    return columns, {
        "phase": rotated[inner].astype(int),
        "grain": inner,
        "orientation_rad": angles[inner],
    }


def _square(spacing: float, angle: float, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return lattice_points(turned(spacing, angle), turned(spacing, angle + np.pi / 2), side, MARGIN - 2)


def _apart(columns: Columns, distance: float) -> Columns:
    """Without the later of two columns that are nearer to each other than a distance in px."""
    from scipy.spatial import cKDTree

    pairs = cKDTree(np.stack([columns.x, columns.y], axis=1)).query_pairs(distance, output_type="ndarray")
    kept = np.ones(len(columns), dtype=bool)
    kept[pairs.max(axis=1)] = False
    return columns.where(kept)
