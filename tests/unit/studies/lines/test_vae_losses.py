"""Losses of the microstructure VAE: by their definitions, their gradients, and their weights."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.lines.micro_vae import line_images, micro_record
from torch.distributions import Normal
from torch.distributions import kl_divergence as torch_kl

from latentlab.studies.lines.line_statistics import line_autocorrelation, line_phase
from latentlab.studies.lines.losses import (
    DISTORTIONS,
    SMALLEST_NORM,
    SMALLEST_POWER,
    amplitude_error,
    kl_divergence,
    pixel_error,
    statistics_error,
    statistics_norm,
    thresholded,
    vae_loss,
)
from latentlab.studies.lines.threshold import THRESHOLD
from latentlab.studies.lines.vae import Reconstruction


def grey(count: int, side: int, seed: int) -> torch.Tensor:
    return torch.rand(count, side, side, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@given(side=st.integers(2, 12), count=st.integers(1, 3), seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_statistics_error_is_the_sum_over_lags(side: int, count: int, seed: int) -> None:
    x, y = grey(count, side, seed), grey(count, side, seed + 1)
    difference = line_autocorrelation(x) - line_autocorrelation(y)
    expected = 224**2 / side**2 * difference.square().sum(dim=(1, 2))
    torch.testing.assert_close(statistics_error(x, y), expected, rtol=1e-8, atol=1e-15)
    torch.testing.assert_close(statistics_norm(x, y), expected.sqrt(), rtol=1e-6, atol=2 * SMALLEST_NORM)


def test_at_the_documents_side_the_factor_is_one() -> None:
    x, y = line_images(2, side=224), line_images(2, first=2, side=224)
    direct = (line_autocorrelation(x) - line_autocorrelation(y)).double().square().sum(dim=(1, 2))
    torch.testing.assert_close(statistics_error(x, y).double(), direct, rtol=1e-4, atol=0)
    pixels = (x - y).double().square().sum(dim=(1, 2))
    torch.testing.assert_close(pixel_error(x, y).double(), pixels, rtol=1e-5, atol=0)


def test_pixel_error_by_hand() -> None:
    x = torch.tensor([[[0.0, 1.0], [1.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]]])
    y = torch.tensor([[[0.5, 1.0], [1.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]]])
    assert pixel_error(x, y).tolist() == [1.25 * 224**2 / 4, 0.0]


def enlarged(images: torch.Tensor, factor: int) -> torch.Tensor:
    return images.repeat_interleave(factor, dim=1).repeat_interleave(factor, dim=2)


@given(factor=st.integers(2, 4), side=st.integers(2, 8), seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_errors_of_images_whose_pixels_become_squares(factor: int, side: int, seed: int) -> None:
    """Those of pixels stay; those of statistics shrink, for the new lags lie between the old ones."""
    x, y = grey(2, side, seed), grey(2, side, seed + 1)
    large = enlarged(x, factor), enlarged(y, factor)
    torch.testing.assert_close(pixel_error(*large), pixel_error(x, y), rtol=1e-10, atol=0)
    assert (statistics_error(*large) <= statistics_error(x, y) * (1 + 1e-9)).all()


def test_errors_of_enlarged_lines_stay() -> None:
    x, y = line_images(8, side=64), line_images(8, first=8, side=64)
    ratio = statistics_error(enlarged(x, 2), enlarged(y, 2)) / statistics_error(x, y)
    assert ((ratio > 0.8) & (ratio <= 1)).all()


@pytest.mark.parametrize("loss", DISTORTIONS)
def test_errors_of_images_repeated_each_way_stay(loss: str) -> None:
    """An image repeated twice each way has the same statistics, twice each way: the same error."""
    x, y = line_images(4).double(), line_images(4, first=4).double()
    torch.testing.assert_close(
        DISTORTIONS[loss](x.repeat(1, 2, 2), y.repeat(1, 2, 2)), DISTORTIONS[loss](x, y), rtol=1e-2, atol=1e-6
    )


@given(side=st.integers(2, 12), seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_amplitude_error_is_the_sum_over_all_amplitudes(side: int, seed: int) -> None:
    """By Parseval no more than the pixel error of the phases, whose Fourier phases differ, too."""
    x, y = grey(2, side, seed), grey(2, side, seed + 1)
    f, g = (torch.fft.fft2(line_phase(images)) for images in (x, y))
    f, g = ((each.abs().square() + SMALLEST_POWER).sqrt() for each in (f, g))
    expected = 224**2 / side**4 * (f - g).square().sum(dim=(1, 2))
    torch.testing.assert_close(amplitude_error(x, y), expected, rtol=1e-8, atol=1e-12)
    assert (amplitude_error(x, y) <= pixel_error(line_phase(x), line_phase(y)) * (1 + 1e-9)).all()


@pytest.mark.parametrize("loss", ["statistics", "statistics-norm", "amplitudes"])
@given(seed=st.integers(0, 1000), rows=st.integers(0, 7), columns=st.integers(0, 7))
@settings(max_examples=10, deadline=None)
def test_statistics_do_not_see_shifts_and_half_turns(loss: str, seed: int, rows: int, columns: int) -> None:
    measure = DISTORTIONS[loss]
    x, y = grey(2, 8, seed), grey(2, 8, seed + 1)
    moved = torch.roll(y, (rows, columns), dims=(1, 2)).rot90(2, dims=(1, 2))
    torch.testing.assert_close(measure(x, moved), measure(x, y), rtol=1e-6, atol=1e-12)
    assert float(measure(y, moved).max()) <= SMALLEST_NORM
    assert (measure(x, y) > 100 * SMALLEST_NORM).all()


@pytest.mark.parametrize("loss", DISTORTIONS)
def test_gradients(loss: str) -> None:
    x, y = grey(2, 5, 1), grey(2, 5, 2).requires_grad_()
    assert torch.autograd.gradcheck(lambda y: DISTORTIONS[loss](x, y), (y,))


@pytest.mark.parametrize("loss", DISTORTIONS)
def test_an_exact_reconstruction_has_no_error_and_a_finite_gradient(loss: str) -> None:
    x = line_images(2).double()
    y = x.clone().requires_grad_()
    error = DISTORTIONS[loss](x, y)
    error.sum().backward()
    assert float(error.detach().max()) <= SMALLEST_NORM
    assert torch.equal(y.grad, torch.zeros_like(y))


@pytest.mark.parametrize("level", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("loss", ["statistics", "statistics-norm", "amplitudes"])
def test_an_even_image_gives_no_gradient_but_that_of_its_level(loss: str, level: float) -> None:
    """Its spectrum is 0 but at the mean, and the error is of second order in it: why there is `contrast`."""
    x = line_images(3).double()
    even = torch.full_like(x, level).requires_grad_()
    DISTORTIONS[loss](x, even).sum().backward()
    spread = even.grad - even.grad.mean(dim=(1, 2), keepdim=True)
    assert float(even.grad.abs().min()) > 0
    assert float(spread.abs().max()) < 1e-10 * float(even.grad.abs().max())
    uneven = (level + 0.05 * grey(3, 32, 1)).requires_grad_()
    DISTORTIONS[loss](x, uneven).sum().backward()
    spread = uneven.grad - uneven.grad.mean(dim=(1, 2), keepdim=True)
    assert float(spread.abs().max()) > 1e-3 * float(uneven.grad.abs().max())


def test_pixels_have_a_gradient_at_an_even_image() -> None:
    x = line_images(3)
    even = torch.full_like(x, 0.5).requires_grad_()
    pixel_error(x, even).sum().backward()
    assert set(even.grad.sign().unique().tolist()) == {-1.0, 1.0}


def test_thresholded_is_the_documents_function_with_the_gradient_of_none() -> None:
    values = torch.tensor([0.0, 0.02, 0.0499, THRESHOLD, 0.051, 0.5, 1.0], requires_grad=True)
    result = thresholded(values)
    torch.testing.assert_close(result.detach(), torch.tensor([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]))
    weights = torch.arange(7.0)
    (result * weights).sum().backward()
    assert torch.equal(values.grad, weights)


@given(mean=st.floats(-3, 3), log_variance=st.floats(-4, 3))
@settings(max_examples=30, deadline=None)
def test_kl_divergence_is_torchs(mean: float, log_variance: float) -> None:
    mean_, log_variance_ = (torch.tensor([[x]], dtype=torch.float64) for x in (mean, log_variance))
    expected = torch_kl(Normal(mean_, (0.5 * log_variance_).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(kl_divergence(mean_, log_variance_), expected, rtol=1e-9, atol=1e-12)


def test_kl_divergence_of_the_prior_is_nothing() -> None:
    assert torch.equal(kl_divergence(torch.zeros(2, 3), torch.zeros(2, 3)), torch.zeros(2, 3))


def output(seed: int, count: int = 3) -> Reconstruction:
    generator = torch.Generator().manual_seed(seed)
    images = 0.3 * torch.rand(count, 32, 32, generator=generator)  # some below the threshold, some above
    return Reconstruction(images, *torch.randn(2, count, 4, generator=generator))


@pytest.mark.parametrize("loss", DISTORTIONS)
@pytest.mark.parametrize(("alpha", "beta", "weight"), [(1.0, 1.0, 0.0), (1000.0, 0.5, 0.0), (2.0, 3.0, 0.7)])
def test_the_loss_weighs_as_said(loss: str, alpha: float, beta: float, weight: float) -> None:
    x, out = line_images(3), output(1)
    terms = vae_loss(x, out, micro_record(loss=loss, alpha=alpha, beta=beta, thresholded=weight))
    assert set(terms) == {"loss", "distortion", "kl"}
    distortion = DISTORTIONS[loss](x, out.images).mean()
    if weight:
        distortion = distortion + weight * DISTORTIONS[loss](x, (out.images >= 0.05).float()).mean()
    kl = kl_divergence(out.mean, out.log_variance).sum() / 3  # of the latents the sum, of images the mean
    torch.testing.assert_close(terms["distortion"], distortion, rtol=1e-4, atol=0)
    torch.testing.assert_close(terms["kl"], kl, rtol=1e-5, atol=0)
    torch.testing.assert_close(terms["loss"], alpha * distortion + beta * kl, rtol=1e-4, atol=0)


def test_the_thresholded_term_moves_the_gradient() -> None:
    x = line_images(3)
    gradients: list[torch.Tensor] = []
    for weight in (0.0, 1.0):
        out = output(1)
        out.images.requires_grad_()
        vae_loss(x, out, micro_record(thresholded=weight))["loss"].backward()
        gradients.append(out.images.grad)
    assert math.isfinite(float(gradients[1].abs().max()))
    assert not torch.allclose(gradients[0], gradients[1])


def test_a_loss_that_is_not_there() -> None:
    record: dict[str, Any] = micro_record(loss="huber")
    with pytest.raises(KeyError, match="huber"):
        vae_loss(line_images(3), output(1), record)
