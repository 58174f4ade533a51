"""The restoration's network: it corrects a starting estimate, and says how uncertain the result is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from latentlab.models.u_net import UNet
from latentlab.studies.gisaxs.restoration.starting_estimate import (
    KERNEL_PIXELS,
    enlarged,
    regional_sum,
    starting_estimate,
)

LEVELS = 5  # resolutions at which the network sees how far counts and starting estimate differ
HIGH_PASS = (1, 3)  # resolutions whose smooth part is subtracted from the starting estimate
CHANNELS = 4 + LEVELS + len(HIGH_PASS)
LOG10 = math.log(10.0)
SPREAD = 1 / LOG10  # standard deviation of log10 of one photon's worth, decades
REGION = 2  # resolution whose photons give the starting value of the deviation
FLOOR = 0.005  # decades: smallest starting value of the deviation ...
UNSEEN = 0.05  # ... and what is added to it where nothing is measured in a region
DETAIL = 0.03  # relative difference, natural logarithm, that counts as much as one standard deviation
LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION = math.log(5e-4), math.log(3.0)  # decades


class RestorationNetwork(nn.Module):
    """Starting estimate plus a correction by a U-Net, in log10 of photons per pixel, and its deviation.

    The U-Net sees numbers that have the same meaning at each exposure: how many photons are expected, and by
    how much the counted ones differ, relatively and in standard deviations, at several resolutions. Its last
    layer starts at 0, so that the network starts as the classical estimate.

    Parameters
    ----------
    width, levels : of the U-Net.
    """

    def __init__(self, width: int, levels: int) -> None:
        super().__init__()
        self.unet = UNet(CHANNELS, 2, width, levels)
        nn.init.zeros_(self.unet.last.weight)
        nn.init.zeros_(self.unet.last.bias)

    def forward(self, counts: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Expectation and its uncertainty.

        Parameters
        ----------
        counts : float32 (n, 1, h, w), photons per pixel. mask : bool (n, 1, h, w), True where not measured.

        Returns
        -------
        log10 of the expected photons per pixel, and the natural logarithm of its standard deviation in
        decades, both float32 (n, 1, h, w).
        """
        with torch.no_grad():
            start, start_deviation, features = seen(counts, mask)
        return corrected(start, start_deviation, self.unet(features))


def corrected(start: Tensor, start_deviation: Tensor, output: Tensor) -> tuple[Tensor, Tensor]:
    """Add the U-Net's output (n, 2, h, w), in units of the starting deviation, to the start.

    The limits of the deviation keep the loss finite.
    """
    log_deviation = start_deviation.log() + output[:, 1:]
    limits = LEAST_LOG_DEVIATION, LARGEST_LOG_DEVIATION
    return start + start_deviation * output[:, :1], log_deviation.clamp(*limits)


def seen(counts: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What the network starts from and sees, of counts and mask (n, 1, h, w).

    Returns
    -------
    start : float32 (n, 1, h, w), log10 of the expected photons per pixel. start_deviation : a first guess of
    its standard deviation, decades. features : (n, CHANNELS, h, w).
    """
    valid = (~mask).to(counts.dtype)
    counts = counts * valid
    log = starting_estimate(counts, mask)
    expected = valid * log.exp()
    ratios, smooth = [_ratio(counts, expected)], []
    for level in range(LEVELS):
        sums = [regional_sum(image, level) for image in (counts, expected)]
        ratios.append(enlarged(_ratio(*sums), level, counts))
        if level in HIGH_PASS:
            norm = regional_sum(torch.ones_like(log), level)
            mean = enlarged(regional_sum(log, level) / norm, level, counts)
            smooth.append(torch.asinh((log - mean) / DETAIL))
        if level == REGION:
            photons = enlarged(sums[1], level, counts)
            share = enlarged(regional_sum(valid, level) / (4**level * KERNEL_PIXELS), level, counts)
    square = SPREAD**2 / (photons + 1) + FLOOR**2 + (UNSEEN * (1 - share)) ** 2
    features = [log / LOG10 / 2, mask.to(counts.dtype), torch.log10(photons + 1) / 2, *ratios, *smooth]
    return log / LOG10, torch.sqrt(square), torch.cat(features, dim=1)


def _ratio(counted: Tensor, expected: Tensor) -> Tensor:
    """Logarithm of the ratio, in units of its counting error or of DETAIL; large ones compressed."""
    ratio = torch.log((counted + 1) / (expected + 1))
    return torch.asinh(ratio / torch.sqrt(1 / (expected + 1) + DETAIL**2))


def build_network(record: Mapping[str, Any]) -> RestorationNetwork:
    """The network of a record: its `width` and `levels`."""
    return RestorationNetwork(record["width"], record["levels"])
