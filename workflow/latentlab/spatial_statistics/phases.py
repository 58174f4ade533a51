"""Local states of a microstructure: how much of each phase a pixel holds."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from latentlab.errors import LatentlabError


def soft_phases(
    images: torch.Tensor, states: Sequence[float] = (0.0, 1.0), width: float = 0.25, dims: int = 2
) -> torch.Tensor:
    """Soft indicator of each local state: m(h, x) = exp(-(image(x) - h)^2 / (2 width^2)).

    It is 1 where the image has the value of the state. Soft indicators do not sum to 1: for two states
    at distance 1 and the default width, each is 3.4e-4 where the other is 1.

    Parameters
    ----------
    images : float (..., *space), `dims` spatial dimensions.
    states : the values h of the n local states.
    width : standard deviation of the Gaussian, in the unit of the images.
    dims : 2 or 3.

    Returns
    -------
    (..., n, *space), dtype of the images.

    Raises
    ------
    ValueError : no state, a width that is not positive, or images of another rank or dtype.

    Source: the public code of the study, with states 0 (lines) and 1, and width 0.25.
    """
    check_images(images, dims)
    if not states or not (math.isfinite(width) and width > 0.0):
        raise ValueError(f"expected at least one state and a positive width, got {list(states)} and {width}")
    values = torch.tensor(list(states), dtype=images.dtype, device=images.device)
    distance = images.unsqueeze(-dims - 1) - values.reshape(-1, *[1] * dims)
    return torch.exp(distance.square() * (-0.5 / width**2))


def hard_phases(
    labels: torch.Tensor, n: int, dims: int = 2, dtype: torch.dtype = torch.float32
) -> torch.Tensor:
    """Indicator of each of n phases: m(h, x) = 1 where the label of x is h, else 0.

    Parameters
    ----------
    labels : integer or bool (..., *space), phases 0 to n - 1.
    n : number of phases.
    dims : spatial dimensions, 2 or 3.
    dtype : a float dtype.

    Returns
    -------
    (..., n, *space), of `dtype`; the phases of a pixel sum to 1.

    Raises
    ------
    LatentlabError : a label outside 0 to n - 1.
    ValueError : labels that are not integers, or of too few dimensions, or empty.
    """
    if labels.is_floating_point() or labels.is_complex():
        raise ValueError(f"labels must be integers or bool, got {labels.dtype}")
    _check_space(labels, dims)
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= n:
        raise LatentlabError(f"labels run from {low} to {high}, expected phases 0 to {n - 1}")
    phases = torch.arange(n, device=labels.device).reshape(n, *[1] * dims)
    return (labels.unsqueeze(-dims - 1) == phases).to(dtype)


def volume_fractions(m: torch.Tensor, dims: int = 2) -> torch.Tensor:
    """Mean of m over space: the volume fraction, where m is the indicator of a phase.

    Parameters
    ----------
    m : float (..., *space), `dims` (2 or 3) spatial dimensions.

    Returns
    -------
    (...): one number per phase and image; half precision is averaged and returned as float32.

    Raises
    ------
    ValueError : m of too few dimensions, empty, or not of floats.
    """
    return working_precision(m, dims).mean(dim=tuple(range(-dims, 0)))


def check_images(images: torch.Tensor, dims: int) -> None:
    """Raise ValueError unless `images` are floats with at least `dims` (2 or 3) dimensions, none empty."""
    if not images.is_floating_point():
        raise ValueError(f"expected a tensor of floats, got {images.dtype}")
    _check_space(images, dims)


def working_precision(images: torch.Tensor, dims: int) -> torch.Tensor:
    """Checked images, half precision as float32: sums over an image need more than its 11 bits."""
    check_images(images, dims)
    return images.float() if images.dtype in (torch.float16, torch.bfloat16) else images


def _check_space(images: torch.Tensor, dims: int) -> None:
    if dims not in (2, 3):
        raise ValueError(f"dims must be 2 or 3, got {dims}")
    if images.ndim < dims or 0 in images.shape[-dims:]:
        raise ValueError(f"expected {dims} spatial dimensions with pixels, got shape {tuple(images.shape)}")
