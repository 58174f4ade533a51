"""The weight of the KL divergence over a training, and errors that look at structure."""

from __future__ import annotations

import pytest
import torch

from latentlab.studies.landcover.training.losses import ERRORS, beta_at, reconstruction_error
from latentlab.studies.landcover.training.perceptual import MIX


def test_warm_up_rises_to_half_of_the_training_and_stays() -> None:
    record = {"beta": 4.0, "beta_schedule": "warm-up"}
    assert [beta_at(record, step, 200) for step in (0, 25, 50, 100, 150, 199)] == [0, 1, 2, 4, 4, 4]


def test_cycles_begin_again_from_0() -> None:
    record = {"beta": 1.0, "beta_schedule": "cyclic"}
    steps = (0, 10, 20, 25, 39, 40, 50, 60, 120, 159)
    expected = [0, 0.5, 1, 1, 1, 0, 0.5, 1, 0, 1]
    assert [beta_at(record, step, 160) for step in steps] == pytest.approx(expected)


@pytest.fixture
def tiles() -> torch.Tensor:
    """Smooth random pictures."""
    noise = torch.rand(4, 3, 24, 24, generator=torch.Generator().manual_seed(0))
    return torch.nn.functional.interpolate(noise, scale_factor=2, mode="bilinear")


@pytest.mark.parametrize("kind", list(ERRORS))
def test_an_error_is_0_for_equal_pictures_and_grows_with_blur(kind: str, tiles: torch.Tensor) -> None:
    blurred = [torch.nn.functional.avg_pool2d(tiles, size, 1, size // 2) for size in (3, 5, 7)]
    errors = [reconstruction_error(kind, tiles, each).item() for each in (tiles, *blurred)]
    assert errors[0] == pytest.approx(0, abs=1e-6)
    assert errors == sorted(errors)


@pytest.mark.parametrize("kind", list(ERRORS))
def test_a_gradient_leads_to_the_picture(kind: str, tiles: torch.Tensor) -> None:
    restored = torch.full_like(tiles, 0.5) + 0.2 * (tiles - 0.5)
    restored.requires_grad_()
    optimiser = torch.optim.Adam([restored], lr=0.02)
    first = reconstruction_error(kind, tiles, restored).item()
    for _ in range(20):
        optimiser.zero_grad()
        error = reconstruction_error(kind, tiles, restored)
        error.backward()
        optimiser.step()
    assert torch.isfinite(restored).all()
    assert error.item() < 0.5 * first


def test_an_inverted_picture_leaves_a_finite_gradient(tiles: torch.Tensor) -> None:
    restored = (1 - tiles).requires_grad_()
    reconstruction_error("mae-ms-ssim", tiles, restored).backward()
    assert torch.isfinite(restored.grad).all()
    assert (restored.grad != 0).any()  # of the mean absolute error, where MS-SSIM has none


def test_the_mixture_weighs_as_published(tiles: torch.Tensor) -> None:
    x_hat = tiles.flip(0)
    parts = [reconstruction_error(kind, tiles, x_hat).item() for kind in ("ms-ssim", "mae")]
    mixed = reconstruction_error("mae-ms-ssim", tiles, x_hat).item()
    assert MIX == 0.84
    assert mixed == pytest.approx(0.84 * parts[0] + 0.16 * parts[1], rel=1e-5)
