"""Image metrics, each with its scale and data range stated: MSE, PSNR, MS-SSIM, errors in log intensity.

Two scales are used throughout:
raw   the simulated intensity in the thesis's unit (see `raw_mean_square` in config/gisaxs.yaml);
log   log10 of intensity over the reference's maximum, six decades mapped to [0, 1], data range 1.
"""

from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as F

from latentlab.log_scale import DECADES, FLOOR

WINDOW = 11  # pixels, with sigma 1.5: as in Wang et al. 2003 and common implementations
SIGMA = 1.5
STABILITY = (0.01, 0.03)  # K1 and K2 of the same
WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # Wang, Simoncelli, Bovik 2003, five scales


def ms_ssim_scales(side: int) -> int:
    """How many of the five scales of MS-SSIM fit an image `side` pixels wide: the window must fit the last.

    256 px has all 5, 64 px has 3. Values with different numbers of scales are not comparable.

    Raises
    ------
    ValueError : not even one scale fits.
    """
    # as in common implementations: five scales need 161 px
    scales = sum(side > (WINDOW - 1) * 2**scale for scale in range(len(WEIGHTS)))
    if scales == 0:
        raise ValueError(f"MS-SSIM needs at least {WINDOW} pixels per side, found {side}")
    return scales


def ms_ssim_terms(x: torch.Tensor, y: torch.Tensor, data_range: float) -> torch.Tensor:
    """Mean contrast-structure term of each scale, and for the last scale the whole SSIM (eq. 3.8).

    Parameters
    ----------
    x, y : float (n, 1, side, side).
    data_range : the full range of values, in the unit of x and y.

    Returns
    -------
    (scales, n); terms can be negative, where the two images are anticorrelated.
    """
    scales = ms_ssim_scales(min(x.shape[-2:]))
    terms = []
    for scale in range(scales):
        if scale:
            x, y = (
                F.avg_pool2d(image, 2, padding=[side % 2 for side in image.shape[2:]]) for image in (x, y)
            )
        similarity, contrast = _similarity(x, y, data_range)
        terms.append(similarity if scale == scales - 1 else contrast)
    return torch.stack(terms)


def _similarity(x: torch.Tensor, y: torch.Tensor, data_range: float) -> tuple[torch.Tensor, torch.Tensor]:
    """SSIM and its contrast-structure part at one scale, each image's mean (n,) (eq. 3.7)."""
    c1, c2 = ((constant * data_range) ** 2 for constant in STABILITY)
    maps = _smoothed(torch.stack([x, y, x * x, y * y, x * y]))
    mean_x, mean_y = maps[0], maps[1]
    square_x, square_y, product = mean_x * mean_x, mean_y * mean_y, mean_x * mean_y
    contrast = (2 * (maps[4] - product) + c2) / (maps[2] - square_x + maps[3] - square_y + c2)
    similarity = (2 * product + c1) / (square_x + square_y + c1) * contrast
    return similarity.mean(dim=(1, 2, 3)), contrast.mean(dim=(1, 2, 3))


def _smoothed(images: torch.Tensor) -> torch.Tensor:
    """Convolution with a Gaussian window over the last two axes, only where the whole window fits.

    Two products with banded matrices: on a CPU the backward pass of a convolution with a single channel
    takes longer than that of a small codec.
    """
    rows, columns = (_window_matrix(side).to(images) for side in images.shape[-2:])
    return rows @ images @ columns.T


@lru_cache(maxsize=16)
def _window_matrix(side: int) -> torch.Tensor:
    """Float64 (side - WINDOW + 1, side): each row holds the normalised window, shifted by one more pixel."""
    places = torch.arange(WINDOW, dtype=torch.float64) - (WINDOW - 1) / 2
    window = torch.exp(-(places**2) / (2 * SIGMA**2))
    matrix = torch.zeros(side - WINDOW + 1, side, dtype=torch.float64)
    for row in range(len(matrix)):
        matrix[row, row : row + WINDOW] = window / window.sum()
    return matrix


