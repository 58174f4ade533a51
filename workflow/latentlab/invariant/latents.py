"""What an encoder says of images, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Latents:
    """Latents of n images, float32; NumPy arrays or torch tensors. None where the model has no such part.

    Attributes
    ----------
    continuous, continuous_deviation : (n, latent), mean and standard deviation of the posterior.
    angle, angle_deviation : (n,) rad, in (-pi, pi], positive = counter-clockwise as displayed with row 0 at
        the top: by this angle the canonical image is turned.
    offset, offset_deviation : (n, 2), where the canonical image's centre lies: x to the right, y downwards,
        half sides of the image from its centre.
    scale, scale_deviation : (n,), factor by which the canonical image is enlarged, and the standard deviation
        of its logarithm.
    classes : (n, K) probabilities.
    """

    continuous: Any
    continuous_deviation: Any = None
    angle: Any = None
    angle_deviation: Any = None
    offset: Any = None
    offset_deviation: Any = None
    scale: Any = None
    scale_deviation: Any = None
    classes: Any = None
