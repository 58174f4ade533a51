"""Images on a polar grid, where a rotation is a shift, and their match with turned templates."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class PolarGrid(nn.Module):
    """Samples of square images on rings in their inscribed disc, weighted so that sums of squares are kept.

    Parameters
    ----------
    side : of the images, px. angles : samples on each ring, equally spaced.
    """

    def __init__(self, side: int, angles: int) -> None:
        super().__init__()
        self.angles = angles
        outer = (side - 1) / 2
        self.rings = round(outer)
        width = outer / self.rings
        radius = (torch.arange(self.rings) + 0.5) * width
        angle = torch.arange(angles) * (2 * math.pi / angles)
        # counter-clockwise as displayed, where rows are counted downwards
        x = (outer + radius[:, None] * torch.cos(angle)).flatten()
        y = (outer - radius[:, None] * torch.sin(angle)).flatten()
        weight = torch.sqrt(radius * width * (2 * math.pi / angles)).repeat_interleave(angles)
        self.register_buffer("samples", _bilinear(x, y, side) * weight[:, None], persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """(n, channels * rings, angles) samples of (n, channels, side, side) images."""
        flat = images.flatten(2) @ self.samples.T
        return flat.reshape(len(images), -1, self.angles)

    def spectrum(self, images: Tensor) -> Tensor:
        """Complex (n, channels * rings, angles // 2 + 1): Fourier transform along the rings."""
        return torch.fft.rfft(self(images), dim=-1, norm="ortho")


def _bilinear(x: Tensor, y: Tensor, side: int) -> Tensor:
    """(points, side * side) weights of the pixels at points x, y in px."""
    left, top = x.floor().clamp(0, side - 2), y.floor().clamp(0, side - 2)
    right, down = x - left, y - top
    weights = torch.zeros(len(x), side * side)
    points = torch.arange(len(x))
    for row, of_row in ((0, 1 - down), (1, down)):
        for column, of_column in ((0, 1 - right), (1, right)):
            places = ((top + row) * side + left + column).long()
            weights.index_put_((points, places), of_row * of_column, accumulate=True)
    return weights


def square_sums(spectrum: Tensor, angles: int) -> Tensor:
    """(n,) sum of squares of the samples, from their spectrum."""
    return torch.fft.irfft(spectrum, n=angles, dim=-1, norm="ortho").square().sum((1, 2))


def misfits(images: Tensor, templates: Tensor, angles: int) -> Tensor:
    """Half the sum of squared differences of each image and each template in each orientation.

    Parameters
    ----------
    images, templates : spectra, complex (n, rings, frequencies) and (t, rings, frequencies).

    Returns
    -------
    (n, t, angles); the k-th for the template turned counter-clockwise by 2 pi k / angles. By the convolution
    theorem all orientations cost little more than one.
    """
    products = torch.bmm(images.permute(2, 0, 1), templates.permute(2, 1, 0).conj().resolve_conj())
    correlation = torch.fft.irfft(products, n=angles, dim=0, norm="forward").permute(1, 2, 0)
    halves = 0.5 * square_sums(images, angles)[:, None] + 0.5 * square_sums(templates, angles)
    return halves[:, :, None] - correlation
