"""An error of pictures that looks at structure: MS-SSIM."""

from __future__ import annotations

from torch import Tensor

from latentlab.metrics import ms_ssim

MIX = 0.84  # part of MS-SSIM beside the mean absolute error, Zhao et al. 2017, section III D


def ms_ssim_error(x: Tensor, x_hat: Tensor) -> Tensor:
    """1 - MS-SSIM, mean over the pictures; with as many scales as fit (64 px: three).

    A picture whose reconstruction is anticorrelated at some scale has the error 1 and no gradient.
    """
    return 1 - ms_ssim(x_hat, x, data_range=1.0).mean()
