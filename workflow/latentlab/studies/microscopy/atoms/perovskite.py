"""A ferroelectric perovskite ABO3 seen along [001]: two sublattices, polarisation and tilt domains."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.microscopy.atoms.columns import Columns, brightness, joined, lattice_points, turned
from latentlab.studies.microscopy.atoms.fields import MARGIN, patchwork, random_field, sampled, walls

SITE_A, SITE_B = 0, 1


def perovskite(
    spec: Mapping[str, Any], side: int, rng: np.random.Generator
) -> tuple[Columns, dict[str, np.ndarray]]:
    """A crystal with domains, and what is true at each pixel.

    The B column of a cell is displaced from the centre of its four A columns by the polarisation vector,
    which has one of four directions, 90 degrees apart, in each domain, and turns smoothly through the walls.
    Twins shear the lattice: its rows zigzag by the angle `tilt_deg`, so that half of that angle is rotation
    and half shear strain. Oxygen is not seen in HAADF.

    Parameters
    ----------
    spec : keys a (lattice constant, px), numbers (of A and B, atomic), polarisation (displacement, px),
        directions (4, or 2 for domains of opposite polarisation), domains (how many), wall (width, px),
        tilt_deg, twin (their width, px; 0 for none), strain (random, rms), rotation_deg (largest, of the
        crystal).
    side : of the image, px.

    Returns
    -------
    columns : truth: site (0 A, 1 B), domain (int), polarisation (n, 2) px, tilt_deg, strain (shear),
        displacement (n, 2) px from the ideal lattice.
    maps : (side, side, ...): domain, polarisation, tilt_deg, strain.
    """
    a, angle = spec["a"], math.radians(rng.uniform(-1, 1) * spec["rotation_deg"])
    kinds = spec["directions"]
    labels = patchwork(side, spec["domains"], kinds, rng)
    towards = angle + np.pi / 4 + 2 * np.pi * np.arange(kinds) / kinds  # cells' diagonals
    vectors = spec["polarisation"] * np.stack([np.cos(towards), -np.sin(towards)], axis=1)
    polarisation = walls(labels, vectors, spec["wall"])
    twins, tilt, strain = _twins(spec, side, angle)
    noise = np.stack([random_field(labels.shape, a, rng) for _ in range(2)], axis=-1)
    displacement = twins + spec["strain"] * a * noise

    parts = []
    for site, shift in ((SITE_A, 0.0), (SITE_B, 0.5)):
        x, y, _, _ = lattice_points(turned(a, angle), turned(a, angle + np.pi / 2), side, MARGIN - 2)
        half = np.add(turned(a * shift, angle), turned(a * shift, angle + np.pi / 2))
        x, y = x + half[0], y + half[1]
        vector = sampled(polarisation, x, y)
        moved = sampled(displacement, x, y) + (vector if site == SITE_B else 0.0)
        parts.append(
            Columns(
                x + moved[:, 0],
                y + moved[:, 1],
                np.full(len(x), brightness(spec["numbers"][site])),
                {
                    "site": np.full(len(x), site),
                    "domain": sampled(labels, x, y, order=0),
                    "polarisation": vector,
                    "tilt_deg": sampled(tilt, x, y),
                    "strain": sampled(strain, x, y),
                    "displacement": moved,
                },
            )
        )
    inner = (slice(MARGIN, -MARGIN),) * 2
    maps = {"domain": labels, "polarisation": polarisation, "tilt_deg": tilt, "strain": strain}
    return _largest_one(joined(parts)), {name: values[inner] for name, values in maps.items()}


def _twins(spec: Mapping[str, Any], side: int, angle: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Displacement (h, w, 2) in px of twins, and the local rotation in degrees and shear strain that they
    bring."""
    shape = (side + 2 * MARGIN,) * 2
    if not spec["twin"]:
        return np.zeros((*shape, 2)), np.full(shape, math.degrees(angle)), np.zeros(shape)
    rows, columns = np.indices(shape) - MARGIN - (side - 1) / 2
    along = np.array(turned(1.0, angle))  # normal of the twin walls
    rise = np.array(turned(1.0, angle + np.pi / 2))
    phase = (columns * along[0] + rows * along[1]) / spec["twin"] + 0.5
    number = np.floor(phase).astype(int)
    sign = np.where(number % 2 == 0, 1.0, -1.0)
    zigzag = spec["twin"] * np.where(number % 2 == 0, phase - number, 1 - (phase - number))
    slope = math.tan(math.radians(spec["tilt_deg"]))
    tilt = math.degrees(angle) + sign * math.degrees(math.atan(slope) / 2)
    return slope * zigzag[..., None] * rise, tilt, sign * slope / 2


def _largest_one(columns: Columns) -> Columns:
    return Columns(columns.x, columns.y, columns.weight / columns.weight.max(), columns.truth)
