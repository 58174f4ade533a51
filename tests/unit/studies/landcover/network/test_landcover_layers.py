"""Layers: Keras's padding, shapes, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.signal import convolve2d, correlate2d
from torch import nn

from latentlab.errors import ConfigError
from latentlab.studies.landcover.network.layers import Flatten, Reshape, decoder_layers, encoder_layers

SIZES = [(3, 1), (3, 2), (5, 2)]


def keras_padding(side: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's rule for "same": the odd pixel at the end."""
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


def keras_convolution(x: np.ndarray, weight: np.ndarray, stride: int) -> np.ndarray:
    padded = np.pad(x, keras_padding(len(x), len(weight), stride))
    return correlate2d(padded, weight, mode="valid")[::stride, ::stride]


def keras_deconvolution(x: np.ndarray, weight: np.ndarray, stride: int) -> np.ndarray:
    """The adjoint of `keras_convolution`: zeros between pixels, full convolution, padding cut off."""
    apart = np.zeros(((len(x) - 1) * stride + 1,) * 2)
    apart[::stride, ::stride] = x
    start = keras_padding(len(x) * stride, len(weight), stride)[0]
    return convolve2d(apart, weight)[start : start + len(x) * stride, start : start + len(x) * stride]


def mirrored(image: np.ndarray) -> np.ndarray:
    return image[::-1, ::-1]


def applied(layer: nn.Module, x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    layer = layer.double()
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weight.copy())[None, None])
        layer.bias.zero_()
        return layer(torch.tensor(x.copy())[None, None])[0, 0].numpy()


@pytest.mark.parametrize(("kernel", "stride"), SIZES)
def test_a_convolution_pads_as_keras_does_but_mirrored(kernel: int, stride: int) -> None:
    rng = np.random.default_rng(1)
    x, weight = rng.normal(size=(12, 12)), rng.normal(size=(kernel, kernel))
    layers, _, side = encoder_layers([["conv", kernel, stride, 1]], channels=1, side=12)
    found = applied(layers[0], mirrored(x), mirrored(weight))
    assert side == 12 // stride
    np.testing.assert_allclose(mirrored(found), keras_convolution(x, weight, stride), atol=1e-12)


@pytest.mark.parametrize(("kernel", "stride"), SIZES)
def test_a_deconvolution_pads_as_keras_does_but_mirrored(kernel: int, stride: int) -> None:
    rng = np.random.default_rng(2)
    x, weight = rng.normal(size=(6, 6)), rng.normal(size=(kernel, kernel))
    layers, side = decoder_layers([["deconv", kernel, stride, 7]], channels=1, side=6, restored=1)
    found = applied(layers[0], mirrored(x), mirrored(weight))
    assert side == 6 * stride
    np.testing.assert_allclose(mirrored(found), keras_deconvolution(x, weight, stride), atol=1e-12)


def test_the_references_are_adjoint() -> None:
    rng = np.random.default_rng(3)
    x, y, weight = rng.normal(size=(12, 12)), rng.normal(size=(6, 6)), rng.normal(size=(5, 5))
    forward = (keras_convolution(x, weight, 2) * y).sum()
    assert np.isclose(forward, (x * keras_deconvolution(y, weight, 2)).sum())


@pytest.mark.parametrize(("kind", "summary"), [("max", np.max), ("average", np.mean)])
def test_pooling_summarises_squares(kind: str, summary: object) -> None:
    x = np.random.default_rng(4).normal(size=(1, 2, 4, 4))
    layers, channels, side = encoder_layers([[kind, 2]], channels=2, side=4)
    squares = x.reshape(1, 2, 2, 2, 2, 2)
    np.testing.assert_allclose(layers(torch.tensor(x)), summary(squares, axis=(3, 5)))
    assert (channels, side) == (2, 2)


def test_every_layer_but_the_last_has_selu() -> None:
    encoder, *_ = encoder_layers([["conv", 3, 2, 4], ["max", 2], ["conv", 3, 1, 8]], channels=3, side=8)
    decoder, _ = decoder_layers([["deconv", 3, 2, 4], ["deconv", 3, 2, 3]], channels=8, side=2, restored=3)
    assert [type(each).__name__ for each in encoder] == ["Conv2d", "SELU", "MaxPool2d", "Conv2d", "SELU"]
    names = [type(each).__name__ for each in decoder]
    assert names == ["ConvTranspose2d", "SELU", "ConvTranspose2d", "Sigmoid"]


def test_reshape_undoes_flatten_in_the_order_of_keras() -> None:
    x = torch.arange(2 * 3 * 4 * 4.0).view(2, 3, 4, 4)
    flat = Flatten()(x)
    assert flat[0, :3].tolist() == x[0, :, 0, 0].tolist()  # the channels of the first pixel
    assert torch.equal(Reshape(3, 4)(flat), x)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([["pool", 2]], r"the layer \['pool', 2\] is not known here, expected \[max, size\] or"),
        ([["conv", 3, 2]], "expected .*kernel, stride, filters"),
        ([["conv", 4, 2, 8]], "has an even kernel"),
        ([["conv", 3, 2, 8], ["max", 4]], "divides its side by 4, but has 6 px"),
    ],
)
def test_layers_that_cannot_be_built_are_named(layers: list, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        encoder_layers(layers, channels=3, side=12)


def test_a_decoder_has_deconvolutions_only() -> None:
    with pytest.raises(ConfigError, match="expected \\[deconv, kernel, stride, filters\\]"):
        decoder_layers([["conv", 3, 1, 3]], channels=3, side=12, restored=3)
