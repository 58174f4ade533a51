"""Structural similarity of colour pictures at one scale."""

from __future__ import annotations

import pytorch_msssim
import torch


def ssim(x: torch.Tensor, y: torch.Tensor, data_range: float) -> torch.Tensor:
    """SSIM of each picture (n,), mean over its channels and windows of 11 px; negative if anticorrelated.

    Wang et al., IEEE Transactions on Image Processing 13, 600 (2004).

    Parameters
    ----------
    x, y : float (n, channels, side, side), at least 11 px a side. data_range : the full range of values.
    """
    # channels last in memory: on a CPU a tenth of the time
    x, y = (each.contiguous(memory_format=torch.channels_last) for each in (x, y))
    return pytorch_msssim.ssim(x, y, data_range=data_range, size_average=False)
