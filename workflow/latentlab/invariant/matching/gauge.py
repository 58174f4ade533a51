"""Which orientation is called zero at each value of the latents.

A sheared object can as well be called a stretched one that is turned: the images alone do not say which, as a
decoder may turn its drawing with the latents. What can be known is whether the angles found depend on the
latents. The convention here: in each class, angle and latents are to be independent, as factors that were
drawn independently are. The turn psi, linear in the rank of each latent, is chosen for which the angles of
all images have the least entropy; since the entropy of the angles at given latents does not depend on psi,
this is the least mutual information of angle and latents.

The slope is taken only if the gain beats that of every one of DRAWS permutations of the ranks against the
angles. Where angle and rank are independent, a permutation changes nothing, so that this happens by chance
in one class of DRAWS + 1: whether the slope is 0 already, or the angles are spread evenly over the circle and
hold nothing to be found (then the decoder's own orientation stays). The entropy is that of a smoothed
density. How much smoothing shows the edges best depends on the number of images, so that several are tried,
in the permutations too. If the latents change less in the drawing than the drawing leaves unexplained, psi
is 0.

What it cannot do: the less uneven the angles are, the more images it takes. An object with a twofold axis
that is turned by up to 120 degrees needs some thousand.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from latentlab.invariant.matching.polar import misfits, square_sums

BANDWIDTHS = torch.deg2rad(torch.tensor([2.5, 4.0, 6.5, 10.0]))  # of the density of angles
GRID = 256  # points of that density
SLOPES = torch.linspace(-0.6, 0.6, 97)  # rad over half the range of a latent
PRIOR = 0.3  # rad, standard deviation of a slope
DRAWS = 39
MEANING = 0.5  # squared change of the drawing by the latents, in what it leaves unexplained
LEAST = 30  # images of a class
SYMMETRIC = 0.03  # squared difference from the turned self, in squares of the drawing
ORDERS = (6, 4, 3, 2)


def symmetry_order(template: Tensor, angles: int) -> int:
    """The largest n of 6, 4, 3, 2 for which a template is the same after a turn by 2 pi / n; 1 for none.

    Parameters
    ----------
    template : spectrum, complex (rings, frequencies).
    """
    misfit = misfits(template[None], template[None], angles)[0, 0]
    square = float(square_sums(template[None], angles))
    for order in ORDERS:
        if 2 * float(misfit[round(angles / order)]) < SYMMETRIC * square:
            return order
    return 1


def terms(latents: Tensor) -> Tensor:
    """(n, d) quantities in which psi is linear: ranks, -1 to 1, of latents (n, d) under their prior."""
    return 2 * torch.special.ndtr(latents) - 1


def turns(latents: Tensor, angle: Tensor, templates: Tensor, unexplained: float, angles: int) -> Tensor:
    """Coefficients (d,), rad, of the `terms` of psi, which is to be taken off the angles of one class.

    Parameters
    ----------
    latents : (n, d), spread as their prior. angle : (n,) rad.
    templates : spectra drawn at equally probable latents (t, ...).
    unexplained : mean squared difference of images and drawings, summed over pixels.
    """
    ranks = terms(latents)
    slopes = torch.zeros(ranks.shape[1])
    drawn = templates - templates.mean(0)
    if len(angle) < LEAST or float(square_sums(drawn, angles).mean()) < MEANING * unexplained:
        return slopes
    fold = symmetry_order(templates[len(templates) // 2], angles)
    for _ in range(min(2, len(slopes))):  # several latents twice, as the others blur the angles at first
        for each in range(len(slopes)):
            slopes[each] = 0.0
            slopes[each] = significant_slope(ranks[:, each], angle - ranks @ slopes, fold)
    return slopes


def significant_slope(rank: Tensor, angle: Tensor, fold: int) -> float:
    """Slope, rad, for which angles (n,) less slope times rank (n,) have the least entropy, or 0.

    Parameters
    ----------
    angle : rad, of objects that are the same after a turn by 2 pi / fold.
    """
    generator = torch.Generator().manual_seed(0)
    gains = _gains(rank, angle, fold)
    drawn = [rank[torch.randperm(len(rank), generator=generator)] for _ in range(DRAWS)]
    chance = torch.stack([_gains(each, angle, fold).amax(1) for each in drawn])  # (draws, bandwidths)
    mean, deviation = chance.mean(0), chance.std(0) + 1e-6
    scores = (gains.amax(1) - mean) / deviation
    if float(scores.max()) <= float(((chance - mean) / deviation).max()):
        return 0.0
    return float(SLOPES[gains[scores.argmax()].argmax()])


def _gains(rank: Tensor, angle: Tensor, fold: int) -> Tensor:
    """(bandwidths, slopes) nats by which each slope lessens the entropy of all angles, less its prior's."""
    entropy = _entropies(angle - SLOPES[:, None] * rank, fold)
    gains = len(angle) * (_entropies(angle[None], fold) - entropy)
    return gains - 0.5 * (SLOPES / PRIOR).square()


def _entropies(angle: Tensor, fold: int) -> Tensor:
    """(bandwidths, s) entropies, nats, of sets of angles (s, n) modulo 2 pi / fold, smoothed."""
    place = angle * (fold * GRID / (2 * math.pi))
    below = place.floor()
    share, below = place - below, below.long() % GRID
    counts = torch.zeros(len(angle), GRID)
    counts.scatter_add_(1, below, 1 - share)
    counts.scatter_add_(1, (below + 1) % GRID, share)
    order = fold * torch.arange(GRID // 2 + 1)
    smooth = torch.exp(-0.5 * (order * BANDWIDTHS[:, None, None]).square())
    density = torch.fft.irfft(torch.fft.rfft(counts / angle.shape[1]) * smooth, n=GRID).clamp(min=1e-9)
    return -(density * torch.log(density)).sum(2)
