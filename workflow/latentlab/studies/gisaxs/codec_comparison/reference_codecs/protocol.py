"""What every lossy codec of the comparison can do, and the log scale that reference codecs work on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from latentlab.log_scale import DECADES, FLOOR


class Codec(Protocol):
    """One codec at one setting."""

    def encode(self, image: np.ndarray) -> bytes:
        """Bytes of a float32 image (side, side), relative to its maximum: dimensionless, 0 to 1."""
        ...

    def decode(self, data: bytes, side: int) -> np.ndarray:
        """Float32 image (side, side), relative to its maximum, from the bytes of `encode`."""
        ...


CodecLevels = Mapping[str, Mapping[str, Codec]]
"""By the codec's name, then by its setting, coarsest first; a codec is one curve in the figures."""


def to_log_scale(image: np.ndarray) -> np.ndarray:
    """log10 of relative intensity, six decades below 1 mapped to [0, 1]; values outside are clipped.

    The scale of `latentlab.metrics.log_scaled`, in which the comparison measures distortion.

    Parameters
    ----------
    image : floating (side, side), relative to its maximum: dimensionless.

    Returns
    -------
    float32 (side, side), dimensionless. Raises ValueError where a pixel is not finite or is negative.
    """
    image = checked_image(image)
    relative = np.clip(image, FLOOR, 1.0)
    return (1 + np.log10(relative) / DECADES).astype(np.float32)


def from_log_scale(scaled: np.ndarray) -> np.ndarray:
    """Relative intensity, float32, of the log scale (any shape): the inverse of `to_log_scale`."""
    scaled = np.clip(scaled, 0.0, 1.0).astype(np.float64)
    return (10.0 ** (DECADES * (scaled - 1))).astype(np.float32)


def checked_image(image: np.ndarray) -> np.ndarray:
    """The image as an array (side, side).

    Raises
    ------
    ValueError : not square, not floating, or with a pixel that is negative or not finite.
    """
    image = np.asarray(image)
    if image.ndim != 2 or image.shape[0] != image.shape[1] or image.dtype.kind != "f":
        raise ValueError(
            f"image is {image.dtype} of shape {image.shape}, expected a floating array (side, side)"
        )
    if not np.isfinite(image).all() or (image < 0).any():
        raise ValueError(
            "image has pixels that are negative or not finite, expected intensities of 0 or more"
        )
    return image
