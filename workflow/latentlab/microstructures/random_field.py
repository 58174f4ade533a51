"""Two-phase media: a Gaussian random field, thresholded at the level that gives the volume fraction."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy  # loads scipy.fft (a quarter of a second) when it is first accessed

from latentlab.microstructures.specification import REFERENCE_SIDE, Specification

LARGEST_SHARE = 0.25  # of the side, for a correlation length: longer ones leave only one feature in the image


@dataclass(frozen=True)
class RandomFields:
    """Images of thresholded Gaussian random fields: specification checked, lengths in px of the image."""

    side: int
    correlation_length: tuple[float, float]
    volume_fraction: tuple[float, float]
    anisotropy: tuple[float, float]
    angle_deg: tuple[float, float]

    @classmethod
    def of(cls, spec: Mapping[str, Any], side: int) -> RandomFields:
        """Random fields of a specification with the keys (each a range, drawn uniformly, or a number)

        correlation_length : px; l in the field's covariance exp(-r^2 / (2 l^2)), before the threshold.
        volume_fraction : share of phase 0, between 0 and 1; exact to within half a pixel.
        anisotropy : a >= 1: the lengths are l sqrt(a) along an axis, l / sqrt(a) across it (1 if not given).
        angle : of that axis, degrees from the columns' direction (to the right) towards the rows' (down); 0
            to 180 if not given.

        Raises
        ------
        ConfigError : see `generate`; or the longest length is more than a quarter of the image.
        """
        read = Specification(spec, ("correlation_length", "volume_fraction"), ("anisotropy", "angle"))
        low, high = read.interval("correlation_length", 0.1)
        anisotropy = read.interval("anisotropy", 1.0) if "anisotropy" in read else (1.0, 1.0)
        longest = high * math.sqrt(anisotropy[1])
        if longest > LARGEST_SHARE * REFERENCE_SIDE:
            raise read.error(
                "correlation_length",
                f"{longest:g} px (anisotropy included) is more than a quarter of {REFERENCE_SIDE} px",
            )
        scale = side / REFERENCE_SIDE
        return cls(
            side=side,
            correlation_length=(low * scale, high * scale),
            volume_fraction=read.interval("volume_fraction", 0.0, 1.0),
            anisotropy=anisotropy,
            angle_deg=read.interval("angle", 0.0, 180.0) if "angle" in read else (0.0, 180.0),
        )

    @property
    def fields(self) -> Mapping[str, tuple[str, tuple[int, ...], float]]:
        """correlation_length : float32, px of the image. anisotropy, angle_deg : float32."""
        return dict.fromkeys(("correlation_length", "anisotropy", "angle_deg"), ("float32", (), math.nan))

    def draw(self, rng: np.random.Generator, image: np.ndarray) -> dict[str, Any]:
        """Set the lowest values of one field to 0 in an image of ones (side, side); labels, see `fields`."""
        length, fraction = rng.uniform(*self.correlation_length), rng.uniform(*self.volume_fraction)
        anisotropy, angle_deg = rng.uniform(*self.anisotropy), rng.uniform(*self.angle_deg)
        field = gaussian_field(rng, self.side, length, anisotropy, angle_deg)
        wanted = math.floor(fraction * image.size + 0.5)
        # by rank, not by level: the number of pixels is correct even if values are equal
        image.reshape(-1)[np.argpartition(field, min(wanted, image.size - 1), axis=None)[:wanted]] = 0
        return {"correlation_length": length, "anisotropy": anisotropy, "angle_deg": angle_deg}


def gaussian_field(
    rng: np.random.Generator, side: int, length: float, anisotropy: float = 1.0, angle_deg: float = 0.0
) -> np.ndarray:
    """A periodic Gaussian random field by filtering white noise in Fourier space.

    Parameters
    ----------
    rng : draws the noise.
    side : of the field, px.
    length : l in px; the covariance is exp(-r^2 / (2 l^2)) up to a factor, summed over the periods.
    anisotropy, angle_deg : see `RandomFields.of`.

    Returns
    -------
    float64 (side, side); the variance is not normalised.

    Source: the covariance's Fourier transform is its spectral density (Wiener-Khinchin); the noise is
    multiplied by its square root.
    """
    rows = 2.0 * math.pi * np.fft.fftfreq(side)[:, None]
    columns = 2.0 * math.pi * np.fft.rfftfreq(side)[None, :]
    angle = math.radians(angle_deg)
    along = math.cos(angle) * columns + math.sin(angle) * rows
    across = math.cos(angle) * rows - math.sin(angle) * columns
    amplitude = np.exp(-0.25 * length**2 * (anisotropy * along**2 + across**2 / anisotropy))
    noise = scipy.fft.rfft2(rng.standard_normal((side, side)), workers=1)
    return scipy.fft.irfft2(noise * amplitude, s=(side, side), workers=1)