def ms_ssim(x: torch.Tensor, y: torch.Tensor, data_range: float) -> torch.Tensor:
    """MS-SSIM of each image (n,): `ms_ssim_product` of `ms_ssim_terms` (eq. 3.8)."""
    return ms_ssim_product(ms_ssim_terms(x, y, data_range))


def ms_ssim_product(terms: torch.Tensor) -> torch.Tensor:
    """MS-SSIM (n,) from the terms (scales, n) of `ms_ssim_terms` (eq. 3.8).

    The weights are renormalised if there are fewer than five scales. As in pytorch-msssim, which
    CompressAI uses, a negative term counts as 0 and so does the product: value and gradient are then
    exactly 0. With five scales both implementations agree (tested).
    """
    terms = terms.relu()
    weights = torch.tensor(WEIGHTS[: len(terms)], dtype=terms.dtype, device=terms.device)
    if len(terms) < len(WEIGHTS):
        weights = weights / weights.sum()  # the five, as published, sum to 1.0001
    return torch.prod(terms ** weights.unsqueeze(1), dim=0)


def mse(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Mean squared error of each image (n,), in the square of the images' unit."""
    return (x - y).square().mean(dim=(1, 2, 3))


def psnr(x: torch.Tensor, reference: torch.Tensor, data_range: torch.Tensor | float) -> torch.Tensor:
    """Peak signal-to-noise ratio of each image (n,) in dB; `data_range` a number or one per image (n,)."""
    data_range = torch.as_tensor(data_range, dtype=reference.dtype, device=reference.device)
    return 10 * torch.log10(data_range**2 / mse(x, reference))


def log_scaled(intensity: torch.Tensor, maximum: torch.Tensor) -> torch.Tensor:
    """log10(intensity / maximum), the decades from 1e-6 to 1 mapped to [0, 1]; values outside are clipped.

    `intensity` (n, 1, h, w), `maximum` (n,) in the same unit.
    """
    ratio = intensity / maximum.view(-1, 1, 1, 1)
    return (1 + torch.log10(ratio.clamp(FLOOR, 1.0)) / DECADES).to(intensity.dtype)


def log_rmse(x: torch.Tensor, reference: torch.Tensor, where: torch.Tensor | None = None) -> torch.Tensor:
    """Root mean squared difference of log10 intensity in decades, each image (n,).

    `where` is an optional bool (h, w) that is True for the pixels to use; NaN if there are none. Intensities
    are clipped to the six decades below the reference's maximum, as in `log_scaled`.
    """
    maximum = reference.amax(dim=(1, 2, 3))
    difference = DECADES * (log_scaled(x, maximum) - log_scaled(reference, maximum))
    pixels = difference[:, 0, where] if where is not None else difference.flatten(1)
    return pixels.square().mean(dim=1).sqrt()


def image_metrics(
    restored: torch.Tensor, target: torch.Tensor, gaps: torch.Tensor | None = None
) -> dict[str, torch.Tensor]:
    """All metrics of restored patterns against their targets, one value per image.

    Parameters
    ----------
    restored, target : float32 (n, 1, side, side), raw intensity.
    gaps : bool (side, side), True in the detector's gaps; adds `log_rmse_gaps` and `log_rmse_outside`.

    Returns
    -------
    mse : raw unit squared. ms_ssim : raw, data range 1, as the thesis. psnr_raw : dB, data range the
    target's maximum. psnr_log, ms_ssim_log : on `log_scaled`, data range 1. log_rmse : decades.
    """
    maximum = target.amax(dim=(1, 2, 3))
    log_restored, log_target = log_scaled(restored, maximum), log_scaled(target, maximum)
    metrics = {
        "mse": mse(restored, target),
        "ms_ssim": ms_ssim(restored, target, data_range=1.0),
        "psnr_raw": psnr(restored, target, maximum),
        "psnr_log": psnr(log_restored, log_target, 1.0),
        "ms_ssim_log": ms_ssim(log_restored, log_target, data_range=1.0),
        "log_rmse": log_rmse(restored, target),
    }
    if gaps is not None:
        metrics["log_rmse_gaps"] = log_rmse(restored, target, gaps)
        metrics["log_rmse_outside"] = log_rmse(restored, target, ~gaps)
    return metrics
