"""Networks in exact arithmetic: the same bits on every machine, device, thread count and batch size.

The scales and means that an entropy coder works with come from networks, and encoder and decoder must
agree on them to the last bit. Sums of floats depend on their order, which libraries, threads and devices
choose; integer networks are the known solution (Ballé, Johnston, Minnen, "Integer Networks for Data
Compression with Latent-Variable Models", ICLR 2019). Here the integers are carried in float64:

- weights and biases are rounded to multiples of 2^-16 (`WEIGHT_BITS`);
- what enters a layer is a multiple of 2^-12 (`VALUE_BITS`) within +-2^13 (`VALUE_LIMIT`);
- a layer's output is rounded to such a multiple, half to even, and clamped to that range.

Bound: a product of weight and value is a multiple of 2^-28, and so is each sum of products and bias. Any
partial sum, in any order, is in magnitude at most L = VALUE_LIMIT * (sum of an output's |weights|) + |bias|.
Where L <= 2^(53 - 28) = 2^25, every partial sum is an integer of at most 53 bits times 2^-28, which float64
represents exactly: nothing is rounded before the intended rounding of the output, with or without fused
multiply-add. The bound, sum of |weights| at most 4096, is checked when a layer is made. Convolutions are
matrix products over patches, so that no library can replace them by a Fourier or Winograd transform.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

WEIGHT_BITS = 16
VALUE_BITS = 12
VALUE_LIMIT = 2.0**13
SUM_LIMIT = 2.0 ** (53 - WEIGHT_BITS - VALUE_BITS)

Layer = Callable[[Tensor], Tensor]


def dyadic(values: Tensor, bits: int) -> Tensor:
    """`values` as float64, rounded to multiples of 2^-bits, half to even; exact below 2^(52 - bits)."""
    scale = 2.0**bits
    return torch.round(values.detach().to(torch.float64) * scale) / scale


def as_value(values: Tensor) -> Tensor:
    """`values` as a layer takes them: float64 multiples of 2^-12, clamped to +-2^13."""
    return dyadic(values, VALUE_BITS).clamp(-VALUE_LIMIT, VALUE_LIMIT)


def exact_linear(weight: Tensor, bias: Tensor, name: str) -> tuple[Tensor, Tensor]:
    """Weight (outputs, ...) and bias (outputs,) of a layer, rounded to float64 multiples of 2^-16.

    Raises
    ------
    ValueError : they are not finite, or too large for exact sums; `name` is the layer's.
    """
    weight, bias = dyadic(weight, WEIGHT_BITS), dyadic(bias, WEIGHT_BITS)
    largest = (weight.abs().flatten(1).sum(dim=1) * VALUE_LIMIT + bias.abs()).max().item()
    if not largest <= SUM_LIMIT:
        raise ValueError(
            f"model: the weights of {name} reach sums of {largest:.4g}, expected finite sums of at most "
            f"{SUM_LIMIT:.4g}, beyond which coding is not exact"
        )
    return weight, bias


def exact_network(network: nn.Module, name: str) -> Layer:
    """`network` in exact arithmetic, on the device of its weights.

    Parameters
    ----------
    network : nn.Sequential, nested or not, of Conv2d (stride 1), ConvTranspose2d, PixelShuffle, ReLU,
        LeakyReLU, Linear, Flatten and Unflatten, or one of these.
    name : for messages.

    Returns
    -------
    Layer : takes (batch, channels, rows, columns) of any float dtype, which it rounds as `as_value` does,
        and returns float64 values, multiples of 2^-12 within +-2^13.

    Raises
    ------
    ValueError : weights that are not finite or too large; a layer that is none of the above.
    """
    layers = _layers(network, name)

    def run(values: Tensor) -> Tensor:
        values = as_value(values)
        for layer in layers:
            values = layer(values)
        return values

    return run


def _layers(network: nn.Module, name: str) -> list[Layer]:
    if isinstance(network, nn.Sequential):
        return [
            layer
            for child_name, child in network.named_children()
            for layer in _layers(child, f"{name}.{child_name}")
        ]
    if isinstance(network, nn.ConvTranspose2d):
        return [_transposed_convolution(network, name)]
    if isinstance(network, nn.Conv2d):
        return [_convolution(network, name)]
    if isinstance(network, nn.Linear):
        return [_fully_connected(network, name)]
    if isinstance(network, (nn.PixelShuffle, nn.Flatten, nn.Unflatten)):  # these move numbers, no more
        return [network]
    if isinstance(network, nn.ReLU):
        return [functional.relu]
    if isinstance(network, nn.LeakyReLU):
        slope = dyadic(torch.tensor(network.negative_slope), VALUE_BITS).item()
        return [lambda values: as_value(torch.where(values < 0, values * slope, values))]
    raise ValueError(f"model: {name} is a {type(network).__name__}, which has no exact arithmetic")


def _fully_connected(layer: nn.Linear, name: str) -> Layer:
    if layer.bias is None:
        raise ValueError(f"model: {name} is a fully connected layer of a kind that has no exact arithmetic")
    weight, bias = exact_linear(layer.weight, layer.bias, name)

    def run(values: Tensor) -> Tensor:
        if values.ndim != 2 or values.shape[1] != layer.in_features:
            raise ValueError(
                f"model: {name} takes {layer.in_features} latents, found {tuple(values.shape[1:])}: a fully "
                "connected layer fits images of one size only"
            )
        return as_value(values @ weight.T + bias)

    return run


def _plain(layer: nn.Conv2d | nn.ConvTranspose2d) -> bool:
    return layer.groups == 1 and layer.dilation == (1, 1) and layer.bias is not None


def _convolution(layer: nn.Conv2d, name: str) -> Layer:
    if not _plain(layer) or layer.padding_mode != "zeros" or isinstance(layer.padding, str):
        raise ValueError(f"model: {name} is a convolution of a kind that has no exact arithmetic")
    weight, bias = exact_linear(layer.weight, layer.bias, name)
    rows, columns = layer.kernel_size

    def run(values: Tensor) -> Tensor:
        sizes = zip(values.shape[-2:], layer.padding, layer.kernel_size, layer.stride, strict=True)
        shape = [(size + 2 * padding - kernel) // stride + 1 for size, padding, kernel, stride in sizes]
        if (rows, columns) == (1, 1) and layer.stride == (1, 1) and layer.padding == (0, 0):
            patches = values.flatten(2)
        else:
            patches = functional.unfold(values, layer.kernel_size, padding=layer.padding, stride=layer.stride)
        return as_value(weight.flatten(1) @ patches + bias[:, None]).unflatten(2, shape)

    return run


def _transposed_convolution(layer: nn.ConvTranspose2d, name: str) -> Layer:
    if not _plain(layer):
        raise ValueError(f"model: {name} is a convolution of a kind that has no exact arithmetic")
    # The bound counts all weights of an output channel; one output pixel uses only a part of them.
    weight, bias = exact_linear(layer.weight.transpose(0, 1), layer.bias, name)
    weight = weight.transpose(0, 1).flatten(1).T  # (outputs * kernel, inputs)

    def run(values: Tensor) -> Tensor:
        geometry = zip(
            values.shape[-2:],
            layer.padding,
            layer.kernel_size,
            layer.stride,
            layer.output_padding,
            strict=True,
        )
        shape = [(n - 1) * stride - 2 * pad + kernel + extra for n, pad, kernel, stride, extra in geometry]
        sums = functional.fold(
            weight @ values.flatten(2), shape, layer.kernel_size, padding=layer.padding, stride=layer.stride
        )
        return as_value(sums + bias[:, None, None])

    return run
