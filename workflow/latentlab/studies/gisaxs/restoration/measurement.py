"""A simulated measurement: the photon counts that a detector records of a pattern, and where it records none.

What real frames have and simulated patterns have not is added: background, point spread, gaps, dead pixels,
beam stop, shadow. The expectation of the counts, not the sharp pattern, is what a restoration looks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from latentlab.studies.gisaxs.restoration.masks import random_mask


@dataclass(frozen=True)
class Measured:
    """One measurement.

    Attributes
    ----------
    expectation : float32 (h, w), photons expected per pixel, also where nothing is measured: pattern
        and background, after the point spread.
    counts : float32 (h, w), photons counted, Poisson distributed about it; 0 where masked.
    mask : bool (h, w), True where nothing is measured.
    gaps : bool (h, w), the part of the mask that is gaps between modules and dead pixels, that is, without
        beam stop and shadow, behind which there is no telling.
    """

    expectation: np.ndarray
    counts: np.ndarray
    mask: np.ndarray
    gaps: np.ndarray


def measure(
    pattern: np.ndarray,
    photons: float,
    settings: Mapping[str, Any],
    rng: np.random.Generator,
    beam_row: float | None = None,
) -> Measured:
    """Measure a clean pattern.

    Parameters
    ----------
    pattern : (h, w), intensity in any unit, >= 0. photons : of the pattern expected in the whole image,
        without background.
    settings : see `add_background` and `masks.random_mask`; `point_spread_px`, lowest and highest standard
        deviation of a Gaussian, px.
    rng : random number generator; draws in a fixed order, so that a seed gives the same measurement.
    beam_row : of the specular beam, px; None for a random one.

    Raises
    ------
    ValueError : photons not positive, or a pattern that is not two-dimensional, has negative or not finite
        values, or no intensity.
    """
    pattern = np.asarray(pattern, dtype=np.float64)
    if pattern.ndim != 2 or not np.isfinite(pattern).all() or (pattern < 0).any() or not pattern.any():
        raise ValueError("pattern must be a two-dimensional image, finite, >= 0, and not 0 everywhere")
    if not 0 < photons < np.inf:
        raise ValueError(f"photons is {photons}, expected a positive number")
    expected = add_background(pattern * (photons / pattern.sum()), photons, settings, rng, beam_row)
    expected = gaussian_filter(expected, rng.uniform(*settings["point_spread_px"]), mode="nearest")
    return counted(expected, settings, rng)


def add_background(
    expected: np.ndarray,
    photons: float,
    settings: Mapping[str, Any],
    rng: np.random.Generator,
    beam_row: float | None = None,
) -> np.ndarray:
    """Add a constant and a power law about the specular beam, (r^2 + r0^2)^(-p / 2).

    Parameters
    ----------
    expected : float64 (h, w), photons per pixel. photons : that the two shares refer to.
    settings : `background` and `halo`, lowest and highest number of background photons, drawn log-uniformly,
        relative to `photons`; `halo_exponent`, of p; `halo_core_px`, of r0.
    beam_row : of the specular beam in column 0, px; None for a random one in the first quarter of the rows.

    Returns
    -------
    float64 (h, w), photons per pixel.
    """
    constant, halo = (np.exp(rng.uniform(*np.log(settings[name]))) for name in ("background", "halo"))
    exponent, core = rng.uniform(*settings["halo_exponent"]), rng.uniform(*settings["halo_core_px"])
    drawn_row = rng.uniform(0, len(expected) / 4)
    power = power_law(expected.shape, drawn_row if beam_row is None else beam_row, exponent, core)
    return expected + photons * (constant / expected.size + halo * power / power.sum())


def power_law(shape: tuple[int, int], beam_row: float, exponent: float, core: float) -> np.ndarray:
    """(r^2 + core^2)^(-exponent / 2), r the distance from row `beam_row` and column 0, px: float64 (h, w)."""
    row, column = np.arange(shape[0])[:, None] - beam_row, np.arange(shape[1])
    return (row**2 + column**2 + core**2) ** (-exponent / 2)


def counted(
    expected: np.ndarray,
    settings: Mapping[str, Any],
    rng: np.random.Generator,
    *,
    roughness: float = 0.0,
    hit: bool = False,
) -> Measured:
    """Count photons about an expectation (h, w), photons per pixel, and mask the image at random.

    roughness : relative standard deviation of a gamma distributed factor on each pixel's expectation, which
        the expectation that is returned has not: the counts are then negative binomial numbers.
    settings, hit : see `masks.random_mask`.
    """
    mask, gaps = random_mask(expected.shape, settings, rng, hit=hit)
    factor = rng.gamma(roughness**-2, roughness**2, expected.shape) if roughness else 1.0
    counts = np.where(mask, 0, rng.poisson(expected * factor))
    return Measured(expected.astype(np.float32), counts.astype(np.float32), mask, gaps)
