"""Radial average of a map over lags."""

from __future__ import annotations

import math

import torch

from latentlab.spatial_statistics.phases import working_precision


def radial_average(correlation: torch.Tensor, dims: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean over all lags r with |r| nearest to 0, 1, 2, ... px, up to the last whole ring (shell, in 3-D).

    Parameters
    ----------
    correlation : float (..., *lags), lag 0 in the middle (at n // 2), `dims` (2 or 3) axes of lags. NaN,
        which marks lags without a pair, is left out of the mean.

    Returns
    -------
    radii : int64 (k,), 0 to k - 1 in px, on the CPU; k - 1 = (shortest axis - 1) // 2.
    values : (..., k); NaN if a ring contains only NaN. Differentiable.

    Raises
    ------
    ValueError : a map of too few dimensions, empty, or not of floats.

    Source: Torquato, Random Heterogeneous Materials (2002): S_2(r) of an isotropic medium.
    """
    correlation = working_precision(correlation, dims)
    shape = correlation.shape[-dims:]
    last = (min(shape) - 1) // 2
    squares = torch.zeros(())
    for n in shape:
        squares = squares[..., None] + (torch.arange(n, dtype=torch.float64) - n // 2).square()
    rings = squares.sqrt().round().long().flatten()  # the root of an integer is never k + 1/2
    (inside,) = torch.nonzero(rings <= last, as_tuple=True)
    inside, rings = inside.to(correlation.device), rings[inside].to(correlation.device)
    # Lags first: index_add is fast with one contiguous row per lag.
    lags = correlation.reshape(-1, math.prod(shape)).T.index_select(0, inside)
    known = ~torch.isnan(lags)
    zeros = lags.new_zeros(last + 1, lags.shape[1])
    counts = zeros.index_add(0, rings, known.to(lags.dtype))
    sums = zeros.index_add(0, rings, torch.where(known, lags, 0.0))
    values = torch.where(counts > 0, sums / counts.clamp(min=1), math.nan)
    return torch.arange(last + 1), values.T.reshape(*correlation.shape[:-dims], last + 1)
