"""Lossy reference codecs: what they give back, from bytes alone, better with every finer setting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from latentlab.errors import BitstreamError
from latentlab.studies.gisaxs.codec_comparison.reference_codecs import Codec, lossy_codecs, square_root_codecs
from latentlab.studies.gisaxs.codec_comparison.reference_codecs.protocol import from_log_scale, to_log_scale

CODECS = {**lossy_codecs(), **square_root_codecs()}
ENTRIES = [(name, level) for name, levels in CODECS.items() for level in levels]


def pattern(side: int, seed: int = 0) -> np.ndarray:
    """A smooth pattern over five decades with fringes, relative to its maximum."""
    phase = np.random.default_rng(seed).uniform(0, 3)
    rows, columns = np.mgrid[:side, :side] / side
    decades = -5 * (rows**2 + columns**2) / 2 + 0.4 * np.cos(12 * columns + phase)
    image = 10.0**decades
    return (image / image.max()).astype(np.float32)


def log_psnr(decoded: np.ndarray, image: np.ndarray) -> float:
    difference = to_log_scale(decoded) - to_log_scale(image)
    return float(-10 * np.log10(np.mean(difference.astype(np.float64) ** 2)))


@pytest.mark.parametrize(("name", "level"), ENTRIES)
@pytest.mark.parametrize("side", [64, 256])
def test_decoded_image_has_the_shape_and_resembles(name: str, level: str, side: int) -> None:
    image = pattern(side)
    codec: Codec = CODECS[name][level]
    data = codec.encode(image)
    decoded = codec.decode(data, side)
    assert isinstance(data, bytes)
    assert decoded.shape == (side, side)
    assert decoded.dtype == np.float32
    least = 10 if name.endswith("root") else 20  # dB; the square root cares less for the dark
    assert log_psnr(decoded, image) > least


@pytest.mark.parametrize("name", CODECS)
def test_finer_settings_cost_more_and_give_more(name: str) -> None:
    image = pattern(128)
    codecs = list(CODECS[name].values())
    coarse, fine = codecs[0].encode(image), codecs[-1].encode(image)
    assert len(coarse) < len(fine)
    coarse_psnr, fine_psnr = (
        log_psnr(codec.decode(data, 128), image) for codec, data in ((codecs[0], coarse), (codecs[-1], fine))
    )
    assert fine_psnr > coarse_psnr + 5


@pytest.mark.parametrize("name", CODECS)
def test_encoding_is_repeatable(name: str) -> None:
    image, codec = pattern(64), next(iter(CODECS[name].values()))
    assert codec.encode(image) == codec.encode(image)


@pytest.mark.parametrize("name", ["JPEG 2000", "JPEG XL", "AVIF"])
def test_another_side_is_refused(name: str) -> None:
    codec = next(iter(CODECS[name].values()))
    with pytest.raises(BitstreamError, match="expected"):
        codec.decode(codec.encode(pattern(64)), 32)


@pytest.mark.parametrize("name", ["JPEG 2000", "JPEG XL", "AVIF"])
def test_garbage_is_refused(name: str) -> None:
    with pytest.raises(BitstreamError, match="damaged"):
        next(iter(CODECS[name].values())).decode(b"not an image at all", 64)


@pytest.mark.parametrize(
    "image",
    [
        np.full((64, 64), np.nan, dtype=np.float32),
        np.full((64, 64), -1.0, dtype=np.float32),
        np.ones((64, 32), dtype=np.float32),
        np.ones((64, 64), dtype=np.int32),
    ],
)
def test_a_wrong_image_is_refused(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="image"):
        CODECS["JPEG 2000"]["40 dB"].encode(image)


def test_avif_of_three_equal_channels_is_lossy() -> None:
    sizes = [len(codec.encode(pattern(128))) for codec in CODECS["AVIF"].values()]
    assert sizes[0] < sizes[-1]


@settings(max_examples=20, deadline=None)
@given(arrays.arrays(np.float32, (5, 5), elements=st.floats(0, 1, width=32)))
def test_log_scale_comes_back_within_six_decades(image: np.ndarray) -> None:
    back = from_log_scale(to_log_scale(image))
    np.testing.assert_allclose(back, np.clip(image, 1e-6, 1), rtol=1e-5)
