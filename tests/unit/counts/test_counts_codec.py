"""Lossless coding of frames of counts: exact for any int32 frame, small for counts, and safe with damage."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from latentlab import counts
from latentlab.errors import BitstreamError

INT32 = np.iinfo(np.int32)
SHAPES = st.tuples(st.integers(1, 23), st.integers(1, 23))


def check_round_trip(frame: np.ndarray) -> bytes:
    data = counts.encode(frame)
    decoded = counts.decode(data)
    assert decoded.dtype == np.int32
    np.testing.assert_array_equal(decoded, frame)
    return data


def poisson_disc(shape: tuple[int, int], peak: float) -> tuple[np.ndarray, np.ndarray]:
    """A smooth expectation with a bright ring, counts a pixel, and Poisson counts about it."""
    y, x = np.indices(shape)
    radius = np.hypot(y - 0.3 * shape[0], x - 0.5 * shape[1]) / shape[0]
    expected = peak * (np.exp(-6 * radius) + 0.5 * np.exp(-(((radius - 0.4) / 0.06) ** 2)))
    return expected, np.random.default_rng(5).poisson(expected).astype(np.int32)


@settings(max_examples=40, deadline=None)
@given(SHAPES.flatmap(lambda shape: arrays(np.int32, shape, elements=st.integers(INT32.min, INT32.max))))
def test_any_int32_frame_comes_back(frame: np.ndarray) -> None:
    check_round_trip(frame)


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    log_mean=st.floats(-3, 6),
    masked=st.floats(0, 1),
    seed=st.integers(0, 2**32 - 1),
)
def test_masked_counts_come_back(shape: tuple[int, int], log_mean: float, masked: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    expected = 10**log_mean * rng.gamma(0.3, 3.0, shape)
    frame = rng.poisson(expected).astype(np.int32)
    frame[rng.random(shape) < masked] = -1
    frame[: shape[0] // 3 : 2, shape[1] // 2] = -2
    frame[rng.random(shape) < 0.01] = INT32.max
    frame[rng.random(shape) < 0.01] = INT32.min
    check_round_trip(frame)


@pytest.mark.parametrize("value", [0, 1, 7, 8, 100, 123_456, -1, -2, -77, INT32.max, INT32.min])
@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (37, 1), (2, 3), (130, 70)])
def test_constant_frames_come_back_and_cost_little(value: int, shape: tuple[int, int]) -> None:
    data = check_round_trip(np.full(shape, value, np.int32))
    assert len(data) < 180


def test_frames_with_few_counted_pixels_come_back() -> None:
    frame = np.full((65, 33), -1, np.int32)
    frame[64, 32] = 5
    check_round_trip(frame)
    frame[0, 0] = 9
    check_round_trip(frame)


def test_frames_that_are_not_contiguous_come_back() -> None:
    frame = np.arange(600, dtype=np.int32).reshape(20, 30)
    check_round_trip(frame[::-2, 1::3])
    check_round_trip(frame.T)


def test_equal_frames_give_equal_bytes() -> None:
    _, frame = poisson_disc((120, 100), 40.0)
    assert counts.encode(frame) == counts.encode(frame.copy())


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((3, 4), np.int64),
        np.zeros((3, 4), np.float32),
        np.zeros(4, np.int32),
        np.zeros((0, 4), np.int32),
        np.zeros((1, 2**16 + 1), np.int32),
        [[1, 2]],
    ],
)
def test_other_arrays_are_refused(frame: object) -> None:
    with pytest.raises(ValueError, match=r"^frame: "):
        counts.encode(frame)


@pytest.fixture(scope="module")
def small_file() -> bytes:
    _, frame = poisson_disc((60, 50), 60.0)
    frame[20:24] = -1
    frame[3, 3] = -2
    return counts.encode(frame)


def test_every_altered_byte_is_refused(small_file: bytes) -> None:
    for position in range(len(small_file)):
        altered = bytearray(small_file)
        altered[position] ^= 1 << position % 8
        with pytest.raises(BitstreamError, match=r"^frame\.lln: "):
            counts.decode(bytes(altered), "frame.lln")


def test_every_truncation_is_refused(small_file: bytes) -> None:
    for size in range(len(small_file)):
        with pytest.raises(BitstreamError):
            counts.decode(small_file[:size])
    with pytest.raises(BitstreamError):
        counts.decode(small_file + b"\0")


def test_what_passes_the_checksum_of_the_file_is_refused_or_harmless(small_file: bytes) -> None:
    """Altered bytes with a recomputed file CRC32 reach all later checks: no wrong frame is returned."""
    frame = counts.decode(small_file)
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(400):
        altered = bytearray(small_file[:-4])
        for position in rng.integers(4, len(altered), rng.integers(1, 4)):
            altered[position] ^= int(rng.integers(1, 256))
        try:
            decoded = counts.decode(bytes(altered) + struct.pack("<I", zlib.crc32(altered)))
        except BitstreamError:
            refused += 1
        else:
            np.testing.assert_array_equal(decoded, frame)
    assert refused > 380


def test_foreign_files_are_refused() -> None:
    with pytest.raises(BitstreamError, match="truncated"):
        counts.decode(b"")
    with pytest.raises(BitstreamError, match="not a frame of counts"):
        counts.decode(b"LLC\1" + bytes(100))
    with pytest.raises(BitstreamError, match="version 9"):
        counts.decode(b"LLN\x09" + bytes(100))


@pytest.mark.parametrize(("peak", "excess"), [(3.0, 0.06), (300.0, 0.04), (30_000.0, 0.05)])
def test_poisson_counts_come_near_their_entropy(peak: float, excess: float) -> None:
    """The ideal code length under the true expectations is the limit of every lossless code, on average."""
    expected, frame = poisson_disc((400, 400), peak)
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, frame.max() + 1)))])
    nats = expected - frame * np.log(expected) + log_factorials[frame]
    limit = nats.sum() / np.log(2)
    bits = 8 * len(check_round_trip(frame))
    assert limit < bits < (1 + excess) * limit


def test_masked_pixels_cost_little() -> None:
    _, frame = poisson_disc((300, 300), 50.0)
    masked = frame.copy()
    masked[100:117] = -1
    masked[:, 150:157] = -1
    assert len(check_round_trip(masked)) < len(counts.encode(frame))


def test_brighter_noise_is_coded_in_its_own_width() -> None:
    """Counts spread more than Poisson's: the cost follows the spread, not a law fixed beforehand."""
    rng = np.random.default_rng(3)
    rates = 40.0 * rng.gamma(4.0, 0.25, (300, 300))
    frame = rng.poisson(rates).astype(np.int32)
    share = np.bincount(frame.ravel()) / frame.size
    entropy = -(share[share > 0] * np.log2(share[share > 0])).sum()  # of independent, equal pixels
    bits = 8 * len(check_round_trip(frame)) / frame.size
    assert bits < 1.06 * entropy


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1), (2, 2500), (21, 1200)])
def test_narrow_frames_with_fitted_weights_come_back(shape: tuple[int, int]) -> None:
    """Some passes have no pixels, others have enough pixels for their own weights."""
    wave = 300.0 * (1.1 + np.sin(np.arange(shape[0] * shape[1]) / 4)).reshape(shape)
    check_round_trip(np.random.default_rng(2).poisson(wave).astype(np.int32))
