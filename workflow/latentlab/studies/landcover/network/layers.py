"""Layers of an encoder and a decoder, declared as data, with Keras's "same" padding."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from latentlab.errors import ConfigError

Layer = Sequence[str | int]
CONVOLUTIONS = ("conv", "deconv")
POOLING = {"max": nn.MaxPool2d, "average": nn.AvgPool2d}


def encoder_layers(layers: Sequence[Layer], channels: int, side: int) -> tuple[nn.Sequential, int, int]:
    """The layers of an encoder, SELU after each convolution, with weights that `initialise` draws anew.

    A convolution with "same" padding and stride s gives 1/s of the side. Symmetric padding of kernel // 2
    pads an even side once more at its beginning than at its end where s is 2; Keras pads it so at the end.
    The two networks are equal up to a mirrored picture, and so are what they can learn.

    Parameters
    ----------
    layers : [conv, kernel, stride, filters], [max, size] or [average, size]. channels, side : of the picture.

    Returns
    -------
    The layers, and filters and side of their last shape.

    Raises
    ------
    ConfigError : an unknown kind of layer, an even kernel, or a side that a layer does not divide.
    """
    modules: list[nn.Module] = []
    for layer in layers:
        kind, first, *_ = layer
        by = _checked(layer, (*POOLING, "conv"))
        if side % by:
            raise ConfigError(
                f"architectures: the layer {list(layer)} divides its side by {by}, but has {side} px"
            )
        side //= by
        if kind in POOLING:
            modules.append(POOLING[kind](first))
            continue
        _, kernel, stride, filters = layer
        convolution = nn.Conv2d(channels, filters, kernel, stride, kernel // 2)
        modules += [convolution, nn.SELU()]
        channels = filters
    return nn.Sequential(*modules), channels, side


def decoder_layers(
    layers: Sequence[Layer], channels: int, side: int, restored: int
) -> tuple[nn.Sequential, int]:
    """The layers of a decoder, SELU after each but the last, which has a sigmoid; weights are drawn anew.

    Parameters
    ----------
    layers : [deconv, kernel, stride, filters]; the filters of the last one are replaced by `restored`.
    channels, side : of the decoder's first shape. restored : channels of the picture that is restored.

    Returns
    -------
    The layers, and the side that they give.

    Raises
    ------
    ConfigError : a layer that is no deconvolution.
    """
    modules: list[nn.Module] = []
    for place, layer in enumerate(layers, start=1):
        stride = _checked(layer, ("deconv",))
        _, kernel, _, filters = layer
        last = place == len(layers)
        filters = restored if last else filters
        modules += [
            nn.ConvTranspose2d(
                channels,
                filters,
                kernel,
                stride,
                padding=kernel // 2,
                output_padding=stride - 1,
            ),
            nn.Sigmoid() if last else nn.SELU(),
        ]
        channels, side = filters, side * stride
    return nn.Sequential(*modules), side


def _checked(layer: Layer, kinds: Sequence[str]) -> int:
    """By how much a layer changes the side."""
    kind = layer[0]
    wanted = 4 if kind in CONVOLUTIONS else 2
    if kind not in kinds or len(layer) != wanted:
        expected = " or ".join(f"[{each}, {_ARGUMENTS[each]}]" for each in kinds)
        raise ConfigError(f"architectures: the layer {list(layer)} is not known here, expected {expected}")
    if kind in CONVOLUTIONS and layer[1] % 2 == 0:
        raise ConfigError(f"architectures: the layer {list(layer)} has an even kernel, expected an odd one")
    return int(layer[2] if kind in CONVOLUTIONS else layer[1])


_ARGUMENTS = {
    "max": "size",
    "average": "size",
    **dict.fromkeys(CONVOLUTIONS, "kernel, stride, filters"),
}


class Flatten(nn.Module):
    """(n, channels, height, width) to (n, height * width * channels), in Keras's order.

    Pictures in channels-last memory, the fastest on a CPU, are not copied.
    """

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        return x.permute(0, 2, 3, 1).flatten(1)


class Reshape(nn.Module):
    """(n, side * side * channels) to (n, channels, side, side): undoes `Flatten`."""

    def __init__(self, channels: int, side: int) -> None:
        super().__init__()
        self.channels, self.side = channels, side

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        return x.view(len(x), self.side, self.side, self.channels).permute(0, 3, 1, 2)
