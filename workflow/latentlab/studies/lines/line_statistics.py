"""Autocorrelation of the lines of an image, and a vector whose distances are those of autocorrelations."""

from __future__ import annotations

import torch

from latentlab.spatial_statistics.correlation import autocorrelation, half_plane_counts, statistics_features
from latentlab.spatial_statistics.phases import soft_phases

WIDTH = 0.25  # of the soft indicator exp(-(x - h)^2 / (2 width^2)), in units of the pixel values


def line_phase(images: torch.Tensor) -> torch.Tensor:
    """Soft indicator of the lines (local state h = 0): 1 in a line, exp(-8) in a background of 1.

    Parameters
    ----------
    images : (..., side, side), uint8 or float; background 1, lines 0. uint8 becomes float32.

    Returns
    -------
    Float of the same shape, in (0, 1].

    Source: document, section 2 (m of the autocorrelation); width as in the document's published code.
    """
    values = images if images.is_floating_point() else images.float()
    return soft_phases(values, states=(0.0,), width=WIDTH).squeeze(-3)


def line_autocorrelation(images: torch.Tensor) -> torch.Tensor:
    """Periodic autocorrelation f(r) = mean over x of m(x) m(x + r) of the lines' soft phase m, centred.

    Parameters
    ----------
    images : (n, side, side), uint8 or float.

    Returns
    -------
    (n, side, side) float, lag 0 at [side // 2, side // 2], lags in pixels.

    Source: document, section 2.
    """
    return autocorrelation(line_phase(images))


def line_features(images: torch.Tensor) -> torch.Tensor:
    """Vectors whose squared Euclidean distance is the mean squared difference of two autocorrelations.

    The half plane of the power spectrum (`statistics_features`) over the side: half as many values as
    pixels, and no inverse transform.

    Parameters
    ----------
    images : (n, side, side), uint8 or float.

    Returns
    -------
    (n, side (side // 2 + 1)) float.
    """
    return statistics_features(line_phase(images)) / images.shape[-1]


def autocorrelation_of_features(features: torch.Tensor, side: int) -> torch.Tensor:
    """Centred autocorrelations (n, side, side) of vectors (n, side (side // 2 + 1)) as `line_features` makes.

    Raises
    ------
    ValueError : the vectors are not as long as those of images `side` pixels wide.
    """
    columns = side // 2 + 1
    if features.ndim != 2 or features.shape[1] != side * columns:
        raise ValueError(f"expected (n, {side * columns}) features, found {tuple(features.shape)}")
    weights = half_plane_counts(side, features).sqrt()  # those of `statistics_features`
    power = features.unflatten(-1, (side, columns)) / weights
    correlation = torch.fft.irfft2(power, s=(side, side), norm="forward")
    return torch.fft.fftshift(correlation, dim=(-2, -1))
