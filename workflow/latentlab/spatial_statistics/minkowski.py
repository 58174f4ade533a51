"""Minkowski functionals of two-dimensional phases: area, perimeter and Euler number.

Polynomials of the pixels over blocks of 2 x 2, linear in each pixel: exact for pixels of 0 or 1. For values
between they are smooth, and equal the expectation if pixels belonged to the phase independently, each with
its value as probability. Unless periodic, an image is surrounded by the other phase. Half precision is
computed and returned as float32.

Source: Mecke, Lect. Notes Phys. 554 (2000) 111; Torquato, Random Heterogeneous Materials (2002).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from latentlab.spatial_statistics.phases import working_precision


def area(x: torch.Tensor) -> torch.Tensor:
    """Area of the phase in px^2: the sum of the pixels.

    Parameters
    ----------
    x : float (..., h, w), the phase, 0 to 1.

    Returns
    -------
    (...): one number per image.

    Raises
    ------
    ValueError : x of too few dimensions, empty, or not of floats.
    """
    return working_precision(x, 2).sum(dim=(-2, -1))


def perimeter(x: torch.Tensor, periodic: bool = False) -> torch.Tensor:
    """Perimeter of the phase in px: the number of pixel edges between the phase and the rest.

    Parameters
    ----------
    x : float (..., h, w), the phase, 0 to 1.
    periodic : whether the image wraps; if not, edges on the border count.

    Returns
    -------
    (...): one number per image. For a smooth oblique interface it is too large by a factor of up to sqrt(2).

    Raises
    ------
    ValueError : x of too few dimensions or empty, not of floats, or periodic with a side of 1 px.
    """
    x, right, down, _ = _blocks(x, periodic)
    # x (1 - y) + y (1 - x), for both neighbours y
    return (2.0 * x + right + down - 2.0 * x * (right + down)).sum(dim=(-2, -1))


def euler_number(x: torch.Tensor, connectivity: int = 4, periodic: bool = False) -> torch.Tensor:
    """Euler number: components minus holes; if periodic, minus independent loops, plus 1 for a full image.

    4: pixels connect across edges; chi = sum x - sum x x_right - sum x x_down + sum of products of 2 x 2.
    8: also across corners. Pixels are closed squares, and chi = squares - edges + corners of their union.
    The holes of one connectivity are components of the background in the other.

    Parameters
    ----------
    x : float (..., h, w), the phase, 0 to 1.
    connectivity : 4 or 8.
    periodic : whether the image wraps.

    Returns
    -------
    (...): one number per image.

    Raises
    ------
    ValueError : an unknown connectivity, x of too few dimensions or empty, not of floats, or periodic with a
        side of 1 px.
    """
    if connectivity not in (4, 8):
        raise ValueError(f"connectivity must be 4 or 8, got {connectivity}")
    x, right, down, diagonal = _blocks(x, periodic)
    if connectivity == 4:
        cells = x - x * right - x * down + x * right * down * diagonal
    else:
        x, right, down, diagonal = (1.0 - pixels for pixels in (x, right, down, diagonal))
        # squares 1 - x; edges 1 - x y, two a block; corners 1 - product of four: the ones cancel
        cells = x * right + x * down - x - x * right * down * diagonal
    return cells.sum(dim=(-2, -1))


def _blocks(x: torch.Tensor, periodic: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pixels and their neighbours right, down and diagonally, every block of 2 x 2 once."""
    x = working_precision(x, 2)
    if not periodic:
        x = F.pad(x, (1, 1, 1, 1))
        return x[..., :-1, :-1], x[..., :-1, 1:], x[..., 1:, :-1], x[..., 1:, 1:]
    if min(x.shape[-2:]) < 2:
        raise ValueError(f"a periodic image needs at least 2 px per side, got shape {tuple(x.shape)}")
    down = torch.roll(x, -1, -2)
    return x, torch.roll(x, -1, -1), down, torch.roll(down, -1, -1)
