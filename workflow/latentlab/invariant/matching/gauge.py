"""Which orientation is called zero at each value of the latents.

A sheared object can as well be called a stretched one that is turned: the images alone do not say which, as a
decoder may turn its drawing with the latents. What can be known is whether the angles found depend on the
latents. The convention here: in each class, angle and latents are to be independent, as factors that were
drawn independently are. The turn psi(latents) is chosen for which the angles of all images have the least
entropy; since the entropy of the angles at given latents does not depend on psi, this is the least mutual
information of angle and latents. It is taken only if the gain is significant (Bayesian information
criterion), and if the latents mean something: what they change in the drawing must be more than what the
drawing leaves unexplained.

What it cannot do: angles spread evenly over the circle hold nothing to be found, and then the decoder's own
orientation stays. The less uneven they are, the more images it takes: an object with a twofold axis that is
turned by up to 120 degrees needs some thousand.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from latentlab.invariant.matching.polar import misfits, square_sums

BANDWIDTH = math.radians(2.5)  # of the density of angles
GRID = 256  # points of that density
ORDER = 2.8  # of the density's smoothing: waves beyond this many standard deviations are left out
SLOPES = torch.linspace(-0.6, 0.6, 49)  # rad over half the range of a latent
STEPS = 40
MEANING = 0.5  # squared change of the drawing by the latents, in what it leaves unexplained
LEAST = 30  # images of a class
MARGIN = 6.0  # nats beyond the criterion
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
    """(n, p) quantities in which psi is linear: powers of the rank of latents (n, d) under their prior."""
    ranks = 2 * torch.special.ndtr(latents) - 1
    return torch.cat([ranks**power for power in range(1, _degree(latents.shape[1]) + 1)], 1)


def terms_of(latent: int) -> int:
    """Number of those quantities."""
    return latent * _degree(latent)


def _degree(latent: int) -> int:
    return 3 if latent == 1 else 1


def turns(latents: Tensor, angle: Tensor, templates: Tensor, unexplained: float, angles: int) -> Tensor:
    """Coefficients (p,), rad, of the `terms` of psi, which is to be taken off the angles of one class.

    Parameters
    ----------
    latents : (n, d), spread as their prior. angle : (n,) rad.
    templates : spectra drawn at equally probable latents (t, ...).
    unexplained : mean squared difference of images and drawings, summed over pixels.
    """
    every = terms(latents)
    best, gained = torch.zeros(every.shape[1]), 0.0
    drawn = templates - templates.mean(0)
    if len(angle) < LEAST or float(square_sums(drawn, angles).mean()) < MEANING * unexplained:
        return best
    fold = symmetry_order(templates[len(templates) // 2], angles)
    base = float(_entropy(angle, fold))
    for degree in sorted({1, _degree(latents.shape[1])}):
        used = every[:, : degree * latents.shape[1]]
        slopes = _fitted(used, angle, fold, latents.shape[1])
        gain = len(angle) * (base - float(_entropy(angle - used @ slopes, fold)))
        gain -= 0.5 * len(slopes) * math.log(len(angle)) + MARGIN
        if gain > gained:
            best, gained = torch.zeros(every.shape[1]), gain
            best[: len(slopes)] = slopes
    return best


def _fitted(terms: Tensor, angle: Tensor, fold: int, linear: int) -> Tensor:
    """Coefficients (p,) of terms (n, p) with the least entropy; the first `linear` are searched on a grid."""
    slopes = torch.zeros(terms.shape[1])
    for column in range(linear):
        found = [float(_entropy(angle - terms @ slopes - slope * terms[:, column], fold)) for slope in SLOPES]
        slopes[column] = SLOPES[int(torch.tensor(found).argmin())]
    slopes.requires_grad_(True)
    optimiser = torch.optim.Adam([slopes], lr=0.005)
    with torch.enable_grad():
        for _ in range(STEPS):
            optimiser.zero_grad()
            _entropy(angle - terms @ slopes, fold).backward()
            optimiser.step()
    return slopes.detach()


def _entropy(angle: Tensor, fold: int) -> Tensor:
    """Entropy, nats, of angles (n,) modulo 2 pi / fold, smoothed by a Gaussian."""
    order = torch.arange(min(GRID // 2, int(ORDER / (fold * BANDWIDTH))) + 1)
    phase = order * fold * angle[:, None]
    smooth = torch.exp(-0.5 * (order * fold * BANDWIDTH) ** 2)
    waves = torch.complex(torch.cos(phase).mean(0), -torch.sin(phase).mean(0)) * smooth
    density = torch.fft.irfft(waves, n=GRID, norm="forward").clamp(min=1e-6)
    return -(density / GRID * torch.log(density)).sum()
