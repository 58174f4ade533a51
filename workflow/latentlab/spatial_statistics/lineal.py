"""Lineal path function and chord lengths of binary images, along an axis."""

from __future__ import annotations

import math

import numpy as np
import torch

from latentlab.errors import LatentlabError

BORDERS = ("count", "discard", "periodic")


def chord_lengths(
    phase: np.ndarray | torch.Tensor, axis: int = -1, *, dims: int = 2, border: str = "count"
) -> np.ndarray:
    """Numbers of chords (runs of pixels of the phase along the axis) of each length.

    Parameters
    ----------
    phase : (..., *space), 0 or 1 (or bool), 1 where the phase is; `dims` spatial dimensions.
    axis : negative, the spatial axis along which chords run: -1 along rows, -2 along columns.
    border : "count": a chord cut by the border counts with its visible length; "discard": it does not count;
        "periodic": lines wrap, and a line entirely in the phase is a single chord of n px.

    Returns
    -------
    int64 (..., n + 1), n pixels along the axis: element l is the number of chords of l px in an image.

    Raises
    ------
    LatentlabError : a pixel that is neither 0 nor 1.
    ValueError : an axis that is not spatial, an unknown border, or too few dimensions.

    Source: Torquato, Random Heterogeneous Materials (2002), chord-length density.
    """
    if border not in BORDERS:
        raise ValueError(f"border is '{border}', expected one of {', '.join(BORDERS)}")
    lines, batch = _lines(phase, axis, dims)
    images, per_image, n = lines.shape
    lines = lines.reshape(-1, n)
    outside = np.int8(0)
    steps = np.diff(lines.view(np.int8), axis=1, prepend=outside, append=outside)
    row, start = np.nonzero(steps == 1)
    _, end = np.nonzero(steps == -1)  # line by line, in the order of the starts
    length, first, last = end - start, start == 0, end == n
    keep = np.ones(len(row), dtype=bool)
    if border == "discard":
        keep = ~(first | last)
    elif border == "periodic":
        # A chord that wraps was found as two: the length of the part at the start is added at the end.
        head = np.zeros(len(lines), dtype=np.int64)
        head[row[first]] = length[first]
        tail = last & ~first
        length[tail] += head[row[tail]]
        wraps = np.zeros(len(lines), dtype=bool)
        wraps[row[tail]] = True
        keep = ~(first & wraps[row])
    bins = row[keep] // per_image * (n + 1) + length[keep]
    return np.bincount(bins, minlength=images * (n + 1)).reshape(*batch, n + 1)


def lineal_path(
    phase: np.ndarray | torch.Tensor, axis: int = -1, periodic: bool = True, *, dims: int = 2
) -> np.ndarray:
    """L(z): probability that a segment of length z along the axis lies entirely in the phase.

    A segment of length z joins the centres of pixels z apart, and so covers z + 1 pixels: L(0) is the volume
    fraction, and L(z) is at most the autocorrelation of the phase at lag z.

    Parameters
    ----------
    phase : (..., *space), 0 or 1 (or bool), 1 where the phase is; `dims` spatial dimensions.
    axis : negative, the spatial axis of the segments: -1 along rows, -2 along columns.
    periodic : whether lines wrap; if not, only segments within the image are used.

    Returns
    -------
    float64 (..., n), n pixels along the axis: element z is L(z), z in px.

    Raises
    ------
    LatentlabError : a pixel that is neither 0 nor 1.
    ValueError : an axis that is not spatial, or too few dimensions.

    Source: Lu, Torquato, Phys. Rev. A 45 (1992) 922.
    """
    chords = chord_lengths(phase, axis, dims=dims, border="periodic" if periodic else "count")
    n = chords.shape[-1] - 1
    lines = math.prod(phase.shape[-dims:]) // n
    # A chord of l px has l - z segments of length z. Summing twice from the end gives sum_l c(l) (l - z).
    longer = np.flip(np.cumsum(np.flip(chords, -1), axis=-1), -1)  # chords of at least l px
    segments = np.flip(np.cumsum(np.flip(longer, -1), axis=-1), -1)[..., 1:]
    length = np.arange(n)
    if not periodic:
        return segments / (lines * (n - length))
    whole = chords[..., n:]  # a line entirely in the phase contains n segments of any length
    return (segments + whole * length) / (lines * n)


def _lines(phase: np.ndarray | torch.Tensor, axis: int, dims: int) -> tuple[np.ndarray, tuple[int, ...]]:
    """Checked bool (images, lines, n), and the batch's shape."""
    if isinstance(phase, torch.Tensor):
        phase = phase.detach().cpu().numpy()
    if dims not in (2, 3) or phase.ndim < dims or 0 in phase.shape[-dims:]:
        raise ValueError(f"expected 2 or 3 spatial dimensions with pixels, got {phase.shape} and dims {dims}")
    if not -dims <= axis < 0:
        raise ValueError(f"axis must be spatial, {-dims} to -1, got {axis}")
    inside = phase != 0
    if phase.dtype != bool and not np.array_equal(phase[inside], np.ones(np.count_nonzero(inside))):
        raise LatentlabError("a pixel of the phase is neither 0 nor 1: threshold the images first")
    batch, n = phase.shape[: phase.ndim - dims], phase.shape[axis]
    lines = np.ascontiguousarray(np.moveaxis(inside, axis, -1))
    return lines.reshape(math.prod(batch), math.prod(phase.shape[-dims:]) // n, n), batch
