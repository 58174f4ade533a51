"""Images that the restoration is trained on: simulated patterns and random smooth images, in many versions.

Real frames have halos, streaks, rings and shadows that no simulated pattern has. A network that has seen only
simulations recognises them in everything; so in about half of the images another smooth positive image takes
the pattern's place, or is multiplied with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

from latentlab.studies.gisaxs.restoration.measurement import Measured, add_background, counted

PIXELS = 256 * 256  # of the pattern that a photon budget refers to
LONGEST = 1.0  # longest correlation length of a random field, relative to the image's side
SHORTEST_PX = 2.5
# Relative scatter of single pixels beyond counting noise, in half of the images: real frames scatter as
# negative binomial numbers of some 30 successes, that is, by 0.18.
ROUGHNESS = (0.02, 0.25)


def training_measurement(
    log_patterns: np.ndarray, size: int, settings: Mapping[str, Any], rng: np.random.Generator
) -> Measured:
    """One training image, measured.

    Parameters
    ----------
    log_patterns : float32 (n, side, side), log10 of the intensity of clean patterns that may be drawn.
    size : of the training image, px.
    settings : of config/gisaxs.yaml, restoration: `photons`, the lowest and highest budget of a 256 x 256
        pattern; `measurement`, see `measurement.measure`; `smooth_share`, of images without a pattern.
    rng : random number generator.
    """
    measurement = settings["measurement"]
    photons = np.exp(rng.uniform(*np.log(settings["photons"])))
    if rng.random() < settings["smooth_share"]:
        image = 10.0 ** smooth_log_image(size, rng)
        expected = image * (photons / PIXELS / image.mean())
    else:
        expected = pattern_part(log_patterns, size, rng) * photons
        if rng.random() < 0.5:
            expected = expected * 10.0 ** random_field(size, rng.uniform(0, 0.5), rng)
    for feature, chance in ((streak, 0.3), (peak, 0.15)):
        if rng.random() < chance:
            expected = expected + feature(size, rng) * expected.max() * 10.0 ** rng.uniform(-3, 0.5)
    expected = add_background(expected, photons * size**2 / PIXELS, measurement, rng)
    if rng.random() < 0.1:
        expected = expected * shadow_edge(size, rng)
    expected = gaussian_filter(expected, rng.uniform(*measurement["point_spread_px"]), mode="nearest")
    roughness = np.exp(rng.uniform(*np.log(ROUGHNESS))) if rng.random() < 0.5 else 0.0
    return counted(turned(expected, rng), measurement, rng, roughness=roughness, hit=rng.random() < 0.8)


def turned(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One of the eight rotations and reflections of a square image."""
    image = image[:: rng.choice([1, -1]), :: rng.choice([1, -1])]
    return image.T if rng.random() < 0.5 else image


def pattern_part(log_patterns: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """A random part of a random pattern, at half, its own or double resolution, as a share of the pattern.

    Returns
    -------
    float64 (size, size); the whole pattern would have the sum 1 at each resolution.
    """
    pattern = log_patterns[rng.integers(len(log_patterns))]
    scale = rng.choice([0.5, 1.0, 1.0, 2.0])
    needed = min(int(np.ceil(size / scale)), len(pattern))
    row, column = rng.integers(0, len(pattern) - needed + 1, 2)
    part = pattern[row : row + needed, column : column + needed].astype(np.float64)
    if needed != size:
        part = zoom(part, size / needed, order=1, grid_mode=True, mode="nearest")
    total = (10.0 ** pattern.astype(np.float64)).sum()
    return 10.0**part / (total * (len(part) / needed) ** 2)


def smooth_log_image(size: int, rng: np.random.Generator) -> np.ndarray:
    """log10 of a smooth positive image (size, size): a slope, random fields, rings about a random centre."""
    row, column = np.mgrid[:size, :size] / size
    angle = rng.uniform(0, 2 * np.pi)
    image = rng.uniform(0, 2.5) * (np.cos(angle) * row + np.sin(angle) * column)
    for _ in range(rng.integers(1, 4)):
        image = image + random_field(size, rng.exponential(0.4), rng)
    if rng.random() < 0.5:
        centre = rng.uniform(-1.5, 2.5, 2)
        radius = np.hypot(row - centre[0], column - centre[1]) * size
        curve = random_field(512, rng.exponential(0.6), rng, dimensions=1)
        image = image + np.interp(radius, np.linspace(0, 4 * size, 512), curve)
    return image


def random_field(size: int, amplitude: float, rng: np.random.Generator, *, dimensions: int = 2) -> np.ndarray:
    """A Gaussian random field of random correlation length, periodic, of standard deviation `amplitude`.

    Its spectrum falls as a Gaussian or as a power of the frequency, the same in all directions or not.

    Returns
    -------
    float64 (size, size), or (size,) for one dimension.
    """
    lengths = np.exp(rng.uniform(np.log(SHORTEST_PX), np.log(LONGEST * size)) + rng.uniform(-0.5, 0.5, 2))
    frequency = 2 * np.pi * np.fft.rfftfreq(size)
    square = (lengths[0] * frequency) ** 2
    if dimensions == 2:
        square = (lengths[1] * 2 * np.pi * np.fft.fftfreq(size)[:, None]) ** 2 + square
    power = rng.choice([0.0, 1.5, 2.0])
    spectrum = np.exp(-square / 4) if power == 0 else (1 + square) ** -power
    white = np.fft.rfftn(rng.standard_normal((size,) * dimensions))
    white.flat[0] = 0  # no mean
    field = np.fft.irfftn(white * spectrum, s=(size,) * dimensions, axes=range(dimensions))
    return field * (amplitude / max(field.std(), 1e-30))


def streak(size: int, rng: np.random.Generator) -> np.ndarray:
    """A narrow line of intensity with Lorentzian sides, maximum 1, as the specular rod: (size, size)."""
    angle = rng.choice([0.0, np.pi / 2, rng.uniform(0, np.pi)]) + rng.normal(0, 0.02)
    row, column = np.mgrid[:size, :size] - rng.uniform(0, size, 2)[:, None, None]
    across, along = (
        row * np.cos(angle) + column * np.sin(angle),
        column * np.cos(angle) - row * np.sin(angle),
    )
    width = np.exp(rng.uniform(np.log(0.7), np.log(8.0)))
    decay = np.exp(rng.uniform(np.log(5.0), np.log(4.0 * size)))
    return np.exp(-np.abs(along) / decay) / (1 + (across / width) ** 2)


def peak(size: int, rng: np.random.Generator) -> np.ndarray:
    """A narrow peak with power-law sides, maximum about 1, as a specular or a Bragg peak: (size, size)."""
    row, column = np.mgrid[:size, :size] - rng.uniform(0, size, 2)[:, None, None]
    width = np.exp(rng.uniform(np.log(0.7), np.log(8.0)))
    return (1 + (row**2 + column**2) / width**2) ** -rng.uniform(1, 3)


def shadow_edge(size: int, rng: np.random.Generator) -> np.ndarray:
    """Transmission of an obstacle with a straight edge that no mask marks: (size, size), 1 beside it."""
    angle = rng.uniform(0, 2 * np.pi)
    row, column = np.mgrid[:size, :size] - rng.uniform(0, size, 2)[:, None, None]
    behind = 1 / (1 + np.exp(-np.clip(2 * (row * np.cos(angle) + column * np.sin(angle)), -50, 50)))
    return 1 - behind * rng.uniform(0.1, 0.95)
