"""Measures of likeness: their properties, and values of definitions written out or of other libraries."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from scipy.signal import convolve2d
from skimage.metrics import structural_similarity

from latentlab.studies.landcover.perception.haar import haarpsi
from latentlab.studies.landcover.perception.measures import (
    MEASURES,
    ROUNDING,
    gmsd,
    likeness,
    mae,
    sharpness,
    spectrum_distance,
)
from latentlab.studies.landcover.perception.planes import box_sums, halved, luminance
from latentlab.studies.landcover.perception.spectrum import ring_power, spectrum_slope
from latentlab.studies.landcover.similarity import ssim

BEST = {
    "gmsd": 0.0,
    "haarpsi": 1.0,
    "edge_correlation": 1.0,
    "channel_correlation": 1.0,
    "spectrum_distance": 0.0,
}


@pytest.fixture
def blurred(photographs: np.ndarray) -> np.ndarray:
    return gaussian_filter(photographs, (0, 0, 1.5, 1.5))


@pytest.mark.parametrize("name", list(MEASURES))
def test_equal_and_inverted_pictures_have_the_best_value(name: str, photographs: np.ndarray) -> None:
    for other in (photographs, 1 - photographs):
        np.testing.assert_allclose(MEASURES[name](photographs, other), BEST[name], atol=2e-3)


@pytest.mark.parametrize("name", list(MEASURES))
def test_measures_are_symmetric_and_see_a_blur(
    name: str, photographs: np.ndarray, blurred: np.ndarray
) -> None:
    found = MEASURES[name](photographs, blurred)
    np.testing.assert_allclose(found, MEASURES[name](blurred, photographs), rtol=1e-4)
    more = MEASURES[name](photographs, gaussian_filter(photographs, (0, 0, 4, 4)))
    assert np.abs(more - BEST[name]).mean() > np.abs(found - BEST[name]).mean() > 0.01


@pytest.mark.parametrize("name", list(MEASURES))
def test_plain_pictures_have_finite_values(name: str, photographs: np.ndarray) -> None:
    plain = np.broadcast_to(photographs.mean(axis=(2, 3), keepdims=True), photographs.shape)
    for x, y in ((photographs, plain), (plain, plain)):
        assert np.isfinite(MEASURES[name](x, y)).all()


def test_one_channel_is_the_luminance(photographs: np.ndarray, blurred: np.ndarray) -> None:
    grey, grey_blurred = luminance(photographs)[:, None], luminance(blurred)[:, None]
    np.testing.assert_allclose(gmsd(grey, grey_blurred), gmsd(photographs, blurred), rtol=1e-4)
    with pytest.raises(ValueError, match="1 or 3 channels, found 8"):
        luminance(np.zeros((1, 8, 4, 4)))


def test_gmsd_is_that_of_its_definition(photographs: np.ndarray, blurred: np.ndarray) -> None:
    kernel = np.array([[1, 0, -1]] * 3) / 3

    def magnitude(picture: np.ndarray) -> np.ndarray:
        grey = 255 * (0.299 * picture[0] + 0.587 * picture[1] + 0.114 * picture[2])
        small = convolve2d(grey, np.full((2, 2), 0.25), mode="valid")[::2, ::2]
        parts = [convolve2d(small, each, mode="valid") for each in (kernel, kernel.T)]
        return np.hypot(*parts)

    first, second = magnitude(photographs[3]), magnitude(blurred[3])
    expected = ((2 * first * second + 170) / (first**2 + second**2 + 170)).std()
    assert gmsd(photographs[3:4], blurred[3:4])[0] == pytest.approx(expected, rel=1e-4)


def test_haarpsi_is_that_of_its_definition(photographs: np.ndarray, blurred: np.ndarray) -> None:
    """In black margins, where mirrored borders are the zeros of the authors' code."""

    def wide(picture: np.ndarray) -> np.ndarray:
        return np.pad(picture, ((0, 0), (24, 24), (24, 24)))

    def planes(picture: np.ndarray) -> list[np.ndarray]:
        red, green, blue = 255 * picture.astype(float)
        each = [
            0.299 * red + 0.587 * green + 0.114 * blue,
            0.596 * red - 0.274 * green - 0.322 * blue,
            0.211 * red - 0.523 * green + 0.312 * blue,
        ]
        return [convolve2d(plane, np.full((2, 2), 0.25), mode="valid")[::2, ::2] for plane in each]

    def haar(plane: np.ndarray, scale: int, turned: bool) -> np.ndarray:
        kernel = np.full((2**scale, 2**scale), 2.0**-scale)
        kernel[: 2**scale // 2] *= -1
        return np.abs(convolve2d(plane, kernel.T if turned else kernel, mode="same"))

    def alike(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return (2 * a * b + 30) / (a**2 + b**2 + 30)

    first, second = planes(wide(photographs[5])), planes(wide(blurred[5]))
    total, weights, direction = 0.0, 0.0, []
    for turned in (False, True):
        found = np.mean(
            [alike(haar(first[0], scale, turned), haar(second[0], scale, turned)) for scale in (1, 2)], axis=0
        )
        direction.append(np.maximum(haar(first[0], 3, turned), haar(second[0], 3, turned)))
        total = total + direction[-1] / (1 + np.exp(-4.2 * found))
        weights = weights + direction[-1]
    smooth = [
        [np.abs(convolve2d(plane, np.full((2, 2), 0.25), mode="same")) for plane in each[1:]]
        for each in (first, second)
    ]
    found = np.mean([alike(a, b) for a, b in zip(*smooth, strict=True)], axis=0)
    total, weights = (
        total + np.mean(direction, axis=0) / (1 + np.exp(-4.2 * found)),
        weights + np.mean(direction, axis=0),
    )
    mean = total.sum() / weights.sum()
    expected = (np.log(mean / (1 - mean)) / 4.2) ** 2
    found = haarpsi(wide(photographs[5])[None], wide(blurred[5])[None])[0]
    assert found == pytest.approx(expected, abs=2e-4)


def test_ssim_is_that_of_scikit_image(photographs: np.ndarray, blurred: np.ndarray) -> None:
    """In the inner part, since scikit-image mirrors pictures at the border."""
    pairs = [torch.from_numpy(each) for each in (photographs[:3], blurred[:3])]
    found = ssim(*pairs, data_range=1.0)
    for place in range(3):
        _, chart = structural_similarity(
            photographs[place],
            blurred[place],
            channel_axis=0,
            data_range=1.0,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            full=True,
        )
        assert found[place].item() == pytest.approx(chart[:, 5:-5, 5:-5].mean(), abs=1e-4)


def test_ssim_of_an_inverted_texture_is_negative_and_that_of_its_mean_is_not() -> None:
    texture = 0.5 + 0.2 * torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    assert (ssim(texture, 1 - texture, data_range=1.0) < -0.8).all()
    assert (ssim(texture, torch.full_like(texture, 0.5), data_range=1.0) > 0).all()


def test_mae_and_sharpness_by_hand(photographs: np.ndarray) -> None:
    np.testing.assert_allclose(mae(photographs, photographs + 0.25), 0.25, rtol=1e-5)
    assert sharpness(photographs, 0.5 * photographs) == pytest.approx(0.25, rel=1e-4)
    assert set(likeness(photographs, photographs)) == set(BEST)


def test_white_noise_has_its_variance_in_each_ring() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal((400, 32, 32))
    np.testing.assert_allclose(ring_power(noise).mean(axis=0)[1:], 0.01, rtol=0.1)
    np.testing.assert_allclose(spectrum_slope(noise, 0.0).mean(), 0.0, atol=0.2)


def test_a_wave_is_in_the_ring_of_its_frequency() -> None:
    x = np.arange(64) / 64
    for frequency in (5, 12):
        wave = np.broadcast_to(np.sin(2 * np.pi * frequency * x), (1, 64, 64))
        assert ring_power(wave)[0].argmax() == frequency - 1
        assert ring_power(wave.swapaxes(1, 2))[0].argmax() == frequency - 1


def test_spectra_ten_times_apart_are_half_a_decade_of_amplitude(photographs: np.ndarray) -> None:
    found = spectrum_distance(photographs, photographs / 10)
    assert (found < 2).all()  # the power of rounding keeps faint rings from counting in full
    bright = photographs * np.sqrt(1e6 * ROUNDING)
    np.testing.assert_allclose(spectrum_distance(1e3 * bright, 1e4 * bright), 2.0, rtol=0.01)


def test_boxes_and_halves_by_hand() -> None:
    plane = np.arange(20.0).reshape(1, 4, 5)
    assert halved(plane).tolist() == [[[3, 5], [13, 15]]]
    assert box_sums(plane, 2, 4).shape == (1, 3, 2)
    assert box_sums(plane, 2, 4)[0, 2, 1] == plane[0, 2:4, 1:5].sum()
