"""Channel numbers and image sides that a codec accepts: read before any job starts, so without torch."""

from __future__ import annotations

from dataclasses import dataclass


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
