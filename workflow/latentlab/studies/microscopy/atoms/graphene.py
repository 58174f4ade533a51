"""Graphene with silicon under the beam: holes grow, silicon gathers at their edges, order is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from latentlab.studies.microscopy.atoms.columns import Columns, brightness, lattice_points, turned
from latentlab.studies.microscopy.atoms.fields import MARGIN, random_field, sampled

CARBON, SILICON = 6, 14
LATTICE, DOPANT, DEFECT = 0, 1, 2  # truth "class"
NEIGHBOUR = 1.3  # bond lengths up to which two atoms are neighbours
STRAINED = 0.2  # bond lengths: rms deviation of the bonds from those of the perfect lattice


def graphene(spec: Mapping[str, Any], side: int, steps: int, rng: np.random.Generator) -> list[Columns]:
    """The same sheet at several times of a beam-damage sequence.

    At time t from 0 to 1, atoms within a radius that grows with t around a few places are gone; the others
    are displaced by a random field whose amplitude grows with t and falls off with the distance from the
    hole's edge; atoms nearer than 0.8 bond lengths are pushed apart. Silicon sits on lattice places from the
    start, and takes places of the holes' edges as time goes on. It is a stand-in for what is seen, no
    dynamics.

    Parameters
    ----------
    spec : keys bond (px), dopants (share of places), holes (how many), radius (largest, bond lengths),
        edge_silicon (share of edge places at the end), disorder (rms displacement at the edge at the end,
        bond lengths), decay (bond lengths).
    side : px. steps : times.

    Returns
    -------
    Of each time, columns with truth: class (0 lattice, 1 dopant, 2 defect: not three neighbours, or bonds
    that deviate by more than 0.2 bond lengths rms), number (atomic), orientation_rad (of a bond; the two
    sublattices differ by 60 degrees), displacement (n, 2) px, strain (rms deviation of bonds, bond lengths).
    """
    bond, angle = spec["bond"], rng.uniform(0, np.pi / 3)
    x, y, orientation = _honeycomb(bond, angle, side)
    number = np.where(rng.uniform(size=len(x)) < spec["dopants"], SILICON, CARBON)
    holes = rng.uniform(0.2, 0.8, size=(spec["holes"], 2)) * side
    pace = rng.uniform(0.5, 1.0, size=spec["holes"])
    shape = (side + 2 * MARGIN,) * 2
    noise = np.stack([random_field(shape, bond / 2, rng) for _ in range(2)], axis=-1)
    turn = rng.uniform(size=len(x))  # at which time an edge place takes silicon

    frames = []
    for time in np.linspace(0.0, 1.0, steps):
        distance = np.hypot(x[:, None] - holes[:, 0], y[:, None] - holes[:, 1])
        beyond = (distance - time * pace * spec["radius"] * bond).min(axis=1)
        kept = (beyond > 0) | (time == 0)
        amplitude = time * spec["disorder"] * bond * np.exp(-np.maximum(beyond, 0) / (spec["decay"] * bond))
        moved = amplitude[:, None] * sampled(noise, x, y)
        edge = kept & (beyond < 1.2 * bond) & (turn < time * spec["edge_silicon"])
        numbers = np.where(edge, SILICON, number)[kept]
        places = _pushed_apart(np.stack([x, y], axis=1)[kept] + moved[kept], 0.8 * bond)
        truth = {
            "number": numbers,
            "orientation_rad": orientation[kept],
            "displacement": places - np.stack([x, y], axis=1)[kept],
        }
        weight = np.where(numbers == SILICON, 1.0, brightness(CARBON) / brightness(SILICON))
        frames.append(_classified(Columns(*places.T, weight, truth), bond))
    return frames


def _honeycomb(bond: float, angle: float, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of a honeycomb and the direction of one of each place's three bonds, rad."""
    length = np.sqrt(3) * bond
    x, y, _, _ = lattice_points(
        turned(length, angle - np.pi / 6), turned(length, angle + np.pi / 6), side, MARGIN - 2
    )
    step = turned(bond, angle)
    both = np.concatenate([x, x + step[0]]), np.concatenate([y, y + step[1]])
    orientation = np.concatenate([np.full(len(x), angle), np.full(len(x), angle + np.pi)])
    return *both, orientation


def _pushed_apart(places: np.ndarray, distance: float, rounds: int = 6) -> np.ndarray:
    """Places (n, 2), of which those nearer than a distance move apart, half each."""
    places = places.copy()
    for _ in range(rounds):
        pairs = cKDTree(places).query_pairs(distance, output_type="ndarray")
        if not len(pairs):
            break
        apart = places[pairs[:, 1]] - places[pairs[:, 0]]
        length = np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-6)
        step = 0.5 * (distance - length) * apart / length
        np.add.at(places, pairs[:, 0], -step)
        np.add.at(places, pairs[:, 1], step)
    return places


def _classified(columns: Columns, bond: float) -> Columns:
    """With the truth "class" and "strain" by each column's neighbours."""
    places = np.stack([columns.x, columns.y], axis=1)
    distance, neighbour = cKDTree(places).query(places, k=5, distance_upper_bound=NEIGHBOUR * bond)
    counted = np.isfinite(distance[:, 1:]).sum(axis=1)
    nearest = np.where(np.isfinite(distance[:, 1:4]), neighbour[:, 1:4], np.arange(len(places))[:, None])
    bonds = places[nearest] - places[:, None]
    towards = columns.truth["orientation_rad"][:, None] + 2 * np.pi / 3 * np.arange(3)
    ideal = bond * np.stack([np.cos(towards), -np.sin(towards)], axis=-1)
    # each bond against the ideal one that is nearest in direction
    off = np.linalg.norm(bonds[:, :, None] - ideal[:, None], axis=-1).min(axis=2)
    strain = np.sqrt(np.mean(off**2, axis=1)) / bond
    defect = (counted != 3) | (strain > STRAINED)
    kind = np.where(columns.truth["number"] == SILICON, DOPANT, np.where(defect, DEFECT, LATTICE))
    return columns.with_truth(**{"class": kind, "strain": strain})
