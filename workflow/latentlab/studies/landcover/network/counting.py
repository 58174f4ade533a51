"""What an architecture's table of layers says without building it: filters in words, number of weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

THESIS = {"latent": 1024, "side": 128}  # sizes of the thesis, whose pictures have three colours
POOLING = {"max": "max pooling", "average": "average pooling"}


def weights(layers: Mapping[str, Any], latent: int, side: int, channels: int = 3) -> int:
    """How many weights `vae.LandcoverVAE` has of these layers, as Keras counts them.

    Parameters
    ----------
    layers : lists "encoder" and "decoder". latent : size of the latent. side, channels : of a picture.
    """
    found, last, width = 0, channels, side
    for kind, *numbers in layers["encoder"]:
        if kind in POOLING:
            width //= numbers[0]
            continue
        kernel, stride, filters = numbers
        found, last, width = found + (kernel**2 * last + 1) * filters, filters, width // stride
    values = last * width**2
    found += 2 * (values + 1) * latent + (latent + 1) * values  # mean, variance, back again
    outputs = [layer[3] for layer in layers["decoder"][:-1]] + [channels]
    for (_, kernel, *_), filters in zip(layers["decoder"], outputs, strict=True):
        found, last = found + (kernel**2 * last + 1) * filters, filters
    return found


def filters(layers: Mapping[str, Any]) -> str:
    """The encoder's filters, such as "8-16-32"; with the kernel if it is not 3 x 3, and the pooling."""
    encoder: Sequence[Sequence[Any]] = layers["encoder"]
    kernels = {layer[1] for layer in encoder if layer[0] == "conv"}
    notes = [f"{kernel} x {kernel}" for kernel in sorted(kernels) if kernel != 3]
    notes += [POOLING[kind] for kind in POOLING if any(layer[0] == kind for layer in encoder)]
    return ", ".join(["-".join(str(layer[3]) for layer in encoder if layer[0] == "conv"), *notes])
