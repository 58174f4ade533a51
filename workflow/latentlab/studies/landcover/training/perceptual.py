"""Errors of pictures that look at structure: MS-SSIM and gradients."""

from __future__ import annotations

from torch import Tensor

from latentlab.metrics import ms_ssim

MIX = 0.84  # part of MS-SSIM beside the mean absolute error, Zhao et al. 2017, section III D


def ms_ssim_error(x: Tensor, x_hat: Tensor) -> Tensor:
    """1 - MS-SSIM, mean over the pictures; with as many scales as fit (64 px: three).

    A picture whose reconstruction is anticorrelated at some scale has the error 1 and no gradient.
    """
    return 1 - ms_ssim(x_hat, x, data_range=1.0).mean()


def edge_error(x: Tensor, x_hat: Tensor) -> Tensor:
    """Mean absolute difference of the gradients along both axes (Mathieu et al. 2016, with exponent 1)."""
    difference = x - x_hat
    along_x = (difference[..., 1:] - difference[..., :-1]).abs().mean()
    along_y = (difference[..., 1:, :] - difference[..., :-1, :]).abs().mean()
    return (along_x + along_y) / 2
