"""Constructed pictures, simple features and the probe of land cover."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.landcover.perception.constructed import CONSTRUCTED, blurred, constructed, noisy
from latentlab.studies.landcover.perception.features import LOOKS, cover_features, looks
from latentlab.studies.landcover.perception.measures import mae
from latentlab.studies.landcover.perception.probe import CoverProbe


def test_three_pictures_have_the_same_mean_absolute_error(photographs: np.ndarray) -> None:
    made = constructed(photographs, photographs.mean(axis=0), seed=1)
    assert list(made) == list(CONSTRUCTED)
    assert all(
        each.shape == photographs.shape and 0 <= each.min() <= each.max() <= 1 for each in made.values()
    )
    wanted = mae(photographs, made["shifted"])
    for name in ("noisy", "blurred"):
        np.testing.assert_allclose(mae(photographs, made[name]), wanted, rtol=0.02)
    np.testing.assert_array_equal(made["shifted"][..., 1:], photographs[..., :-1])
    np.testing.assert_allclose(made["mean_colour"].std(axis=(2, 3)), 0, atol=1e-6)
    np.testing.assert_allclose(made["inverted"] + photographs, 1, atol=1e-6)


def test_the_same_seed_gives_the_same_noise(photographs: np.ndarray) -> None:
    error = np.full(len(photographs), 0.05)
    first, again, other = (noisy(photographs, error, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_no_blur_goes_beyond_the_mean_colour(photographs: np.ndarray) -> None:
    plain = blurred(photographs, np.full(len(photographs), 0.9))
    mean = photographs.mean(axis=(2, 3), keepdims=True)
    assert np.abs(plain - mean).max() < 0.02
    np.testing.assert_allclose(blurred(photographs, np.zeros(len(photographs))), photographs, atol=1e-3)


def test_features_by_hand(photographs: np.ndarray) -> None:
    red = np.zeros((1, 3, 16, 16), np.float32)
    red[:, 0] = 0.5
    found = dict(zip(LOOKS, looks(red)[0], strict=True))
    assert [found[name] for name in ("red", "green", "blue", "contrast", "saturation")] == pytest.approx(
        [0.5, 0, 0, 0, 0.5], abs=1e-6
    )
    assert found["log edge energy"] == pytest.approx(-7)
    assert found["spectrum slope"] == pytest.approx(0, abs=1e-6)
    assert found["log edge kurtosis"] == pytest.approx(np.log10(3), abs=1e-6)
    noise = np.random.default_rng(0).normal(0.5, 0.1, (4, 3, 64, 64))
    np.testing.assert_allclose(looks(noise)[:, LOOKS.index("log edge kurtosis")], np.log10(3), atol=0.03)
    assert np.median(looks(photographs)[:, LOOKS.index("log edge kurtosis")]) > 1
    assert looks(photographs)[:, -1].max() < -1  # natural pictures have little power at high frequencies
    assert cover_features(photographs).shape == (16, 24)


def test_the_probe_tells_what_it_can_see_and_no_more() -> None:
    random = np.random.default_rng(0)
    fractions = random.dirichlet([0.3, 0.3, 0.3], 240)
    pictures = random.uniform(0.2, 0.4, (240, 3, 16, 16))
    pictures = (pictures + 0.5 * fractions[:, :, None, None]).astype(np.float32)  # a class is a colour
    probe = CoverProbe(pictures[:120], fractions[:120])
    assert probe.correlation(pictures[120:], fractions[120:]) > 0.95
    assert abs(probe.correlation(pictures[120:], random.permutation(fractions[120:]))) < 0.3
    grey = np.broadcast_to(pictures.mean(axis=1, keepdims=True), pictures.shape)
    assert probe.correlation(grey[120:], fractions[120:]) < 0.5
    plain = np.broadcast_to(pictures.mean(axis=0), pictures.shape)
    assert probe.correlation(plain[120:], fractions[120:]) == 0
