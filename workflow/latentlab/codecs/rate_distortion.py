"""The rate-distortion loss of learned compression (thesis, table 2.3 and eq. 3.9)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch

from latentlab.metrics import ms_ssim_product, ms_ssim_terms


def bits_per_pixel(likelihoods: Mapping[str, torch.Tensor], pixels: int) -> torch.Tensor:
    """Estimated rate in bits per pixel: minus the sum of log2 of all likelihoods over `pixels` (eq. 3.9)."""
    return sum(torch.log(likelihood).sum() for likelihood in likelihoods.values()) / (-math.log(2) * pixels)


def distortion_weight(metric: str, weight: float) -> float:
    """Factor of the distortion in table 2.3: weight x 255^2 for "mse", weight itself for "ms-ssim".

    Raises
    ------
    ValueError : another metric.
    """
    if metric not in ("mse", "ms-ssim"):
        raise ValueError(f"metric is '{metric}', expected 'mse' or 'ms-ssim'")
    return weight * 255**2 if metric == "mse" else weight


def rate_distortion(
    output: Mapping[str, torch.Tensor | Mapping[str, torch.Tensor]],
    target: torch.Tensor,
    *,
    metric: str,
    weight: float,
) -> dict[str, torch.Tensor]:
    """Loss of a codec's forward pass, as in table 2.3.

    Parameters
    ----------
    output : a CompressAI model's output, `x_hat` float (n, 1, h, w) and `likelihoods`.
    target : float (n, 1, h, w), in the model's own intensity scale.
    metric : "mse": weight x 255^2 x MSE + rate; "ms-ssim": weight x (1 - MS-SSIM) + rate, data range 1.
    weight : the lambda of table 2.2.

    Returns
    -------
    loss, bpp, distortion (MSE, or 1 - MS-SSIM) and, for "ms-ssim", ms_ssim and ms_ssim_scale_1, _2 ...:
    scalars. The last are the batch means of the terms of each scale, finest first, before negative terms are
    replaced by 0: they show why a training makes no progress.

    Raises
    ------
    ValueError : another metric.
    """
    factor = distortion_weight(metric, weight)
    restored = output["x_hat"].float()  # bf16 ruins MS-SSIM
    terms = {"bpp": bits_per_pixel(output["likelihoods"], target[:, 0].numel())}
    if metric == "mse":
        terms["distortion"] = torch.nn.functional.mse_loss(restored, target)
    else:
        scales = ms_ssim_terms(restored, target, data_range=1.0)
        terms |= {f"ms_ssim_scale_{number}": scale.mean() for number, scale in enumerate(scales, 1)}
        terms["ms_ssim"] = ms_ssim_product(scales).mean()
        terms["distortion"] = 1 - terms["ms_ssim"]
    terms["loss"] = factor * terms["distortion"] + terms["bpp"]
    return terms
