"""Metrics: against pytorch-msssim, at their limits, and by numbers worked out by hand."""

from __future__ import annotations

import math

import pytest
import pytorch_msssim
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.metrics import (
    image_metrics,
    log_rmse,
    log_scaled,
    ms_ssim,
    ms_ssim_scales,
    ms_ssim_terms,
    mse,
    psnr,
)


def images(*rows: list[float]) -> torch.Tensor:
    """Images of one row each, (n, 1, 1, width)."""
    return torch.tensor(rows)[:, None, None, :]


def noisy_pair(side: int, seed: int, count: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    x = torch.rand(count, 1, side, side, generator=generator)
    return x, 0.7 * x + 0.3 * torch.rand(x.shape, generator=generator)


@pytest.mark.parametrize("side", [161, 256])
def test_five_scales_are_pytorch_msssims(side: int) -> None:
    x, y = noisy_pair(side, seed=side)
    expected = pytorch_msssim.ms_ssim(x, y, data_range=1.0, size_average=False)
    torch.testing.assert_close(ms_ssim(x, y, data_range=1.0), expected, rtol=5e-6, atol=5e-6)
    assert expected.max() < 0.95
    expected = pytorch_msssim.ms_ssim(100 * x, 100 * y, data_range=80.0, size_average=False)
    torch.testing.assert_close(ms_ssim(100 * x, 100 * y, data_range=80.0), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("side", "scales"),
    [
        (11, 1),
        (20, 1),
        (21, 2),
        (40, 2),
        (41, 3),
        (64, 3),
        (80, 3),
        (81, 4),
        (160, 4),
        (161, 5),
        (256, 5),
        (999, 5),
    ],
)
def test_number_of_scales(side: int, scales: int) -> None:
    assert ms_ssim_scales(side) == scales


@pytest.mark.parametrize("side", [1, 10])
def test_too_small_for_ms_ssim(side: int) -> None:
    with pytest.raises(ValueError, match=f"at least 11 pixels per side, found {side}"):
        ms_ssim_scales(side)
    x = torch.rand(1, 1, side, 64)
    with pytest.raises(ValueError, match="at least 11 pixels"):
        ms_ssim(x, x, data_range=1.0)


def test_three_scales_at_64_px_have_weights_that_sum_to_one() -> None:
    x, y = noisy_pair(64, seed=5)
    terms = ms_ssim_terms(x, y, data_range=1.0)
    assert terms.shape == (3, 2)
    total = 0.0448 + 0.2856 + 0.3001
    by_hand = terms[0] ** (0.0448 / total) * terms[1] ** (0.2856 / total) * terms[2] ** (0.3001 / total)
    torch.testing.assert_close(ms_ssim(x, y, data_range=1.0), by_hand)


@pytest.mark.parametrize("side", [11, 64, 70, 161])
def test_identical_images_give_one(side: int) -> None:
    x, _ = noisy_pair(side, seed=1)
    torch.testing.assert_close(ms_ssim(x, x, data_range=1.0), torch.ones(2))


def test_ms_ssim_is_an_images_own() -> None:
    x, y = noisy_pair(64, seed=2, count=3)
    together = ms_ssim(x, y, data_range=1.0)
    alone = torch.cat([ms_ssim(x[i : i + 1], y[i : i + 1], data_range=1.0) for i in range(3)])
    torch.testing.assert_close(together, alone)
    assert len({round(float(value), 6) for value in together}) == 3


def test_a_negative_contrast_term_gives_zero_and_no_gradient() -> None:
    """Why trainings on MS-SSIM stick at 0.0: only the rate is left to learn."""
    target, _ = noisy_pair(64, seed=3)
    restored = (1 - target).requires_grad_(True)
    assert bool((ms_ssim_terms(restored, target, data_range=1.0)[0] < 0).all())
    value = ms_ssim(restored, target, data_range=1.0)
    value.sum().backward()
    assert value.tolist() == [0.0, 0.0]
    assert restored.grad.abs().max() == 0.0


def test_a_positive_product_has_a_gradient() -> None:
    target, other = noisy_pair(64, seed=3)
    other.requires_grad_(True)
    ms_ssim(other, target, data_range=1.0).sum().backward()
    assert bool(torch.isfinite(other.grad).all())
    assert other.grad.abs().max() > 0


def test_mse_and_psnr_by_hand() -> None:
    x, y = images([1.0, 3.0], [2.0, 2.0]), images([0.0, 0.0], [0.0, 2.0])
    assert mse(x, y).tolist() == [5.0, 2.0]
    expected = [10 * math.log10(100 / 5), 10 * math.log10(100 / 2)]
    torch.testing.assert_close(psnr(x, y, 10.0), torch.tensor(expected))
    expected = [10 * math.log10(100 / 5), 10 * math.log10(16 / 2)]
    torch.testing.assert_close(psnr(x, y, torch.tensor([10.0, 4.0])), torch.tensor(expected))
    assert psnr(x, x, 1.0).tolist() == [math.inf, math.inf]


def test_log_scale_by_hand() -> None:
    intensity = images([8.0, 8e-3, 8e-6, 8e-9, 0.0, 80.0], [1.0, 1e-1, 1e-2, 1e-3, -1.0, 1e-6])
    scaled = log_scaled(intensity, torch.tensor([8.0, 1.0]))
    expected = images([1, 1 / 2, 0, 0, 0, 1], [1, 5 / 6, 4 / 6, 3 / 6, 0, 0])
    torch.testing.assert_close(scaled, expected, rtol=1e-5, atol=1e-6)


def test_log_rmse_by_hand() -> None:
    reference = images([1.0, 0.1, 0.1, 1e-7])
    x = images([0.1, 0.1, 10.0, 0.0])  # -1 decade, 0, clipped at the maximum: +1, both clipped: 0
    torch.testing.assert_close(log_rmse(x, reference), torch.tensor([math.sqrt(2 / 4)]))
    where = torch.tensor([[True, True, False, False]])
    torch.testing.assert_close(log_rmse(x, reference, where), torch.tensor([math.sqrt(1 / 2)]))
    assert math.isnan(float(log_rmse(x, reference, torch.zeros(1, 4, dtype=torch.bool))))


@given(seed=st.integers(0, 1000), share=st.floats(0.05, 0.95))
@settings(max_examples=15, deadline=None)
def test_inside_and_outside_of_gaps_make_the_whole(seed: int, share: float) -> None:
    x, y = noisy_pair(16, seed)
    gaps = torch.rand(16, 16, generator=torch.Generator().manual_seed(seed)) < share
    gaps[0, 0], gaps[0, 1] = True, False
    inside, outside = log_rmse(x, y, gaps), log_rmse(x, y, ~gaps)
    weight = gaps.double().mean()
    whole = (weight * inside**2 + (1 - weight) * outside**2).sqrt()
    torch.testing.assert_close(log_rmse(x, y), whole.float(), rtol=1e-5, atol=1e-7)


def test_image_metrics_name_their_scales() -> None:
    target, restored = (900 * image for image in noisy_pair(64, seed=7))
    gaps = torch.zeros(64, 64, dtype=torch.bool)
    gaps[:5] = True
    metrics = image_metrics(restored, target, gaps)
    maximum = target.amax(dim=(1, 2, 3))
    logs = log_scaled(restored, maximum), log_scaled(target, maximum)
    expected = {
        "mse": mse(restored, target),
        "ms_ssim": ms_ssim(restored, target, data_range=1.0),
        "psnr_raw": psnr(restored, target, maximum),
        "psnr_log": psnr(*logs, 1.0),
        "ms_ssim_log": ms_ssim(*logs, data_range=1.0),
        "log_rmse": log_rmse(restored, target),
        "log_rmse_gaps": log_rmse(restored, target, gaps),
        "log_rmse_outside": log_rmse(restored, target, ~gaps),
    }
    assert set(metrics) == set(expected)
    for name, value in expected.items():
        torch.testing.assert_close(metrics[name], value)
        assert value.shape == (2,)
    # psnr_log and log_rmse say the same thing in two units: dB of the six decades, and decades
    torch.testing.assert_close(metrics["psnr_log"], 20 * torch.log10(6 / metrics["log_rmse"]))
    assert "log_rmse_gaps" not in image_metrics(restored, target)
