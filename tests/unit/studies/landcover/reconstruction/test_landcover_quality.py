"""Measures of reconstructions, and the tiles that figures show."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from pytorch_msssim import ms_ssim as reference_ms_ssim
from scipy.ndimage import gaussian_filter
from tests.unit.studies.landcover.micro_landcover import micro_tiles

from latentlab.studies.landcover.reconstruction.metric_names import QUALITIES
from latentlab.studies.landcover.reconstruction.quality import joined, qualities, summary_of
from latentlab.studies.landcover.reconstruction.shown import SHOWN, shown_tiles


def noisy_pair(n: int, side: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    x = torch.rand(n, 3, side, side, generator=generator)
    x = torch.nn.functional.avg_pool2d(x, 5, stride=1, padding=2)
    return x, (x + 0.1 * torch.randn(x.shape, generator=generator)).clamp(0, 1)


def test_mae_and_mse_are_means_of_each_picture() -> None:
    x, y = noisy_pair(3, 64)
    found = qualities(x, y)
    difference = (x - y).numpy().astype(np.float64)
    np.testing.assert_allclose(found["mae"], np.abs(difference).mean(axis=(1, 2, 3)), rtol=1e-5)
    np.testing.assert_allclose(found["mse"], (difference**2).mean(axis=(1, 2, 3)), rtol=1e-5)


def reference_ssim(x: np.ndarray, y: np.ndarray) -> float:
    """Wang et al. 2004, equation 13, with scipy's Gaussian window of 11 px, of (channels, side, side)."""

    def smoothed(image: np.ndarray) -> np.ndarray:
        return gaussian_filter(image, (0, 1.5, 1.5), truncate=3.5)[:, 5:-5, 5:-5]

    mean_x, mean_y = smoothed(x), smoothed(y)
    variances = smoothed(x * x) - mean_x**2 + smoothed(y * y) - mean_y**2
    covariance = smoothed(x * y) - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + 0.01**2) / (mean_x**2 + mean_y**2 + 0.01**2)
    return float((luminance * (2 * covariance + 0.03**2) / (variances + 0.03**2)).mean())


def test_ssim_is_that_of_its_paper() -> None:
    x, y = noisy_pair(3, 64)
    expected = [reference_ssim(*pair) for pair in zip(x.double().numpy(), y.double().numpy(), strict=True)]
    np.testing.assert_allclose(qualities(x, y)["ssim"], expected, atol=1e-5)


def test_ms_ssim_of_one_channel_is_that_of_pytorch_msssim() -> None:
    x, y = (each[:, :1] for each in noisy_pair(2, 176))
    expected = reference_ms_ssim(x, y, data_range=1.0, size_average=False)
    np.testing.assert_allclose(qualities(x, y)["ms_ssim"], expected.numpy(), atol=1e-5)


def test_a_picture_is_like_itself() -> None:
    x, _ = noisy_pair(2, 64)
    summary = summary_of(qualities(x, x))
    assert summary == pytest.approx({"mae": 0, "mse": 0, "ssim": 1, "ms_ssim": 1, "psnr_db": math.inf})
    assert set(summary) == set(QUALITIES)


def test_psnr_is_that_of_the_mean_error_of_all() -> None:
    """One picture that is exact does not make it infinite."""
    x = torch.zeros(2, 3, 16, 16)
    y = x.clone()
    y[1] = 0.1
    assert summary_of(qualities(x, y))["psnr_db"] == pytest.approx(-10 * math.log10(0.01 / 2), rel=1e-5)


def test_batches_are_joined_in_order() -> None:
    x, y = noisy_pair(5, 16)
    parts = joined(qualities(x[rows], y[rows]) for rows in (slice(0, 2), slice(2, 5)))
    for name, values in qualities(x, y).items():
        np.testing.assert_allclose(parts[name], values, rtol=1e-5)


def test_shown_tiles_have_each_class_of_both_cities() -> None:
    tiles = micro_tiles(300, seed=3)
    places = shown_tiles(tiles)
    assert len(places) == len(set(places)) == SHOWN
    pairs = {(tiles.factors["dominant"][k], tiles.factors["city"][k]) for k in places}
    assert pairs == {(each, city) for each in range(5) for city in range(2)}
    np.testing.assert_array_equal(places, shown_tiles(tiles))


def test_fewer_tiles_or_classes_are_filled_up() -> None:
    tiles = micro_tiles(30, seed=3)
    tiles.factors["dominant"][:] = 2
    assert len(set(shown_tiles(tiles))) == SHOWN
    assert sorted(shown_tiles(micro_tiles(4, seed=1))) == [0, 1, 2, 3]
