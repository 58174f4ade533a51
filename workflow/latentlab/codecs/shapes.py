"""Channel numbers and image sides that a codec accepts: read before any job starts, so without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod


@dataclass(frozen=True)
class CodecShape:
    """Names and smallest values of a codec's channel numbers, and the divisor of its image sides.

    Attributes
    ----------
    channels : names of its channel numbers, in order.
    least_channels : smallest value of each.
    divisor : px; image sides are multiples of it. Four strides of 2 make 16, the hyperprior's two more 64
        (Schaefer, sec. 2.2.3).
    """

    channels: tuple[str, ...]
    least_channels: int
    divisor: int


CODEC_SHAPES = {
    "factorized": CodecShape(("N", "M"), 1, 16),
    "scale-hyperprior": CodecShape(("N", "M"), 1, 64),
    "mean-scale-hyperprior": CodecShape(("N", "M"), 1, 64),
    "joint-autoregressive": CodecShape(("N", "M"), 1, 64),
    "anchor": CodecShape(("N",), 1, 64),
    "attention": CodecShape(("N",), 2, 64),  # the attention block works in N // 2 channels
}


# Where a denoiser may act (Schaefer, figure 3.2b): z behind the hyperprior's analysis, z_hat before its
# synthesis, y behind the image's analysis, y_hat before its synthesis.
DENOISER_POSITIONS = ("z", "z_hat", "y", "y_hat")
DENOISER_WIDTHS = {"under-complete": 0.5, "complete": 1.0, "over-complete": 2.0}  # hidden units per latent
PIXELS_PER_LATENT = {"y": 16, "z": 64}  # px of the image's side that a latent pixel stands for


def latent_shape(channels: Sequence[int], side: int, position: str) -> tuple[int, int, int]:
    """Channels, rows and columns of the latents of a model with a hyperprior, for square images.

    Parameters
    ----------
    channels : the codec's: N and M, or N alone. side : px of the image.
    position : one of `DENOISER_POSITIONS`.
    """
    latent = position[0]
    size = side // PIXELS_PER_LATENT[latent]
    return channels[0 if latent == "z" else -1], size, size


def denoiser_sizes(latents: int, width: str, depth: int) -> list[int]:
    """Units of a fully connected denoiser's layers, input and output included (Schaefer, sec. 3.2, 4.2.2).

    Parameters
    ----------
    latents : numbers that go in and come out.
    width : a key of `DENOISER_WIDTHS`: as many hidden units as latents, half or twice as many.
    depth : number of hidden layers, of equal size.
    """
    hidden = max(1, round(DENOISER_WIDTHS[width] * latents))
    return [latents, *[hidden] * depth, latents]


def denoiser_parameters(
    channels: Sequence[int], side: int, positions: Sequence[str], width: str, depth: int
) -> int:
    """Weights and biases of the denoisers at all `positions` of a codec; arguments as above."""
    total = 0
    for position in positions:
        sizes = denoiser_sizes(prod(latent_shape(channels, side, position)), width, depth)
        total += sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))
    return total
