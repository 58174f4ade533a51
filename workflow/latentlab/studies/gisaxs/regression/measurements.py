"""Simulated measurements for training and tests: photons counted, detector gaps anywhere, summed over rows.

The network's input. Sums of Poisson counts are Poisson counts of the summed expectation, so in training only
the sums are drawn.
"""

from __future__ import annotations

import numpy as np
import torch

POOLED_ROWS = 4  # bins in alpha_f that are summed; along 2theta_f, where S has its peaks, none are
LEAST_SHARE = 0.25  # of a sum that is measured; rates are not extrapolated further


def moving_gaps(gaps: torch.Tensor, n: int, rng: np.random.Generator, without: float) -> torch.Tensor:
    """Masks bool (n, side, side): `gaps` (side, side) rolled at random, a share `without` of them empty."""
    side = gaps.shape[0]
    shifts = rng.integers(side, size=(n, 2, 1))
    rows, columns = (torch.from_numpy((np.arange(side) - shifts[:, axis]) % side) for axis in (0, 1))
    masks = gaps[rows[:, :, None], columns[:, None, :]]
    masks[torch.from_numpy(rng.uniform(size=n) < without)] = False
    return masks


def photon_budgets(n: int, limits: tuple[float, float], rng: np.random.Generator) -> torch.Tensor:
    """Photons expected in a whole pattern, log-uniform between the limits: float32 (n,)."""
    low, high = np.log10(limits)
    return torch.from_numpy(10 ** rng.uniform(low, high, n)).float()


def counted_sums(
    shares: torch.Tensor, photons: torch.Tensor, gaps: torch.Tensor, generator: torch.Generator | None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Counts summed over rows, and how much of each sum is measured: float32 (n, side / 4, side) each.

    Parameters
    ----------
    shares : float32 (n, side, side), expected share of the photons, of sum 1. photons : float32 (n,).
    gaps : bool (n, side, side). generator : of the Poisson numbers; None for the expectation itself.
    """
    expected = summed_rows(shares.masked_fill(gaps, 0.0)) * photons[:, None, None]
    counts = expected if generator is None else torch.poisson(expected, generator=generator)
    return counts, summed_rows((~gaps).float()) / POOLED_ROWS


def summed_rows(images: torch.Tensor) -> torch.Tensor:
    """Images (n, h, w) summed over POOLED_ROWS rows: (n, h / POOLED_ROWS, w)."""
    n, height, width = images.shape
    return images.view(n, height // POOLED_ROWS, POOLED_ROWS, width).sum(dim=2)


def features(counts: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
    """Input of the network, float32 (n, 2 h w + 1), from `counted_sums` (n, h, w).

    log10 of the rate relative to the mean rate, 0 where nothing is measured; the measured share; log10 of the
    number of photons in a pattern without gaps. Half a photon keeps the logarithm finite.
    """
    total = counts.sum(dim=(1, 2)) / share.mean(dim=(1, 2))
    mean = (total / counts[0].numel()).clamp_min(1e-3)
    relative = torch.log10((counts / share.clamp_min(LEAST_SHARE) + 0.5) / mean[:, None, None])
    parts = [
        0.3 * relative.masked_fill(share == 0, 0.0).flatten(1),
        share.flatten(1) - 0.9,
        0.3 * torch.log10(total + 1)[:, None],
    ]
    return torch.cat(parts, dim=1)
