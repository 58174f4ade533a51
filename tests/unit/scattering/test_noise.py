"""Noise: the thesis's three as its appendix computes them, and counting statistics."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.scattering.noise import (
    NOISES,
    awgn_at_image_mean,
    bernoulli_mask_noise,
    counting_noise,
    poisson_rate_one_noise,
)

OPTIONS = {"counting": {"photons": 1e4}}


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def gradient(*shape: int) -> torch.Tensor:
    """Intensities from 0 to 1, rising over each image."""
    return torch.linspace(0, 1, math.prod(shape[-2:])).reshape(shape[-2:]).expand(shape).contiguous()


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(sorted(NOISES)), st.integers(0, 2**31))
def test_seed_decides_and_the_input_stays(name: str, seed: int) -> None:
    image = gradient(2, 1, 8, 9)
    before = image.clone()
    options = OPTIONS.get(name, {})
    torch.manual_seed(1)
    state = torch.get_rng_state()
    first = NOISES[name](image, generator=generator(seed), **options)
    second = NOISES[name](image, generator=generator(seed), **options)
    other = NOISES[name](image, generator=generator(seed + 1), **options)
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
    assert first.shape == image.shape
    assert first.dtype == image.dtype
    assert torch.equal(image, before)
    assert torch.equal(torch.get_rng_state(), state), "the global generator was used"


@pytest.mark.parametrize("name", ["awgn-at-mean", "poisson-rate-one", "bernoulli"])
def test_range_of_each_image_is_its_own(name: str) -> None:
    images = torch.stack([gradient(16, 16), 100 * gradient(16, 16) + 0.0])
    noisy = NOISES[name](images, generator=generator())
    assert noisy[0].max() <= 1
    assert noisy[1].max() > 50
    assert (noisy >= 0).all()


def test_awgn_has_the_mean_of_the_image_and_sigma_a_tenth() -> None:
    image = torch.full((400, 400), 0.5)
    image[0, 0], image[0, 1] = -100, 100  # opens the range, so that nothing else is clipped
    added = (awgn_at_image_mean(image, generator()) - image)[1:]
    assert added.mean().item() == pytest.approx(image.mean().item(), abs=0.002)
    assert added.std().item() == pytest.approx(0.1, rel=0.02)


def test_awgn_clips_to_the_image() -> None:
    image = gradient(64, 64)
    noisy = awgn_at_image_mean(image, generator())
    assert noisy.min() >= 0
    # The mean of 0.5 is added: every pixel that was above about 0.5 is now at the maximum.
    assert (noisy == 1).float().mean().item() == pytest.approx(0.5, abs=0.05)


def test_bernoulli_keeps_seven_of_ten() -> None:
    image = 1 + gradient(300, 300)
    noisy = bernoulli_mask_noise(image, generator())
    kept = noisy != 0
    assert kept.float().mean().item() == pytest.approx(0.7, abs=0.01)
    assert torch.equal(noisy[kept], image[kept])


def test_poisson_rate_one_does_not_depend_on_the_intensity() -> None:
    image = torch.full((400, 400), 3.0)
    image[:200] = 5.0
    image[0, 0] = 1000.0
    added = poisson_rate_one_noise(image, generator())[1:] - image[1:]
    largest = round(1 / added[added > 0].min().item())  # steps of one over the largest count
    counts = added * largest
    assert torch.allclose(counts, counts.round(), atol=1e-3)
    for half in (counts[:199], counts[199:]):
        assert half.mean().item() == pytest.approx(1, abs=0.02)
        assert half.var().item() == pytest.approx(1, abs=0.04)
        assert (half.round() == 0).float().mean().item() == pytest.approx(math.exp(-1), abs=0.01)


def test_poisson_rate_one_adds_nothing_where_no_number_is_drawn() -> None:
    image = torch.full((1000, 1, 1), 2.0)  # a single pixel draws 0 in 37 % of all cases
    assert torch.isfinite(poisson_rate_one_noise(image, generator())).all()


@settings(max_examples=5, deadline=None)
@given(st.sampled_from([1e3, 1e5, 1e7]), st.sampled_from([1e-3, 1.0, 1e4]))
def test_counting_mean_and_variance(photons: float, scale: float) -> None:
    image = scale * torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)
    noisy = counting_noise(image.expand(20_000, 2, 2), photons, generator(7))
    per_photon = image.sum() / photons
    mean, variance = noisy.mean(dim=0), noisy.var(dim=0)
    assert torch.allclose(mean, image, rtol=5 / math.sqrt(20_000 * photons / 10), atol=0)
    assert torch.allclose(variance, image * per_photon, rtol=0.06, atol=0)
    counts = noisy / per_photon
    assert torch.allclose(counts, counts.round(), atol=1e-6 * photons)


def test_counting_budget_holds_for_each_image() -> None:
    images = torch.stack([gradient(64, 64), 1000 * gradient(64, 64) ** 4])
    noisy = counting_noise(images, 1e6, generator())
    assert torch.allclose(noisy.sum(dim=(-2, -1)), images.sum(dim=(-2, -1)), rtol=0.005)
    assert (noisy[:, 0, 0] == 0).all()  # no photon where there is no intensity


@pytest.mark.parametrize(
    ("image", "photons", "message"),
    [
        (torch.ones(4, 4), 0.0, "photons is 0.0"),
        (torch.ones(4, 4), float("inf"), "photons is inf"),
        (-torch.ones(4, 4), 10.0, "intensities of 0 or more"),
        (torch.full((4, 4), float("nan")), 10.0, "finite"),
        (torch.stack([torch.ones(4, 4), torch.zeros(4, 4)]), 10.0, "the sum of one is 0"),
    ],
)
def test_counting_refuses(image: torch.Tensor, photons: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        counting_noise(image, photons, generator())


@pytest.mark.parametrize("name", sorted(NOISES))
@pytest.mark.parametrize("image", [torch.ones(4, 4, dtype=torch.int32), torch.ones(4)])
def test_images_must_be_floating_and_two_dimensional(name: str, image: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="expected a floating tensor"):
        NOISES[name](image, generator=generator(), **OPTIONS.get(name, {}))
