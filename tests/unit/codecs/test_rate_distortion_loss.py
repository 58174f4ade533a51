"""The rate-distortion loss by hand, as table 2.3 has it."""

from __future__ import annotations

import math

import pytest
import torch

from latentlab.codecs.rate_distortion import bits_per_pixel, rate_distortion
from latentlab.metrics import ms_ssim


def test_bits_per_pixel_by_hand() -> None:
    likelihoods = {"y": torch.tensor([[0.5, 0.25], [0.125, 1.0]]), "z": torch.tensor([0.5, 0.5])}
    bits = (1 + 2 + 3 + 0) + (1 + 1)
    assert float(bits_per_pixel(likelihoods, pixels=16)) == pytest.approx(bits / 16)


def test_mse_loss_by_hand() -> None:
    """Two images of 8 pixels; 4 bits in all; error 0.1 in half of the pixels."""
    target = torch.zeros(2, 1, 2, 4)
    restored = target.clone()
    restored[..., :2] = 0.1
    output = {"x_hat": restored, "likelihoods": {"y": torch.full((4,), 0.5)}}
    terms = rate_distortion(output, target, metric="mse", weight=0.0018)
    assert set(terms) == {"loss", "bpp", "distortion"}
    assert float(terms["bpp"]) == pytest.approx(4 / 16)
    assert float(terms["distortion"]) == pytest.approx(0.01 / 2)
    assert float(terms["loss"]) == pytest.approx(0.0018 * 65025 * 0.005 + 0.25)


def test_ms_ssim_loss_by_hand() -> None:
    generator = torch.Generator().manual_seed(0)
    target = torch.rand(3, 1, 64, 64, generator=generator)
    restored = 0.8 * target + 0.2 * torch.rand(target.shape, generator=generator)
    output = {"x_hat": restored, "likelihoods": {"y": torch.full((3, 64), 0.25)}}
    terms = rate_distortion(output, target, metric="ms-ssim", weight=2.4)
    similarity = float(ms_ssim(restored, target, data_range=1.0).mean())
    assert 0.5 < similarity < 0.99
    assert float(terms["ms_ssim"]) == pytest.approx(similarity)
    assert float(terms["distortion"]) == pytest.approx(1 - similarity, abs=1e-6)
    assert float(terms["bpp"]) == pytest.approx(3 * 64 * 2 / (3 * 64 * 64))
    assert float(terms["loss"]) == pytest.approx(2.4 * (1 - similarity) + 2 / 64, abs=1e-6)


def test_a_bf16_output_is_measured_in_float32() -> None:
    target = torch.rand(1, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    likelihoods = {"y": torch.ones(1)}
    half = rate_distortion(
        {"x_hat": target.bfloat16(), "likelihoods": likelihoods}, target, metric="ms-ssim", weight=1.0
    )
    assert half["loss"].dtype == torch.float32
    assert float(half["ms_ssim"]) > 0.999


def test_the_loss_has_gradients_of_both_parts() -> None:
    restored = torch.full((1, 1, 64, 64), 0.4, requires_grad=True)
    likelihood = torch.full((8,), 0.5, requires_grad=True)
    output = {"x_hat": restored, "likelihoods": {"y": likelihood}}
    rate_distortion(output, torch.zeros(1, 1, 64, 64), metric="mse", weight=0.01)["loss"].backward()
    pixels = 64 * 64
    # d/dx of lambda 255^2 mean(x^2), and d/dp of -log2(p) / pixels
    torch.testing.assert_close(restored.grad, torch.full_like(restored, 0.01 * 65025 * 2 * 0.4 / pixels))
    torch.testing.assert_close(likelihood.grad, torch.full((8,), -1 / (0.5 * math.log(2) * pixels)))


@pytest.mark.parametrize("metric", ["ssim", "MSE", ""])
def test_unknown_metric(metric: str) -> None:
    image = torch.zeros(1, 1, 64, 64)
    with pytest.raises(ValueError, match=f"metric is '{metric}', expected 'mse' or 'ms-ssim'"):
        rate_distortion(
            {"x_hat": image, "likelihoods": {"y": torch.ones(1)}}, image, metric=metric, weight=1.0
        )
