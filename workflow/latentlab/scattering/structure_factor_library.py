"""Structure factors as curves over q, and their fast interpolation to the pixels of a grid."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from latentlab.scattering.interpolation import lagrange_stencil
from latentlab.scattering.structure_factor import structure_factor, structure_factor_pixel_average

if TYPE_CHECKING:
    import torch

N_NODES = 8192
# From this omega/D on the first peak is at least 0.7 pixels of the thesis's grid wide, at every D to 15 nm.
NARROW_OMEGA_OVER_D = 0.05


def structure_factor_nodes(n: int = N_NODES, q_max: float = 4.6) -> np.ndarray:
    """(n,) float64 values of q in 1/nm, q_max u^2 with u equidistant in [0, 1]: dense where peaks are narrow.

    Raises
    ------
    ValueError : n is below 4 or q_max not positive.
    """
    if n < 4 or not (math.isfinite(q_max) and q_max > 0.0):
        raise ValueError(f"n must be at least 4 and q_max positive, got {n} and {q_max}")
    return q_max * np.linspace(0.0, 1.0, n) ** 2


def structure_factor_library(
    pairs: np.ndarray,
    q_max: float,
    pixel_width: float,
    n: int = N_NODES,
    narrow: float = NARROW_OMEGA_OVER_D,
) -> np.ndarray:
    """Structure factors of many paracrystals at the nodes of `structure_factor_nodes(n, q_max)`.

    Where omega/D is below `narrow` the peaks can be narrower than half a pixel and a point value would
    hit or miss them by chance: those entries are means over one pixel's width, all others are point values.

    Parameters
    ----------
    pairs : (k, 2) distances D in nm and relative widths omega/D.
    q_max : the largest q in 1/nm, `grid.q_parallel(experiment).max()`.
    pixel_width : width of a pixel along q, 1/nm (see `pixel_width`).

    Returns
    -------
    float32 array (k, n).

    Raises
    ------
    ValueError : pairs is not (k, 2) or holds a value that is not positive.

    Source: Schaefer, sec. 2.5.6, eq. 2.30 and table 2.5.
    """
    pairs = np.asarray(pairs, dtype=np.float64)
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise ValueError(f"pairs must have shape (k, 2) (D in nm, omega/D), got {pairs.shape}")
    q = structure_factor_nodes(n, q_max)
    library = np.empty((len(pairs), n), dtype=np.float32)
    for row, (D_nm, omega_over_D) in zip(library, pairs, strict=True):
        if omega_over_D < narrow:
            row[:] = structure_factor_pixel_average(q, pixel_width, D_nm, omega_over_D * D_nm)
        else:
            row[:] = structure_factor(q, D_nm, omega_over_D * D_nm)
    return library


def pixel_width(q_parallel: np.ndarray) -> float:
    """Median distance in 1/nm of neighbours in a row of q_parallel (n, m): the width of a pixel.

    Raises
    ------
    ValueError : there are fewer than two columns.
    """
    if q_parallel.ndim != 2 or q_parallel.shape[1] < 2:
        raise ValueError(f"q_parallel must be (n, m) with at least two columns, got {q_parallel.shape}")
    return float(np.median(np.abs(np.diff(q_parallel, axis=1))))


class StructureFactorInterpolator:
    """Interpolation from the library's nodes to the pixels, prepared once and then cheap.

    Four-point Lagrange in u = sqrt(q / q_max). Where the curve jumps (an edge of a window average) the
    cubic would undershoot, below zero even: it is cut off at the smallest of its four values.

    Parameters
    ----------
    q_parallel : (h, w) q of the pixels, 1/nm.
    q_max : that of the nodes, 1/nm.
    n : number of nodes.

    Raises
    ------
    ValueError : a pixel's q lies beyond q_max.
    """

    def __init__(self, q_parallel: np.ndarray, q_max: float, n: int = N_NODES) -> None:
        q_parallel = np.asarray(q_parallel, dtype=np.float64)
        if not np.all((q_parallel >= 0.0) & (q_parallel <= q_max)):
            raise ValueError(f"q_parallel must lie between 0 and q_max = {q_max:.6g} 1/nm, all of it")
        self.n = n
        start, weights = lagrange_stencil((n - 1) * np.sqrt(q_parallel / q_max), n, points=4)
        self._index = start + np.arange(4).reshape(4, *(1,) * start.ndim)
        self._weights = weights
        self._on_device: dict[torch.device, tuple[torch.Tensor, torch.Tensor]] = {}

    def __call__(self, values: np.ndarray | torch.Tensor) -> np.ndarray | torch.Tensor:
        """Values (..., n) at the nodes to float32 (..., h, w) at the pixels; arrays or torch tensors.

        Raises
        ------
        ValueError : the last axis is not n long.
        """
        if values.shape[-1] != self.n:
            raise ValueError(f"the values' last axis must have the {self.n} nodes, got {values.shape[-1]}")
        if isinstance(values, np.ndarray):
            stencil = values[..., self._index]
            axis = stencil.ndim - self._index.ndim
            smooth = np.sum(stencil * self._weights, axis=axis)
            return np.maximum(smooth, stencil.min(axis=axis)).astype(np.float32)
        index, weights = self._tensors(values.device)
        stencil = values[..., index].to(weights.dtype)
        axis = stencil.ndim - index.ndim
        return (stencil * weights).sum(axis).maximum(stencil.amin(axis))

    def _tensors(self, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
        if device not in self._on_device:
            import torch  # only those who pass tensors need it

            weights = torch.as_tensor(self._weights, dtype=torch.float32, device=device)
            self._on_device[device] = torch.as_tensor(self._index, device=device), weights
        return self._on_device[device]


def interpolate_structure_factor(values: np.ndarray, q_max: float, q_parallel: np.ndarray) -> np.ndarray:
    """Values (..., n) at the library's nodes to float32 (..., h, w) at the pixels' q_parallel (h, w) in 1/nm.

    For repeated calls on one grid keep a `StructureFactorInterpolator`.
    """
    return StructureFactorInterpolator(q_parallel, q_max, values.shape[-1])(values)
