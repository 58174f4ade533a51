"""Decoders: from a code (latents, class, condition) and a transform to the logits or values of an image."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from latentlab.errors import InvariantError
from latentlab.invariant.encoders import CHANNELS, dense_layers
from latentlab.invariant.settings import Settings
from latentlab.invariant.transforms import Transform, canonical_affine, pixel_coordinates, warp


class CanonicalDecoder(nn.Module):
    """Draws a canonical image with dense layers, then scales, rotates and shifts it.

    The network runs once per image and not once per pixel, which makes it the fast one.
    """

    def __init__(self, settings: Settings, code: int) -> None:
        super().__init__()
        channels, *size = settings.drawn_shape
        self.size = (size[0], size[1])
        self.canvas = settings.canvas
        self.shape = (channels, *(math.ceil(length * settings.canvas) for length in size))
        # a canvas of a whole number of pixels, so that its pixels are as large as the image's
        self.drawn = self.shape[1] / size[0]
        self.layers = dense_layers(code, settings.hidden[::-1])
        self.out = nn.Linear(settings.hidden[0], math.prod(self.shape))

    def canonical(self, code: Tensor) -> Tensor:
        """(n, channels, height, width) canonical images of (n, width) codes."""
        return self.out(self.layers(code)).reshape(-1, *self.shape)

    def forward(self, code: Tensor, transform: Transform) -> Tensor:
        """(n, *target shape) of (n, width) codes."""
        canonical = self.canonical(code)
        if transform.nothing and self.shape[1:] == self.size:
            return canonical
        return warp(canonical, transform, self.size, self.drawn)


class CoordinateDecoder(nn.Module):
    """A network of one pixel's coordinates and the code, as pyroVED's: tanh of Linear(2) + Linear(code).

    With `skip` the code enters every layer (skip-rVAE).
    """

    def __init__(self, settings: Settings, code: int, *, skip: bool) -> None:
        super().__init__()
        self.shape = settings.drawn_shape
        hidden = settings.hidden[::-1]
        self.place = nn.Linear(2, hidden[0])
        self.code = nn.Linear(code, hidden[0], bias=False)
        self.layers = nn.ModuleList(
            nn.Linear(inputs, outputs)
            for inputs, outputs in zip((hidden[0], *hidden[:-1]), hidden, strict=True)
        )
        self.skips = nn.ModuleList(nn.Linear(code, width, bias=False) for width in hidden if skip)
        self.out = nn.Linear(hidden[-1], self.shape[0])
        self.register_buffer("pixels", pixel_coordinates(*self.shape[1:]), persistent=False)

    def forward(self, code: Tensor, transform: Transform) -> Tensor:
        """(n, *target shape) of (n, width) codes."""
        weights, bias = self.place.weight, self.place.bias
        if transform.nothing:
            places = functional.linear(self.pixels, weights, bias)[None]
        else:  # the first layer of transformed coordinates is linear in the coordinates: one small product
            affine = canonical_affine(transform)
            turned = torch.einsum("hd,nde->neh", weights, affine)
            places = torch.matmul(self.pixels, turned[:, :2]) + (turned[:, 2:] + bias)
        values = torch.tanh(places + self.code(code)[:, None])
        for number, layer in enumerate(self.layers):
            values = layer(values)
            if self.skips:
                values = values + self.skips[number](code)[:, None]
            values = torch.tanh(values)
        return self.out(values).transpose(1, 2).reshape(len(code), *self.shape)


class DenseDecoder(nn.Module):
    """Dense layers alone: an image or a spectrum without transforms."""

    def __init__(self, settings: Settings, code: int) -> None:
        super().__init__()
        self.shape = settings.drawn_shape
        self.layers = dense_layers(code, settings.hidden[::-1])
        self.out = nn.Linear(settings.hidden[0], math.prod(self.shape))

    def forward(self, code: Tensor, transform: Transform) -> Tensor:
        """(n, *target shape) of (n, width) codes. `transform` is to be empty."""
        return self.out(self.layers(code)).reshape(-1, *self.shape)


class ConvolutionalDecoder(nn.Module):
    """Dense layers, then two doublings with a convolution each; images or spectra.

    The last convolution gives the pixels of each doubled cell as channels: one at the full size with as few
    channels as an image has takes five times as long on a CPU.
    """

    def __init__(self, settings: Settings, code: int) -> None:
        super().__init__()
        channels, *self.size = settings.drawn_shape
        self.coarse = [-(-length // 4) for length in self.size]
        self.layers = dense_layers(code, settings.hidden[::-1])
        self.spread = nn.Linear(settings.hidden[0], CHANNELS[1] * math.prod(self.coarse))
        convolution = nn.Conv2d if len(self.size) == 2 else nn.Conv1d
        self.first = convolution(CHANNELS[1], CHANNELS[0], 3, padding=1)
        self.second = convolution(CHANNELS[0], channels * 2 ** len(self.size), 3, padding=1)

    def forward(self, code: Tensor, transform: Transform) -> Tensor:
        """(n, *target shape) of (n, width) codes. `transform` is to be empty."""
        values = functional.relu(self.spread(self.layers(code))).reshape(-1, CHANNELS[1], *self.coarse)
        values = functional.relu(self.first(functional.interpolate(values, scale_factor=2)))
        drawn = doubled_cells(self.second(values))
        for dimension, length in enumerate(self.size, start=2):
            drawn = drawn.narrow(dimension, 0, length)
        return drawn


def doubled_cells(values: Tensor) -> Tensor:
    """(n, c, 2 h, 2 w) of (n, 4 c, h, w), or (n, c, 2 l) of (n, 2 c, l): channels become pixels."""
    if values.ndim == 4:
        return functional.pixel_shuffle(values, 2)
    number, channels, length = values.shape
    return values.reshape(number, channels // 2, 2, length).transpose(2, 3).reshape(number, -1, 2 * length)


def build_decoder(settings: Settings) -> nn.Module:
    """The settings' decoder; its `forward` takes codes (n, latent + classes + condition) and a `Transform`.

    Raises
    ------
    InvariantError : an unknown decoder.
    """
    code = settings.latent + settings.classes + settings.condition
    match settings.decoder:
        case "canonical":
            return CanonicalDecoder(settings, code)
        case "coordinate":
            return CoordinateDecoder(settings, code, skip=False)
        case "coordinate-skip":
            return CoordinateDecoder(settings, code, skip=True)
        case "dense":
            return DenseDecoder(settings, code)
        case "convolutional":
            return ConvolutionalDecoder(settings, code)
    raise InvariantError(f"decoder: there is none of the name {settings.decoder!r}")
