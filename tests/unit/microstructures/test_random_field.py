"""Cut Gaussian random fields: volume fraction, correlation length and direction are those of the labels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from latentlab.errors import ConfigError
from latentlab.microstructures import generate
from latentlab.microstructures.random_field import gaussian_field

SPEC: dict[str, Any] = {"kind": "random-field", "correlation_length": [4, 16], "volume_fraction": [0.1, 0.6]}


def autocovariance(fields: np.ndarray) -> np.ndarray:
    """Mean periodic autocovariance of fields (n, side, side), 1 at zero shift (which is at [0, 0])."""
    fields = fields - fields.mean(axis=(1, 2), keepdims=True)
    covariance = np.fft.ifft2(np.abs(np.fft.fft2(fields)) ** 2).real.mean(axis=0)
    return covariance / covariance[0, 0]


def test_field_has_the_covariance_stated() -> None:
    rng = np.random.default_rng(1)
    covariance = autocovariance(np.stack([gaussian_field(rng, 96, 4.0) for _ in range(60)]))
    for lag in (2, 4, 6, 8):
        expected = math.exp(-(lag**2) / (2 * 4.0**2))
        assert covariance[lag, 0] == pytest.approx(expected, abs=0.03)
        assert covariance[0, lag] == pytest.approx(expected, abs=0.03)


def test_anisotropic_field_along_its_axis_and_across() -> None:
    rng = np.random.default_rng(2)
    # 45 degrees: to the right and down; lengths 4 * 2 along and 4 / 2 across
    covariance = autocovariance(np.stack([gaussian_field(rng, 96, 4.0, 4.0, 45.0) for _ in range(60)]))
    for step in (1, 2, 4):
        squared = 2 * step**2
        assert covariance[step, step] == pytest.approx(math.exp(-squared / (2 * 8.0**2)), abs=0.04)
        assert covariance[step, -step] == pytest.approx(math.exp(-squared / (2 * 2.0**2)), abs=0.04)
    flat = autocovariance(np.stack([gaussian_field(rng, 96, 4.0, 4.0, 0.0) for _ in range(60)]))
    assert flat[0, 8] == pytest.approx(math.exp(-0.5), abs=0.05)
    assert flat[2, 0] == pytest.approx(math.exp(-0.5), abs=0.05)


@pytest.mark.parametrize("side", [64, 97])
def test_volume_fraction_is_within_half_a_pixel(side: int) -> None:
    for fraction in (0.0, 0.1, 0.337, 0.5, 1.0):
        made = generate(SPEC | {"volume_fraction": fraction}, count=3, side=side, seed=3)
        black = (made.images == 0).sum(axis=(1, 2))
        assert np.abs(black - fraction * side**2).max() <= 0.5 + 1e-9
        np.testing.assert_allclose(made.labels["volume_fraction"], black / side**2, atol=1e-7)


def test_correlation_length_of_the_images() -> None:
    # at volume fraction 1/2 a cut field's covariance is (2 / pi) arcsin of the field's
    for length in (4.0, 8.0):
        spec = SPEC | {"correlation_length": length, "volume_fraction": 0.5}
        made = generate(spec, count=40, side=224, seed=6)
        np.testing.assert_allclose(made.labels["correlation_length"], length)
        covariance = autocovariance(made.images)
        across = 0.5 * (covariance[0] + covariance[:, 0])
        half_width = np.interp(-0.5, -across[:60], np.arange(60))
        expected = length * math.sqrt(-2 * math.log(math.sin(math.pi / 4)))
        assert half_width == pytest.approx(expected, rel=0.06)


def test_lengths_scale_with_the_image_and_labels_cover_their_ranges() -> None:
    spec = SPEC | {"anisotropy": [1, 3], "angle": [30, 60]}
    labels = generate(spec, count=100, side=112, seed=7).labels
    for name, low, high in (("correlation_length", 2, 8), ("anisotropy", 1, 3), ("angle_deg", 30, 60)):
        values = (labels[name] - low) / (high - low)
        assert 0 <= values.min() < 0.1
        assert 0.9 < values.max() <= 1
    assert set(generate(SPEC, count=2, side=64, seed=7).labels["anisotropy"]) == {1.0}


def test_image_is_periodic() -> None:
    image = generate(SPEC | {"correlation_length": 12}, count=1, side=64, seed=8).images[0].astype(int)
    steps = np.abs(np.diff(image, axis=0, append=image[:1])).sum(axis=1)
    assert steps[-1] <= steps[:-1].max()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"volume_fraction": [0.2, 1.2]}, "volume_fraction: expected values from 0 to 1"),
        ({"correlation_length": 80}, r"80 px \(anisotropy included\) is more than a quarter of 224 px"),
        ({"anisotropy": [0.5, 2]}, "anisotropy: expected values from 1 to inf"),
        ({"angle": [0, 360]}, "angle: expected values from 0 to 180"),
        ({"length": 3}, "kind 'random-field': length: there is no such key"),
    ],
)
def test_bad_specifications(change: Mapping[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        generate(SPEC | change, count=1, side=64, seed=0)
