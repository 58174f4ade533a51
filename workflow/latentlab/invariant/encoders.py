"""Encoders: from images or spectra, and the condition vector, to features."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from latentlab.invariant.settings import Settings

CHANNELS = (16, 32)  # of the two strided layers


class Encoder(nn.Module):
    """Two strided convolutions, if the settings ask for them, then dense layers.

    `features` is the width of what `forward` gives.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        if settings.encoder == "convolutional":
            self.convolutions, width = strided_layers(settings.shape)
        else:
            self.convolutions, width = nn.Identity(), math.prod(settings.shape)
        self.dense = dense_layers(width + settings.condition, settings.hidden)
        self.features = settings.hidden[-1]

    def forward(self, images: Tensor, conditions: Tensor | None = None) -> Tensor:
        """(n, features) of (n, *shape) images and (n, condition) vectors."""
        flat = self.convolutions(images).flatten(1)
        if conditions is not None:
            flat = torch.cat([flat, conditions], dim=1)
        return self.dense(flat)


def dense_layers(width: int, hidden: tuple[int, ...]) -> nn.Sequential:
    """Linear layers with tanh (as pyroVED's), from `width` through the widths of `hidden`."""
    layers: list[nn.Module] = []
    for inputs, outputs in zip((width, *hidden[:-1]), hidden, strict=True):
        layers += [nn.Linear(inputs, outputs), nn.Tanh()]
    return nn.Sequential(*layers)


def strided_layers(shape: tuple[int, ...]) -> tuple[nn.Sequential, int]:
    """Two convolutions of stride 2 over an image or a spectrum, and the number of values they give."""
    convolution = nn.Conv2d if len(shape) == 3 else nn.Conv1d
    layers: list[nn.Module] = []
    for inputs, outputs in zip((shape[0], CHANNELS[0]), CHANNELS, strict=True):
        layers += [convolution(inputs, outputs, 3, stride=2, padding=1), nn.ReLU()]
    return nn.Sequential(*layers), CHANNELS[-1] * math.prod(-(-length // 4) for length in shape[1:])
