"""The CompressAI codecs with one image channel in and out.

CompressAI's models take RGB images. A scattering pattern has one intensity per pixel, so the first
layer of the analysis transform g_a and the last of the synthesis transform g_s are replaced by layers
with a single channel (Schaefer, sec. 3.1); everything else is CompressAI's.

All take and return float32 (batch, 1, H, W); `N` channels are inside the transforms and `M` in the latent
space. In eval mode the `forward` of the three autoregressive models differs from the codec: it rounds the
latents without subtracting their predicted mean. Rates and images to report come from `latentlab.bitstream`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from latentlab.codecs.compressai_import import (
    Cheng2020Anchor,
    Cheng2020Attention,
    CompressionModel,
    FactorizedPrior,
    FactorizedPriorReLU,
    JointAutoregressiveHierarchicalPriors,
    MeanScaleHyperprior,
    ResidualBlockWithStride,
    ScaleHyperprior,
    conv,
    deconv,
    subpel_conv3x3,
)
from latentlab.codecs.shapes import CODEC_SHAPES, CodecShape


class MonoFactorizedPrior(FactorizedPrior):
    """Factorized prior of Ballé et al. 2018 (arXiv:1802.01436) with GDN. Schaefer, sec. 2.2.2.

    H and W multiples of 16 px.
    """

    def __init__(self, N: int, M: int, **kwargs: Any) -> None:
        super().__init__(N, M, **kwargs)
        self.g_a[0] = conv(1, N)
        self.g_s[-1] = deconv(N, 1)


class MonoFactorizedPriorReLU(FactorizedPriorReLU):
    """The same with ReLU in place of GDN (Schaefer, sec. 4.2.2). H and W multiples of 16 px."""

    def __init__(self, N: int, M: int, **kwargs: Any) -> None:
        super().__init__(N, M, **kwargs)
        self.g_a[0] = conv(1, N)
        self.g_s[-1] = deconv(N, 1)


class MonoScaleHyperprior(ScaleHyperprior):
    """Scale hyperprior of Ballé et al. 2018 (arXiv:1802.01436). Schaefer, sec. 2.2.3.

    H and W multiples of 64 px.
    """

    def __init__(self, N: int, M: int, **kwargs: Any) -> None:
        super().__init__(N, M, **kwargs)
        self.g_a[0] = conv(1, N)
        self.g_s[-1] = deconv(N, 1)


class MonoMeanScaleHyperprior(MeanScaleHyperprior):
    """Mean and scale hyperprior of Minnen et al. 2018 (arXiv:1809.02736). Schaefer, sec. 2.2.4.

    H and W multiples of 64 px.
    """

    def __init__(self, N: int, M: int, **kwargs: Any) -> None:
        super().__init__(N, M, **kwargs)
        self.g_a[0] = conv(1, N)
        self.g_s[-1] = deconv(N, 1)


class MonoJointAutoregressive(JointAutoregressiveHierarchicalPriors):
    """Joint autoregressive and hierarchical prior of Minnen et al. 2018 (arXiv:1809.02736).

    Schaefer, sec. 2.2.5. H and W multiples of 64 px.
    """

    def __init__(self, N: int, M: int, **kwargs: Any) -> None:
        super().__init__(N, M, **kwargs)
        self.g_a[0] = conv(1, N)
        self.g_s[-1] = deconv(N, 1)


class MonoCheng2020Anchor(Cheng2020Anchor):
    """Anchor codec of Cheng et al. 2020 (arXiv:2001.01568): residual blocks, no attention.

    Schaefer, sec. 2.2.6. `N` channels everywhere, the latent space included; CompressAI's version,
    with one Gaussian per latent instead of the paper's mixture of three. H and W multiples of 64 px.
    """

    def __init__(self, N: int, **kwargs: Any) -> None:
        super().__init__(N, **kwargs)
        self.g_a[0] = ResidualBlockWithStride(1, N, stride=2)
        self.g_s[-1] = subpel_conv3x3(N, 1, 2)


class MonoCheng2020Attention(Cheng2020Attention):
    """Attention codec of Cheng et al. 2020 (arXiv:2001.01568): the anchor with attention blocks.

    Schaefer, sec. 2.2.6. Otherwise as `MonoCheng2020Anchor`.
    """

    def __init__(self, N: int, **kwargs: Any) -> None:
        super().__init__(N, **kwargs)
        self.g_a[0] = ResidualBlockWithStride(1, N, stride=2)
        self.g_s[-1] = subpel_conv3x3(N, 1, 2)


@dataclass(frozen=True)
class _Entry:
    """A model's class by activation, and its shape."""

    build: Mapping[str, Callable[..., CompressionModel]]
    shape: CodecShape


_CLASSES: dict[str, dict[str, Callable[..., CompressionModel]]] = {
    "factorized": {"gdn": MonoFactorizedPrior, "relu": MonoFactorizedPriorReLU},
    "scale-hyperprior": {"gdn": MonoScaleHyperprior},
    "mean-scale-hyperprior": {"gdn": MonoMeanScaleHyperprior},
    "joint-autoregressive": {"gdn": MonoJointAutoregressive},
    "anchor": {"gdn": MonoCheng2020Anchor},
    "attention": {"gdn": MonoCheng2020Attention},
}
_REGISTRY = {name: _Entry(build, CODEC_SHAPES[name]) for name, build in _CLASSES.items()}


def _entry(model: str) -> _Entry:
    if model not in _REGISTRY:
        raise ValueError(f"model: '{model}' is not a codec, expected one of: {', '.join(_REGISTRY)}")
    return _REGISTRY[model]


def build_codec(model: str, channels: Sequence[int], activation: str = "gdn") -> CompressionModel:
    """Build an untrained codec for images of one channel (Schaefer, sec. 2.2).

    Parameters
    ----------
    model : "factorized", "scale-hyperprior", "mean-scale-hyperprior", "joint-autoregressive", "anchor"
        or "attention".
    channels : numbers of channels: (N, M), or (N,) for "anchor" and "attention" (there at least 2).
    activation : activation of the transforms: "gdn" (Schaefer, eq. 3.4 and 3.5), or, for "factorized"
        alone, "relu".

    Returns
    -------
    CompressionModel : its `forward` takes float32 (batch, 1, H, W) with H and W multiples of
        `codec_divisor(model)` px, and returns {"x_hat": same shape, "likelihoods": {"y": ..., "z": ...}}.
        Before coding, its tables must be made: `model.update(force=True, update_quantiles=True)`.

    Raises
    ------
    ValueError : unknown model or activation, wrong number or kind of channels.
    """
    entry = _entry(model)
    if activation not in entry.build:
        known = ", ".join(entry.build)
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
    return entry.build[activation](*widths)


def _known_channels() -> str:
    return "; ".join(f"{name}: {', '.join(entry.shape.channels)}" for name, entry in _REGISTRY.items())


def codec_divisor(model: str) -> int:
    """Number of px that both sides of a codec's input must be a multiple of.

    Four strides of 2 make 16; the hyperprior's two more make 64 (Schaefer, sec. 2.2.3).

    Raises
    ------
    ValueError : unknown model.
    """
    return _entry(model).shape.divisor
