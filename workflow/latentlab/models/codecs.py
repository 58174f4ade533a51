"""The CompressAI codecs with one image channel in and out.

CompressAI's models take RGB images. A scattering pattern has one intensity a pixel, so the first
layer of the analysis transform g_a and the last of the synthesis transform g_s are replaced by ones
of a single channel (Schaefer, sec. 3.1); everything else is CompressAI's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from latentlab.codec_shapes import CODEC_SHAPES, CodecShape
from latentlab.models.compressai_import import (
    Cheng2020Attention,
    CompressionModel,
    FactorizedPrior,
    ResidualBlockWithStride,
    conv,
    deconv,
    subpel_conv3x3,
)


class MonoFactorizedPrior(FactorizedPrior):
    """Factorized prior of Ballé et al. 2018 (arXiv:1802.01436) for one image channel.

    Schaefer, sec. 2.2.2. `N` channels inside the transforms, `M` in the latent space.
    Input and output: float32 (batch, 1, H, W), H and W multiples of 16 px.
    """

    def __init__(self, N: int, M: int, **kwargs: Any) -> None:
        super().__init__(N, M, **kwargs)
        self.g_a[0] = conv(1, N)
        self.g_s[-1] = deconv(N, 1)


class MonoCheng2020Attention(Cheng2020Attention):
    """Attention codec of Cheng et al. 2020 (arXiv:2001.01568) for one image channel.

    Schaefer, sec. 2.2.6. `N` channels everywhere, the latent space included; CompressAI's version,
    with one Gaussian a latent and not the mixture of three of the paper.
    Input and output: float32 (batch, 1, H, W), H and W multiples of 64 px.

    In eval mode `forward` is not the codec: it rounds the latents without subtracting their predicted
    mean. Rates and images to report come from `latentlab.bitstream.encode` and `decode`.
    """

    def __init__(self, N: int, **kwargs: Any) -> None:
        super().__init__(N, **kwargs)
        self.g_a[0] = ResidualBlockWithStride(1, N, stride=2)
        self.g_s[-1] = subpel_conv3x3(N, 1, 2)


@dataclass(frozen=True)
class _Entry:
    build: Callable[..., CompressionModel]
    shape: CodecShape
    activations: tuple[str, ...]


_REGISTRY = {
    "factorized": _Entry(MonoFactorizedPrior, CODEC_SHAPES["factorized"], ("gdn",)),
    "attention": _Entry(MonoCheng2020Attention, CODEC_SHAPES["attention"], ("gdn",)),
}


def _entry(model: str) -> _Entry:
    if model not in _REGISTRY:
        raise ValueError(f"model: '{model}' is not a codec, expected one of: {', '.join(_REGISTRY)}")
    return _REGISTRY[model]


def build_codec(model: str, channels: Sequence[int], activation: str = "gdn") -> CompressionModel:
    """Build an untrained codec for images of one channel.

    Parameters
    ----------
    model : "factorized" (Schaefer, sec. 2.2.2) or "attention" (Schaefer, sec. 2.2.6).
    channels : numbers of channels: (N, M) for "factorized", (N,), at least 2, for "attention".
    activation : activation of the transforms: "gdn" (Schaefer, eq. 3.4 and 3.5).

    Returns
    -------
    CompressionModel : its `forward` takes float32 (batch, 1, H, W) with H and W multiples of
        `codec_divisor(model)` px, and returns {"x_hat": same shape, "likelihoods": {"y": ..., "z": ...}}.
        Before it can code, its tables must be made: `model.update(force=True, update_quantiles=True)`.

    Raises
    ------
    ValueError : unknown model or activation, wrong number or kind of channels.
    """
    entry = _entry(model)
    if activation not in entry.activations:
        known = ", ".join(entry.activations)
        raise ValueError(f"activation: '{activation}' is not one of model '{model}', expected: {known}")
    widths = list(channels)
    names = entry.shape.channels
    if len(widths) != len(names):
        raise ValueError(
            f"channels: model '{model}' takes {len(names)} ({', '.join(names)}), "
            f"found {len(widths)}; the numbers are {_known_channels()}"
        )
    least = entry.shape.least_channels
    if any(isinstance(width, bool) or not isinstance(width, int) or width < least for width in widths):
        raise ValueError(f"channels: model '{model}' takes integers of at least {least}, found {widths}")
    return entry.build(*widths)


def _known_channels() -> str:
    return "; ".join(f"{name}: {', '.join(entry.shape.channels)}" for name, entry in _REGISTRY.items())


def codec_divisor(model: str) -> int:
    """Factor, in px, that both sides of a codec's input must be a multiple of.

    Four strides of 2 make 16; the hyperprior's two more make 64 (Schaefer, sec. 2.2.3).

    Raises
    ------
    ValueError : unknown model.
    """
    return _entry(model).shape.divisor
