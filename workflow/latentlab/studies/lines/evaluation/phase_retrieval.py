"""Images from their autocorrelations alone: the best that a decoder could do."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch

from latentlab.errors import ArtifactError
from latentlab.studies.lines.line_statistics import WIDTH, line_autocorrelation
from latentlab.training.seeds import mixed_seed

FLOOR = math.exp(-1 / (2 * WIDTH**2))  # the soft line phase of the background

_AT_A_TIME = 16  # images: they fit a cache, and a batch ends once all its images are solved


class Retrieved(NamedTuple):
    """Images uint8 (n, side, side), background 1, lines 0, and the residual float64 (n,).

    The residual is the mean squared difference of autocorrelations over the given one's variance over
    the lags: 0 is a solution, 1 is no better than a constant.
    """

    images: torch.Tensor
    residual: torch.Tensor


def retrieve_images(
    correlations: torch.Tensor,
    *,
    seed: int,
    iterations: int = 150,
    restarts: int = 8,
    step: float = 0.5,
    solved: float = 1e-6,
) -> Retrieved:
    """Binary images with the given autocorrelations, by iterated projections from random phases.

    The relaxed reflect-reflect iteration x += step (P_F(2 P_B(x) - x) - P_B(x)), related to Fienup's
    hybrid input-output: P_F gives a map the known magnitudes of its Fourier transform, P_B makes it
    binary, 1 at the N largest values; N, the number of black pixels, follows from the sum of f. No
    support is known. Images whose residual is above `solved` are started again; the best start is kept.
    An autocorrelation does not determine cyclic shifts or a half turn: the image is right up to these.

    Parameters
    ----------
    correlations : float (n, side, side), centred, as `line_statistics.line_autocorrelation` gives; one
        that no binary image has (a mean, a decoded one) gives the best image found.
    seed : of the random starts; image i depends on the seed and its place i.
    iterations : per start; many short starts solve more than few long ones, as a start can stop a pixel away
        from the solution. restarts : starts at most. step : of the iteration, 0 to 2.
    solved : residual at which a start counts as a solution.

    Raises
    ------
    ValueError : another rank.
    ArtifactError : values that are not finite, or an autocorrelation constant over the lags.

    Source: Fienup, Appl. Opt. 21 (1982) 2758; Elser et al., SIAM J. Imaging Sci. 11 (2018) 2429. Document,
    section 2.
    """
    if correlations.ndim != 3 or correlations.shape[1] != correlations.shape[2]:
        raise ValueError(f"expected autocorrelations (n, side, side), found {tuple(correlations.shape)}")
    if not bool(torch.isfinite(correlations).all()):
        raise ArtifactError("an autocorrelation to invert holds values that are not finite")
    variance = correlations.double().var((1, 2), correction=0)
    if bool((variance <= 1e-12).any()):
        raise ArtifactError("an autocorrelation is constant: it belongs to an image without lines")
    magnitudes, black = _constraints(correlations)
    images = torch.ones(correlations.shape, dtype=torch.uint8, device=correlations.device)
    residual = torch.full((len(images),), torch.inf, dtype=torch.float64, device=images.device)
    for restart in range(restarts):
        unsolved = (residual > solved).nonzero()[:, 0]
        for start in range(0, len(unsolved), _AT_A_TIME):
            part = unsolved[start : start + _AT_A_TIME]
            starts = torch.stack([_noise(correlations[i], seed, restart, i) for i in part.tolist()])
            found = 1 - _iterate(starts, magnitudes[part], black[part], iterations, step).to(torch.uint8)
            error = (line_autocorrelation(found.double()) - correlations[part]).square().mean((1, 2))
            better = error / variance[part] < residual[part]
            images[part[better]] = found[better]
            residual[part[better]] = (error / variance[part])[better]
    return Retrieved(images, residual)


def _constraints(correlations: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Fourier magnitudes (n, side, side // 2 + 1) of black-pixel maps, and numbers of black pixels (n,)."""
    side = correlations.shape[-1]
    power = side**2 * torch.fft.rfft2(torch.fft.ifftshift(correlations.float(), dim=(-2, -1))).real
    magnitudes = power.clamp(min=0).sqrt()  # a decoded autocorrelation can have negative power
    magnitudes[:, 0, 0] -= FLOOR * side**2  # the background's soft phase is not quite 0
    magnitudes /= 1 - FLOOR
    black = magnitudes[:, 0, 0].round().long().clamp(1, side**2 - 1)
    return magnitudes.clamp(min=0), black


def _noise(like: torch.Tensor, seed: int, restart: int, place: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(mixed_seed(seed, restart, place))
    return torch.rand(like.shape, generator=generator).to(like.device)


def _iterate(
    x: torch.Tensor, magnitudes: torch.Tensor, black: torch.Tensor, iterations: int, step: float
) -> torch.Tensor:
    """The binary map (n, side, side) of each start that came closest to the magnitudes."""
    x = _with_magnitudes(x, magnitudes)
    closest = torch.full((len(x),), torch.inf, device=x.device)
    best = torch.zeros_like(x)
    done = 1e-4 * black
    for _ in range(iterations):
        binary = _brightest(x, black)
        difference = _with_magnitudes(2 * binary - x, magnitudes) - binary
        gap = difference.square().sum((1, 2))
        better = (gap < closest) & (closest >= done)  # a solved one stays while the others go on
        closest, best = torch.where(better, gap, closest), torch.where(better[:, None, None], binary, best)
        if bool((closest < done).all()):
            break
        x = x + step * difference
    return best


def _with_magnitudes(x: torch.Tensor, magnitudes: torch.Tensor) -> torch.Tensor:
    transform = torch.fft.rfft2(x)
    scale = magnitudes / transform.abs().clamp(min=1e-12)
    return torch.fft.irfft2(transform * scale, s=x.shape[-2:])


def _brightest(x: torch.Tensor, black: torch.Tensor) -> torch.Tensor:
    """1 at the `black` (n,) largest values of each map, else 0; ties at the limit all count."""
    values = x.flatten(1).topk(int(black.max())).values
    limit = values.gather(1, (black - 1)[:, None])
    return (x >= limit[:, :, None]).to(x.dtype)
