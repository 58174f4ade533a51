"""Two-point correlations by FFT: f(h, h' | r) = 1 / Vol(Omega_r) sum_x m(h, x) m(h', x + r).

Periodic images wrap, and Omega_r contains all S pixels. Otherwise, and with a mask, Omega_r contains the
pixels x for which x and x + r both lie in the image and count; a lag without any such pair is NaN, without a
gradient. Masks are bool and True where a pixel counts; pixels outside the mask are never read, even if they
are NaN. Elsewhere a pixel that is not finite makes all lags of its image not finite.

Half precision is computed and returned as float32. Without periodicity, and with a mask, sums are computed in
float64: for long lags with few pairs, float32's error of all other lags would dominate. A whole stack is
transformed at once: long stacks are faster, and need less memory, in batches.

Source: section 2 of the document, after Cecen, Fast, Kalidindi, Integr. Mater. Manuf. Innov. 5 (2016) 1,
with the same normalisations.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import scipy  # loads scipy.fft (a quarter of a second) when it is first accessed
import torch

from latentlab.errors import LatentlabError
from latentlab.spatial_statistics.phases import working_precision


def autocorrelation(
    m: torch.Tensor,
    dims: int = 2,
    centred: bool = True,
    *,
    periodic: bool = True,
    mask: torch.Tensor | None = None,
) -> torch.Tensor:
    """f(h, h | r) of one phase: `cross_correlation` of m with itself, by one transform instead of two.

    Parameters
    ----------
    m : float (..., *space), the phase, `dims` (2 or 3) spatial dimensions.
    centred : lag 0 in the middle, at n // 2 of each axis; otherwise first (saves a copy); see `lags`.
    periodic : whether images wrap; if not, lags run to n - 1 either way.
    mask : bool, broadcast to m, True where a pixel counts.

    Returns
    -------
    (..., *lags): n lags per axis of n pixels if periodic, else 2 n - 1; NaN where no pair is valid.

    Raises
    ------
    LatentlabError : a mask without a pixel that counts.
    ValueError : wrong ranks, shapes or dtypes.
    """
    m = working_precision(m, dims)
    spectrum = _spectrum(m, dims, periodic, mask)
    return _correlation(spectrum.conj() * spectrum, m, dims, centred, periodic, mask)


def cross_correlation(
    m_h: torch.Tensor,
    m_k: torch.Tensor,
    dims: int = 2,
    centred: bool = True,
    *,
    periodic: bool = True,
    mask: torch.Tensor | None = None,
) -> torch.Tensor:
    """f(h, k | r): mean of m_h(x) m_k(x + r) over the pixels x with a valid pixel x + r.

    Parameters
    ----------
    m_h, m_k : float, both (..., *space); the rest as in `autocorrelation`.

    Returns
    -------
    (..., *lags), as in `autocorrelation`.

    Raises
    ------
    LatentlabError : a mask without a pixel that counts.
    ValueError : wrong ranks, shapes or dtypes.
    """
    if m_h.shape != m_k.shape:
        raise ValueError(f"phases must have one shape, got {tuple(m_h.shape)} and {tuple(m_k.shape)}")
    m_h, m_k = working_precision(m_h, dims), working_precision(m_k, dims)
    product = _spectrum(m_h, dims, periodic, mask).conj() * _spectrum(m_k, dims, periodic, mask)
    return _correlation(product, m_h, dims, centred, periodic, mask)


def two_point_statistics(
    m: torch.Tensor,
    pairs: Sequence[tuple[int, int]],
    dims: int = 2,
    centred: bool = True,
    *,
    periodic: bool = True,
    mask: torch.Tensor | None = None,
) -> torch.Tensor:
    """f(h, k | r) for chosen pairs (h, k) of the phases of a stack; each phase is transformed once.

    Parameters
    ----------
    m : float (..., n, *space), a stack of n phases.
    pairs : indices (h, k), both in 0 to n - 1. For hard phases n - 1 pairs (0, k) determine all others.
    mask : bool, broadcast to (..., *space), the same for all phases; the rest as in `autocorrelation`.

    Returns
    -------
    (..., len(pairs), *lags), as in `autocorrelation`.

    Raises
    ------
    LatentlabError : a mask without a pixel that counts.
    ValueError : no pairs, an index without a phase, wrong ranks, shapes or dtypes.
    """
    m = working_precision(m, dims)
    if m.ndim == dims:
        raise ValueError(f"expected a dimension of phases before {dims} of space, got {tuple(m.shape)}")
    n = m.shape[-dims - 1]
    if not pairs or any(not 0 <= index < n for pair in pairs for index in pair):
        raise ValueError(f"expected at least one pair of phases 0 to {n - 1}, got {list(pairs)}")
    if mask is not None and mask.ndim > dims:
        mask = mask.unsqueeze(-dims - 1)
    first, second = torch.tensor(list(pairs), device=m.device).T
    spectrum = _spectrum(m, dims, periodic, mask)
    product = spectrum.index_select(-dims - 1, first).conj() * spectrum.index_select(-dims - 1, second)
    return _correlation(product, m, dims, centred, periodic, mask)


def lags(shape: Sequence[int], centred: bool = True, *, periodic: bool = True) -> tuple[torch.Tensor, ...]:
    """Lags of the correlations of an image.

    Parameters
    ----------
    shape : the image's spatial shape, in px.
    centred : lags ascend, with 0 in the middle; otherwise in the order of the FFT, 0 first.
    periodic : from -(n // 2) on, n lags; else from -(n - 1) to n - 1. Periodic images with an even side have
        only lag -n / 2, which equals lag n / 2.

    Returns
    -------
    One int64 axis per dimension, in px, on the CPU.

    Source: section 2 of the document, the r of f(h, h' | r), in the FFT's convention.
    """
    sizes = shape if periodic else [2 * n - 1 for n in shape]
    axes = [torch.arange(n) - n // 2 for n in sizes]
    return tuple(axes if centred else (torch.fft.ifftshift(axis) for axis in axes))


def statistics_features(m: torch.Tensor, dims: int = 2) -> torch.Tensor:
    """Power spectrum as a vector: squared Euclidean distances are those of periodic autocorrelations.

    sum_r (f_a(r) - f_b(r))^2 = |v_a - v_b|^2 by Parseval's theorem, with v = w |F|^2 / S^(3/2) over the half
    plane of the real FFT; w = sqrt(2) for the columns that also represent their mirror images. For searches
    of nearest neighbours, and for losses: no inverse transform is needed. In float32 use the phase with the
    lower volume fraction: the large spectrum of the other one at frequency 0 hides small distances.

    Parameters
    ----------
    m : float (..., *space), the phase, `dims` (2 or 3) spatial dimensions.

    Returns
    -------
    (..., d), d = product of all sides except the last, times (last side // 2 + 1).

    Raises
    ------
    ValueError : m of too few dimensions, empty, or not of floats.

    Source: eq. 1 of the document, in the space of the FFT.
    """
    m = working_precision(m, dims)
    size = m.shape[-dims:]
    spectrum = _spectrum(m, dims, periodic=True, mask=None)
    weights = (size.numel() * half_plane_counts(size[-1], m)).sqrt()
    return ((spectrum.conj() * spectrum).real * weights).flatten(-dims)


def half_plane_counts(n: int, like: torch.Tensor) -> torch.Tensor:
    """Number of columns of the full Fourier plane that each column of the real FFT represents: 1 or 2.

    Parameters
    ----------
    n : pixels of the last axis.
    like : a tensor of the dtype and on the device wanted.

    Returns
    -------
    (n // 2 + 1,): 1 for the first column and, of an even n, for the last, else 2.
    """
    counts = torch.full((n // 2 + 1,), 2.0, dtype=like.dtype, device=like.device)
    counts[0] = 1.0
    if n % 2 == 0:
        counts[-1] = 1.0
    return counts


def _spectrum(m: torch.Tensor, dims: int, periodic: bool, mask: torch.Tensor | None) -> torch.Tensor:
    """Real FFT of m, 0 outside the mask, padded unless periodic, divided by the number of its samples."""
    if mask is not None:
        _check_mask(mask, m, dims)
        m = m.masked_fill(~mask, 0.0)
    if mask is not None or not periodic:
        m = m.double()
    size = _transform_size(m.shape[-dims:], periodic)
    return torch.fft.rfftn(m, s=size, dim=tuple(range(-dims, 0)), norm="forward")


def _transform_size(space: Sequence[int], periodic: bool) -> tuple[int, ...]:
    return tuple(space) if periodic else tuple(scipy.fft.next_fast_len(2 * n - 1, real=True) for n in space)


def _correlation(
    product: torch.Tensor,
    m: torch.Tensor,
    dims: int,
    centred: bool,
    periodic: bool,
    mask: torch.Tensor | None,
) -> torch.Tensor:
    """Sums over pairs at each lag from the product of two spectra, divided by the numbers of valid pairs."""
    space, axes = m.shape[-dims:], tuple(range(-dims, 0))
    size = _transform_size(space, periodic)
    means = torch.fft.irfftn(product, s=size, dim=axes, norm="forward")  # sums / number of samples
    if not periodic:
        means = torch.roll(means, [n - 1 for n in space], axes)
        means = means[(..., *(slice(0, 2 * n - 1) for n in space))]
        means = means if centred else torch.fft.ifftshift(means, axes)
    elif centred:
        means = torch.fft.fftshift(means, axes)
    if periodic and mask is None:
        return means
    pairs = _valid_pairs(space, centred, periodic, mask, means.device)
    # Lags without pairs get the factor 0, not infinity: otherwise their gradient would be NaN at every pixel.
    factor = torch.where(pairs > 0, math.prod(size) / pairs.clamp(min=1), 0.0)
    return torch.where(pairs > 0, means * factor, math.nan).to(m.dtype)


def _valid_pairs(
    space: Sequence[int], centred: bool, periodic: bool, mask: torch.Tensor | None, device: torch.device
) -> torch.Tensor:
    """Number of valid pairs of pixels at each lag, float64."""
    pairs = torch.ones((), dtype=torch.float64, device=device)
    for n, lag in zip(space, lags(space, centred, periodic=periodic), strict=True):
        in_image = n - (0 * lag if periodic else lag.abs())
        pairs = pairs[..., None] * in_image.to(device)
    if mask is None:
        return pairs
    shares = autocorrelation(mask.double(), len(space), centred, periodic=periodic)
    return (shares * pairs).round()


def _check_mask(mask: torch.Tensor, m: torch.Tensor, dims: int) -> None:
    if mask.dtype != torch.bool or mask.shape[-dims:] != m.shape[-dims:]:
        raise ValueError(
            f"the mask must be bool of spatial shape {tuple(m.shape[-dims:])}, "
            f"got {mask.dtype} of shape {tuple(mask.shape)}"
        )
    try:
        mask.expand(m.shape)
    except RuntimeError:
        raise ValueError(
            f"a mask of shape {tuple(mask.shape)} does not fit phases of shape {tuple(m.shape)}"
        ) from None
    if not bool(mask.flatten(-dims).any(-1).all()):
        raise LatentlabError("the mask leaves an image without a pixel that counts, expected at least one")
