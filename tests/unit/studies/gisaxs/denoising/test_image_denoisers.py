"""Networks without a code: what they compute, and seeded micro-trainings on noisy patterns with gaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from latentlab.studies.gisaxs.denoising.image_training import log_intensity, restore, train_denoiser
from latentlab.studies.gisaxs.denoising.networks import FIRST_OUTPUT, ImageDenoiser, build_denoiser

RECORD = {
    "input": "gaps",
    "target": "clean",
    "noise": ["bernoulli"],
    "photons": None,
    "seed": 3,
    "width": 4,
    "levels": 3,
    "epochs": 6,
    "batch": 4,
    "learning_rate": 3e-3,
}
NETWORKS = ("convolutional-dae", "nl-dae", "u-net")
MEAN = torch.linspace(0, 1, 64 * 64).view(1, 64, 64)


def denoiser_of(network: str) -> ImageDenoiser:
    torch.manual_seed(0)
    return build_denoiser({**RECORD, "network": network}, MEAN, 0.2)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("side", [64, 32])
def test_images_keep_their_shape(network: str, side: int) -> None:
    torch.manual_seed(0)
    denoiser = build_denoiser({**RECORD, "network": network}, torch.zeros(1, side, side), 1.0)
    assert denoiser(torch.rand(2, 1, side, side)).shape == (2, 1, side, side)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_network_that_gives_nothing_leaves_the_mean_image_or_the_input(network: str) -> None:
    denoiser = denoiser_of(network)
    torch.nn.init.zeros_(denoiser.network.last.weight)
    images = torch.rand(3, 1, 64, 64)
    expected = images if network == "nl-dae" else MEAN.expand(3, 1, 64, 64)
    assert torch.equal(denoiser(images), expected)


def test_the_noise_of_nl_dae_is_subtracted() -> None:
    """The same weights in the two autoencoders: what one adds to the mean, the other takes from the input."""
    gives, takes = denoiser_of("convolutional-dae"), denoiser_of("nl-dae")
    images = torch.rand(2, 1, 64, 64)
    with torch.no_grad():
        assert torch.allclose(gives(images) - MEAN, images - takes(images), atol=1e-6)
    assert not gives.learns_noise
    assert takes.learns_noise


def test_the_last_layer_starts_small() -> None:
    """With weights of full size a training starts far from the mean image, with 0 it never leaves it."""
    last, before = denoiser_of("u-net").network.last, denoiser_of("u-net").network.up[-1][0]
    fan_in = {layer: layer.weight[0].numel() for layer in (last, before)}
    scale = {layer: float(layer.weight.detach().std()) * (n / 2) ** 0.5 for layer, n in fan_in.items()}
    assert scale[before] == pytest.approx(1, rel=0.2)
    assert 0 < scale[last] < 3 * FIRST_OUTPUT


def test_an_unknown_network() -> None:
    with pytest.raises(
        ValueError, match="network is 'vae', expected one of: convolutional-dae, nl-dae, u-net"
    ):
        build_denoiser({**RECORD, "network": "vae"}, MEAN, 1.0)


def test_the_log_scale_ends_at_the_brightest_training_pattern(make_patterns: Callable[..., Any]) -> None:
    patterns = make_patterns(5, 0)
    patterns.images[3, 7, 9] = 40.0
    assert log_intensity(patterns).maximum == 40.0


@pytest.mark.parametrize("network", NETWORKS)
def test_a_micro_training_is_reproducible_and_lowers_the_error(
    network: str, make_patterns: Callable[..., Any]
) -> None:
    record = {**RECORD, "network": network}
    known = make_patterns(12, 0)
    (first, history), (again, repeated) = (
        train_denoiser(record, known, device="cpu", progress=False) for _ in range(2)
    )
    assert history == repeated
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in first.state_dict().items())
    assert [row["epoch"] for row in history] == list(range(6))
    assert history[-1]["train_mse"] < 0.9 * history[0]["train_mse"]
    other, _ = train_denoiser({**record, "seed": 4}, known, device="cpu", progress=False)
    assert not torch.equal(first.network.last.weight, other.network.last.weight)


def test_restored_patterns_are_measured_against_the_clean_ones(make_patterns: Callable[..., Any]) -> None:
    record = {**RECORD, "network": "convolutional-dae", "epochs": 20}
    known, test = make_patterns(12, 0), make_patterns(4, 1)
    denoiser, _ = train_denoiser(record, known, device="cpu", progress=False)
    result = restore(denoiser, record, log_intensity(known), test)
    assert torch.equal(result.target[:, 0], test.images)
    assert (result.measured[:, 0, :, 30:32] == 0).all()  # the gap
    assert result.restored.shape == result.target.shape
    assert (result.restored[:, 0, :, 30:32] > 0).any()
    assert set(result.metrics) >= {"ms_ssim", "ms_ssim_log", "log_rmse", "log_rmse_gaps", "log_rmse_outside"}
    assert result.metrics["log_rmse_gaps"].mean() < 1.0  # the input has 5 or so decades there
