"""Weights at the start of a training."""

from __future__ import annotations

import math

import torch
from torch import nn

KINDS = ("glorot", "lecun")


def initialise(model: nn.Module, kind: str, seed: int) -> None:
    """Draw the weights of all dense layers and convolutions in place; biases are 0.

    Parameters
    ----------
    kind : "glorot": uniform, of variance 2 / (inputs + outputs) (Glorot and Bengio 2010), Keras's default,
        which the finished thesis left in place. "lecun": normal, of variance 1 / inputs, which SELU needs
        to keep means and variances (Klambauer et al. 2017, section 2). Inputs are those that a value has: a
        deconvolution of stride s has kernel**2 / s**2 of each channel.
    seed : of the draws.

    Raises
    ------
    ValueError : another kind.
    """
    if kind not in KINDS:
        raise ValueError(f"initialisation: found '{kind}', expected one of {', '.join(KINDS)}")
    generator = torch.Generator().manual_seed(seed)
    for module in model.modules():
        if not isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            continue
        if kind == "glorot":
            nn.init.xavier_uniform_(module.weight, generator=generator)
        else:
            nn.init.normal_(module.weight, std=1 / math.sqrt(_inputs(module)), generator=generator)
        nn.init.zeros_(module.bias)


def _inputs(module: nn.Linear | nn.Conv2d | nn.ConvTranspose2d) -> float:
    if isinstance(module, nn.ConvTranspose2d):
        return module.in_channels * math.prod(module.kernel_size) / math.prod(module.stride)
    return module.weight[0].numel()
