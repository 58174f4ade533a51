"""The estimate that the restoration starts from: photon counts smoothed as far as their number asks for.

From coarse to fine resolution the estimate is multiplied by the ratio of the counted photons to those that it
expects, both summed over a region of about the resolution's size. A ratio is drawn toward 1 as if `prior`
more photons had been counted and expected (the posterior mean of a gamma prior). The prior is estimated from
the image itself (empirical Bayes), in a wide neighbourhood of each region: where counts differ from what is
expected by no more than counting noise, the estimate stays smooth; where they differ more, it follows them.
Because each step corrects a ratio, a slope of the intensity biases it little (a multiplicative correction
of a kernel estimate, Jones, Linton and Nielsen 1995). Inside gaps the logarithm is interpolated linearly.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as functional
from torch import Tensor

KERNEL = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16  # Burt and Adelson 1983
# Pixels of equal weight that would average as well as the kernel in two dimensions.
KERNEL_PIXELS = float(1 / (KERNEL**2).sum() ** 2)
COARSEST = 6  # halvings of the resolution
# Photons that a ratio's prior is worth before the image is seen, by resolution from coarse to fine; the last
# is the single pixel's. The image may lower it by LOWERED at most, and raise it by RAISED.
PRIOR = (1.0, 0.5, 2.0, 8.0, 32.0, 128.0, 1024.0, 8192.0)
LOWERED, RAISED = 8.0, 64.0
NEIGHBOURHOOD = 4  # regions: the prior is estimated within about three times as many on each side
LEAST = 1e-6  # photons per pixel: lowest value of the estimate


def starting_estimate(counts: Tensor, mask: Tensor) -> Tensor:
    """Natural logarithm of the expected photons per pixel, float32 (n, 1, h, w), everywhere.

    Parameters
    ----------
    counts : float32 (n, 1, h, w), photons per pixel; not used where masked.
    mask : bool (n, 1, h, w), True where nothing is measured. Where all is masked the estimate is `LEAST`.
    """
    valid = (~mask).to(counts.dtype)
    counts = counts * valid
    sums = [counts.sum(dim=(-2, -1), keepdim=True), valid.sum(dim=(-2, -1), keepdim=True)]
    log = (sums[0] / sums[1].clamp_min(1)).clamp_min(LEAST).log().expand_as(counts)
    halvings = [level for level in range(COARSEST, -1, -1) if level == 0 or 2**level < min(counts.shape[-2:])]
    for level in halvings:
        counted, expected = (regional_sum(image, level) for image in (counts, valid * log.exp()))
        ratio = _shrunk_log_ratio(counted, expected, PRIOR[COARSEST - level])
        log = (log + enlarged(ratio, level, counts)).clamp_min(math.log(LEAST))
    log = log + _shrunk_log_ratio(counts, valid * log.exp(), PRIOR[-1])
    return across_gaps(log.clamp_min(math.log(LEAST)), mask)


def _shrunk_log_ratio(counted: Tensor, expected: Tensor, usual: float) -> Tensor:
    """Logarithm of counted over expected photons of regions (n, 1, h, w), drawn toward 0 by the prior.

    If the true ratios scatter about 1 with the variance v, the squared difference is expected + v expected^2:
    v is estimated from sums over the neighbourhood, drawn toward that of the whole image, and that toward
    1 / usual. The prior is worth 1 / v photons.
    """
    weight = 1 / (expected + expected**2 / usual + 1e-3)
    excess = weight * ((counted - expected) ** 2 - expected)
    square = weight * expected**2
    limits = 1 / (usual * RAISED), LOWERED / usual
    whole = [image.sum(dim=(-2, -1), keepdim=True) for image in (excess, square)]
    of_image = ((whole[0] + 1 / usual) / (whole[1] + 1)).clamp(*limits)
    near = [_spread(image) for image in (excess, square)]
    prior = 1 / ((near[0] + of_image) / (near[1] + 1)).clamp(*limits)
    return torch.log((counted + prior) / (expected + prior))


def _spread(image: Tensor) -> Tensor:
    """Mean over a wide neighbourhood of each region; outside of the image (n, 1, h, w) are zeros."""
    below, right = (-size % NEIGHBOURHOOD for size in image.shape[-2:])
    reduced = functional.avg_pool2d(functional.pad(image, (0, right, 0, below)), NEIGHBOURHOOD)
    wide = functional.interpolate(
        blurred(reduced), scale_factor=NEIGHBOURHOOD, mode="bilinear", align_corners=False
    )
    return wide[..., : image.shape[-2], : image.shape[-1]]


def regional_sum(image: Tensor, level: int) -> Tensor:
    """Sums over regions of about 3.7 * 2^level pixels' side, at 1 / 2^level of the resolution.

    The sums are as large as those of equally weighted pixels with the same relative counting error.

    Parameters
    ----------
    image : (n, 1, h, w). Outside of it nothing is measured: it is continued with 0 to a multiple of 2^level.
    """
    below, right = (-size % 2**level for size in image.shape[-2:])
    image = functional.pad(image, (0, right, 0, below))
    if level:
        image = 4**level * functional.avg_pool2d(image, 2**level)
    return KERNEL_PIXELS * blurred(image)


def blurred(image: Tensor) -> Tensor:
    """Mean over the kernel's 5 x 5 pixels; 0 outside of the image (n, 1, h, w)."""
    kernel = KERNEL.to(image)
    image = functional.conv2d(image, kernel.view(1, 1, 5, 1), padding=(2, 0))
    return functional.conv2d(image, kernel.view(1, 1, 1, 5), padding=(0, 2))


def enlarged(image: Tensor, level: int, like: Tensor) -> Tensor:
    """An image of a level at full resolution, bilinearly, cropped to the size of `like`."""
    if level:
        image = functional.interpolate(image, scale_factor=2**level, mode="bilinear", align_corners=False)
    return image[..., : like.shape[-2], : like.shape[-1]]


def across_gaps(image: Tensor, mask: Tensor) -> Tensor:
    """Linear interpolation along row and column across what is masked, the shorter way with more weight.

    The ends of a way are the next pixels that are not masked; the two values have the weights of linear
    interpolation, the two ways the inverse squares of their lengths. Beside the image's border one end
    counts. A pixel without any end keeps its value. The others are not changed.
    """
    total, weight = torch.zeros_like(image), torch.zeros_like(image)
    for dim in (-2, -1):
        size = image.shape[dim]
        index = (
            torch.arange(size, device=image.device).view(-1, 1)
            if dim == -2
            else torch.arange(size, device=image.device)
        )
        index = index.expand(image.shape)
        before = torch.where(mask, -1, index).cummax(dim).values
        after = torch.where(mask, size, index).flip(dim).cummin(dim).values.flip(dim)
        has_before, has_after = before >= 0, after < size
        left = image.gather(dim, before.clamp_min(0))
        right = image.gather(dim, after.clamp_max(size - 1))
        to_left, to_right = (index - before).to(image), (after - index).to(image)
        share = torch.where(has_before & has_after, to_left / (to_left + to_right).clamp_min(1), 0.0)
        share = torch.where(has_after & ~has_before, 1.0, share)
        length = torch.where(
            has_before & has_after, to_left + to_right, 3 * torch.where(has_before, to_left, to_right)
        ).clamp_min(1)
        ends = (has_before | has_after).to(image) / length**2
        total += ends * (left + share * (right - left))
        weight += ends
    return torch.where(mask & (weight > 0), total / weight.clamp_min(1e-12), image)
