"""A scanned scene of nanoparticles: the structure image, and the spectrum at each probe position.

The structure image is a dark-field image with thickness contrast. Images and spectra are shown to networks
as the square root of their counts, whose noise is the same everywhere (Bartlett 1936). Probe positions of
spectra are the corners
between four pixels, so that a patch with an even side has its probe position exactly in the middle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latentlab.studies.microscopy.plasmonics.particles import Particles, place_particles
from latentlab.studies.microscopy.plasmonics.spectra import loss, modes_of, zero_loss_tail

PIXEL_NM = 4.0
FINE = 4  # points per pixel side, of the thickness in a pixel
FULL_THICKNESS_NM = 40.0  # white in the structure image
BACKGROUND = 0.04  # of the structure image: the support
FULL_LOSS = 0.03  # probability per eV that a spectrum's root 1 stands for


@dataclass(frozen=True)
class Scene:
    """Particles, and the structure image (side, side): square root of noisy counts, 0 to 1."""

    particles: Particles
    image: np.ndarray


def draw_scene(spec: Mapping[str, Any], rng: np.random.Generator) -> Scene:
    """Draw a scene.

    Parameters
    ----------
    spec : `particles` (asked for), `side` in px, `spacing_nm` between particles, `image_dose` in electrons
        that a white pixel scatters to the detector. rng : source of randomness.
    """
    side = spec["side"]
    particles = place_particles(spec["particles"], side * PIXEL_NM, spec["spacing_nm"], rng)
    expected = BACKGROUND + (1 - BACKGROUND) * thickness_image(particles, side) / FULL_THICKNESS_NM
    counts = rng.poisson(spec["image_dose"] * expected)
    return Scene(particles, np.sqrt(np.minimum(counts / spec["image_dose"], 1)).astype(np.float32))


def thickness_image(particles: Particles, side: int) -> np.ndarray:
    """Mean thickness in each pixel, nm: (side, side)."""
    image = np.zeros((side, side))
    steps = (np.arange(FINE) + 0.5) / FINE
    for place in range(len(particles)):
        one = particles.select(np.array([place]))
        radius = np.hypot(one.reach[0], one.width[0] / 2)
        first = np.maximum(0, np.floor((one.centre[0] - radius) / PIXEL_NM)).astype(int)
        last = np.minimum(side, np.ceil((one.centre[0] + radius) / PIXEL_NM)).astype(int)
        x, y = (
            (np.arange(a, b)[:, None] + steps).ravel() * PIXEL_NM for a, b in zip(first, last, strict=True)
        )
        points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        fine = one.thickness(points)[0].reshape(len(y) // FINE, FINE, len(x) // FINE, FINE)
        image[first[1] : last[1], first[0] : last[0]] += fine.mean(axis=(1, 3))
    return image


def corners(side: int, patch: int) -> np.ndarray:
    """Corners (row, column) of a scene around which a patch fits, int (k, 2): probe positions."""
    line = np.arange(patch // 2, side - patch // 2 + 1)
    return np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)


def points_of(places: np.ndarray) -> np.ndarray:
    """Corners (k, 2), (row, column), as points (x, y) in nm."""
    return PIXEL_NM * places[:, ::-1].astype(float)


def patches(image: np.ndarray, places: np.ndarray, patch: int) -> np.ndarray:
    """Patches of an image around corners (k, 2): (k, patch, patch)."""
    windows = np.lib.stride_tricks.sliding_window_view(image, (patch, patch))
    return windows[places[:, 0] - patch // 2, places[:, 1] - patch // 2]


def expected_counts(
    particles: Particles, points: np.ndarray, energies_ev: np.ndarray, dose: float
) -> np.ndarray:
    """Mean counts of each channel at points (k, 2) in nm: (k, channels); `dose` electrons a point."""
    channel = energies_ev[1] - energies_ev[0]
    return dose * channel * (loss(particles, points, energies_ev) + zero_loss_tail(energies_ev))


def root_counts(counts: np.ndarray, energies_ev: np.ndarray, dose: float) -> np.ndarray:
    """Square root of counts in units of that of `FULL_LOSS`, float32; the noise has the same size
    everywhere."""
    full = dose * (energies_ev[1] - energies_ev[0]) * FULL_LOSS
    return np.sqrt(counts / full).astype(np.float32)


def factors_of(particles: Particles, points: np.ndarray) -> dict[str, np.ndarray]:
    """What is known at points (k, 2): of the particle whose edge is nearest.

    `class` its kind (int, index in KINDS), `length_nm` of the whole particle, `aspect`, `gap_nm`,
    `angle_rad`,
    `energy_ev` of its lowest plasmon, `edge_distance_nm`, negative inside, and `particle`, its number.
    """
    distances = particles.edge_distance(points)
    nearest = distances.argmin(axis=0)
    modes = modes_of(particles)
    lowest = np.full(len(particles), np.inf)
    np.minimum.at(lowest, modes.particle, modes.energy_ev)
    values = {
        "class": particles.kind,
        "length_nm": 2 * particles.reach,
        "aspect": particles.aspect,
        "gap_nm": particles.gap,
        "angle_rad": particles.angle,
        "energy_ev": lowest,
    }
    found = {name: each[nearest] for name, each in values.items()}
    return {**found, "edge_distance_nm": distances.min(axis=0), "particle": nearest}
