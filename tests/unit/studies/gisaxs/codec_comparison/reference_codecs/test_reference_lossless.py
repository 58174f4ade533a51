"""Lossless reference codecs: any int32 frame comes back bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from latentlab.errors import BitstreamError
from latentlab.studies.gisaxs.codec_comparison.reference_codecs import LOSSLESS

ENTRIES = [(name, level) for name, levels in LOSSLESS.items() for level in levels]
EXTREMES = st.sampled_from([-(2**31), -2, -1, 0, 1, 65533, 65534, 65535, 65536, 2**31 - 1])


def frame() -> np.ndarray:
    """Counts with gaps, bad pixels and a saturated spot."""
    counts = np.random.default_rng(0).poisson(2.0, (96, 80)).astype(np.int32)
    counts[40:44], counts[3, 5], counts[60:62, 7:9] = -1, -2, 4_194_300
    return counts


@pytest.mark.parametrize(("name", "level"), ENTRIES)
def test_a_frame_comes_back(name: str, level: str) -> None:
    counts, codec = frame(), LOSSLESS[name][level]
    data = codec.encode(counts)
    decoded = codec.decode(data, counts.shape)
    assert isinstance(data, bytes)
    assert len(data) < counts.nbytes / 3
    assert decoded.dtype == np.int32
    np.testing.assert_array_equal(decoded, counts)


@pytest.mark.parametrize("name", LOSSLESS)
@settings(max_examples=15, deadline=None)
@given(
    counts=arrays.arrays(np.int32, arrays.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=EXTREMES)
)
def test_any_frame_comes_back(name: str, counts: np.ndarray) -> None:
    codec = next(iter(LOSSLESS[name].values()))
    np.testing.assert_array_equal(codec.decode(codec.encode(counts), counts.shape), counts)


@pytest.mark.parametrize("name", LOSSLESS)
@pytest.mark.parametrize("shape", [(3, 5), (1, 11), (7, 1), (501, 499)])
def test_empty_frames_of_odd_size_come_back(name: str, shape: tuple[int, int]) -> None:
    codec, empty = next(iter(LOSSLESS[name].values())), np.zeros(shape, dtype=np.int32)
    np.testing.assert_array_equal(codec.decode(codec.encode(empty), shape), empty)


@pytest.mark.parametrize("name", LOSSLESS)
def test_damaged_bytes_are_refused(name: str) -> None:
    codec = next(iter(LOSSLESS[name].values()))
    with pytest.raises(BitstreamError, match=r"expected|damaged"):
        codec.decode(codec.encode(frame())[:20], frame().shape)


def test_other_types_are_refused() -> None:
    with pytest.raises(ValueError, match="expected int32"):
        LOSSLESS["Zstd"]["level 5"].encode(np.zeros((4, 4)))
