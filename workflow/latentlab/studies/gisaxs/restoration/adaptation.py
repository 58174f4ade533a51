"""A restorer trained on, on the measured pixels of the one frame that it is to restore."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence

import numpy as np
import torch
from scipy.ndimage import uniform_filter
from torch import Tensor

from latentlab.studies.gisaxs.restoration.checks import check_measured
from latentlab.studies.gisaxs.restoration.restorer import Restorer

STEPS, BATCH, SIDE = 120, 4, 96  # SIDE: of the parts of the frame, pixels
LEARNING_RATE, RISE, CLIP_NORM = 1e-3, 10, 1.0
KEPT = 0.8  # share of the photons that the network is given; the others judge it where it was measured
DISPERSION = 30.0  # counts from which on an error of the expectation outweighs the counting error
LEVEL_SIDE = 15  # pixels over which the level of the counts is averaged
LIMITS = -4.0, 8.0  # of log10 of the expected photons per pixel, in the likelihood


def adapted(
    restorer: Restorer,
    counts: np.ndarray,
    mask: np.ndarray,
    widths: tuple[int, int],
    *,
    seed: int,
    steps: int = STEPS,
) -> Restorer:
    """A copy of a restorer, trained on with artificial gaps in the frame's own measured pixels.

    In each step the network sees parts of the frame with more gaps, of the detector's widths, and a binomial
    share of the photons. Its loss is the likelihood of the photons that it has not seen: all of those in the
    new gaps, and the rest of them elsewhere (the two shares are independent Poisson counts). Pixels of `mask`
    are never used. The likelihood is negative binomial: a Poisson likelihood would be decided by the
    brightest pixels alone, where the expectation is wrong by more than counting.

    Parameters
    ----------
    counts : (h, w), photons per pixel, whole numbers where measured. mask : bool (h, w), True where not
        measured, or kept back for a score. widths : rows and columns of a gap, `artificial_gaps.gap_widths`.
    seed : of the parts, gaps and photons. steps : of training; 0 gives the restorer as it is.

    Returns
    -------
    A new restorer; the given one is not changed. The same arguments give the same weights, bit by bit.

    Raises
    ------
    FrameError : nothing is measured. ValueError : a frame smaller than three gaps.
    """
    check_measured(counts, mask)
    side = [min(SIDE, length) for length in counts.shape]
    if side[0] < 3 * widths[0] or side[1] < 3 * widths[1]:
        raise ValueError(f"a frame of {counts.shape} is too small to adapt to gaps of {widths} pixels")
    network = copy.deepcopy(restorer.network).train()
    rng = np.random.default_rng(seed)
    parts = _Parts(np.where(mask, 0, counts).astype(np.float32), mask, side, widths, rng)
    optimizer = torch.optim.AdamW(network.parameters(), LEARNING_RATE, weight_decay=0.0)
    for step in range(steps):
        rate = min(1, (step + 1) / RISE) * 0.5 * (1 + math.cos(math.pi * step / steps))
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * rate
        given, hidden, everything, masked, gaps, valid = parts.draw(BATCH)
        log, _ = network(given, masked)
        expected = 10 ** log.clamp(*LIMITS) / KEPT
        loss = _mean(negative_binomial(everything, expected), gaps)
        loss = loss + _mean(negative_binomial(hidden, expected * (1 - KEPT)), valid & ~masked)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP_NORM)
        optimizer.step()
    return Restorer(network, restorer.scales[True], restorer.scales[False])


def negative_binomial(counts: Tensor, expected: Tensor) -> Tensor:
    """Deviance of counts whose variance is e + e^2 / DISPERSION about the expectation e; both any shape."""
    log_counts = torch.log(counts.clamp(min=1e-9))
    larger = counts + DISPERSION
    return 2 * (
        counts * (log_counts - torch.log(expected))
        - larger * (torch.log(larger) - torch.log(expected + DISPERSION))
    )


def _mean(values: Tensor, where: Tensor) -> Tensor:
    return values[where].mean() if where.any() else values.sum() * 0


class _Parts:
    """Random parts of a frame, with new gaps and a share of the photons."""

    def __init__(
        self,
        counts: np.ndarray,
        mask: np.ndarray,
        side: Sequence[int],
        widths: tuple[int, int],
        rng: np.random.Generator,
    ) -> None:
        self.counts, self.mask, self.side, self.widths, self.rng = counts, mask, side, widths, rng
        level = np.sqrt(uniform_filter(counts.astype(np.float64), LEVEL_SIDE) + 1e-9)
        self.chance = np.cumsum(np.where(mask, 0, level).ravel())

    def draw(self, number: int) -> list[Tensor]:
        """Photons given, hidden, and all; masks of all that is not given, the new gaps, and what is measured.

        Each (number, 1, side, side); the photons float32, the masks bool.
        """
        drawn = [self._one() for _ in range(number)]
        return [torch.from_numpy(np.stack(images))[:, None] for images in zip(*drawn, strict=True)]

    def _one(self) -> tuple[np.ndarray, ...]:
        rng, side = self.rng, self.side
        centre = divmod(
            int(np.searchsorted(self.chance, rng.uniform(0, self.chance[-1]))), self.counts.shape[1]
        )
        part = []
        for middle, size, length in zip(centre, side, self.counts.shape, strict=True):
            start = int(np.clip(middle - rng.integers(size // 5, size - size // 5), 0, length - size))
            part.append(slice(start, start + size))
        counts, mask = self.counts[tuple(part)], self.mask[tuple(part)]
        gap = np.zeros(mask.shape, dtype=bool)
        axis = int(rng.integers(2))
        width = self.widths[axis]
        # one wide gap or several narrow ones, so that about as many pixels are judged
        halves = max(1, min(2, side[axis] // (8 * width)))
        for half in range(halves):
            start = half * side[axis] // halves + int(
                rng.integers(width, side[axis] // halves - 2 * width + 1)
            )
            gap[(slice(None),) * axis + (slice(start, start + width),)] = True
        if rng.random() < 0.5:
            counts, mask, gap = counts[:, ::-1], mask[:, ::-1], gap[:, ::-1]
        given = rng.binomial(np.rint(counts).astype(np.int64), KEPT).astype(np.float32)
        masked = mask | gap
        return (
            np.where(masked, 0, given),
            np.where(masked, 0, counts - given),
            counts.copy(),
            masked,
            gap & ~mask,
            ~mask,
        )
