"""The file of a frame without loss: every value, type, mask and header comes back, and damage is refused."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from latentlab import counts
from latentlab.counts import frame_file
from latentlab.counts.frame_file import decode_frame, encode_frame, read_frame_file, same, write_frame
from latentlab.counts.whole_numbers import TYPES
from latentlab.errors import BitstreamError, FrameError
from latentlab.frames import Frame

INTEGERS = [name for name in TYPES if not name.startswith("float")]
SHAPES = st.tuples(st.integers(1, 17), st.integers(1, 17))
HEADERS = st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=4)


def frame_of(values: np.ndarray, mask: np.ndarray | None = None, header: dict | None = None) -> Frame:
    return Frame(values, np.zeros(values.shape, bool) if mask is None else mask, header or {}, "a.cbf")


@st.composite
def integer_frames(draw: st.DrawFn) -> Frame:
    """Frames of any integer type: small counts, the type's limits, and anything between."""
    limits = np.iinfo(draw(st.sampled_from(INTEGERS)))
    whole, small = st.integers(limits.min, limits.max), st.integers(0, 9)
    edge = st.sampled_from([limits.min, limits.max, max(limits.min, -1), max(limits.min, -2)])
    shape = draw(SHAPES)
    values = draw(arrays(limits.dtype, shape, elements=st.one_of(small, edge, whole)))
    mask = draw(st.one_of(st.none(), arrays(bool, shape)))
    return frame_of(values, mask, draw(HEADERS))


@settings(max_examples=150, deadline=None)
@given(integer_frames())
def test_any_frame_of_integers_comes_back(frame: Frame) -> None:
    decoded = decode_frame(encode_frame(frame))
    assert decoded.counts.dtype == frame.counts.dtype
    np.testing.assert_array_equal(decoded.counts, frame.counts)
    np.testing.assert_array_equal(decoded.mask, frame.mask)
    assert list(decoded.header.items()) == list(frame.header.items())
    assert decoded.source == "a.cbf"


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from([np.float32, np.float64]),
    SHAPES.flatmap(lambda shape: arrays(np.int32, shape, elements=st.integers(-(2**24), 2**24))),
)
def test_floats_that_are_integers_come_back(kind: type, values: np.ndarray) -> None:
    frame = frame_of(values.astype(kind))
    assert same(decode_frame(encode_frame(frame)), frame)


@pytest.mark.parametrize("value", [0.5, -0.0, np.nan, np.inf, 2.0**31, -1e30])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_other_floats_are_refused_by_pixel(kind: type, value: float) -> None:
    values = np.ones((3, 4), kind)
    values[1, 2] = value
    message = r"^a\.cbf: cannot be compressed without loss: the value .* at row 1, column 2 is not a whole"
    with pytest.raises(FrameError, match=message):
        encode_frame(frame_of(values))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((3, 4), bool), "its counts are bool, expected one of: int8, uint8"),
        (np.zeros((1, 2**16 + 1), np.int32), "1 x 65537 px, expected sides up to 65536"),
    ],
)
def test_other_images_are_refused(values: np.ndarray, message: str) -> None:
    with pytest.raises(FrameError, match=f"^a.cbf: cannot be compressed without loss: .*{message}"):
        encode_frame(frame_of(values))


@pytest.mark.parametrize("kind", ["uint8", "uint16", "uint32", "uint64"])
def test_gaps_cost_little_in_unsigned_types(kind: str) -> None:
    """A detector of an unsigned type marks its gaps with the largest value."""
    values = np.random.default_rng(0).poisson(3, (120, 100)).astype(kind)
    plain = len(encode_frame(frame_of(values)))
    values[40:60] = np.iinfo(kind).max
    assert len(encode_frame(frame_of(values))) < plain


def test_equal_frames_give_equal_bytes() -> None:
    values = np.arange(12, dtype=np.uint16).reshape(3, 4)
    assert encode_frame(frame_of(values)) == encode_frame(
        frame_of(values[::-1][::-1].astype(">u2").astype("u2"))
    )


@pytest.fixture(scope="module")
def small() -> tuple[Frame, bytes]:
    values = np.random.default_rng(1).poisson(4, (20, 16)).astype(np.int32)
    values[7:9], values[3, 3] = -1, -2
    frame = frame_of(values, values == 9, {"Tau": "199.1e-09 s", "Count_cutoff": "1382835"})
    return frame, encode_frame(frame)


def test_every_altered_byte_is_refused(small: tuple[Frame, bytes]) -> None:
    data = small[1]
    for position in range(len(data)):
        altered = bytearray(data)
        altered[position] ^= 1 << position % 8
        with pytest.raises(BitstreamError, match=r"^a\.llc: [^\n]+$"):
            decode_frame(bytes(altered), "a.llc")


def test_every_truncation_is_refused(small: tuple[Frame, bytes]) -> None:
    data = small[1]
    for size in range(len(data)):
        with pytest.raises(BitstreamError, match=r"^a\.llc: "):
            decode_frame(data[:size], "a.llc")
    with pytest.raises(BitstreamError, match="checksum"):
        decode_frame(data + b"\0", "a.llc")


def test_what_passes_the_checksum_of_the_file_is_refused_or_harmless(small: tuple[Frame, bytes]) -> None:
    """Altered bytes with a recomputed file CRC32 reach all later checks: never are other counts returned."""
    frame, data = small
    rng = np.random.default_rng(0)
    refused = []
    for _ in range(600):
        altered = bytearray(data[:-4])
        for position in rng.integers(4, len(altered), rng.integers(1, 4)):
            altered[position] ^= int(rng.integers(1, 256))
        try:
            decoded = decode_frame(bytes(altered) + struct.pack("<I", zlib.crc32(altered)), "a.llc")
        except BitstreamError as error:
            refused.append(str(error))
        else:
            np.testing.assert_array_equal(decoded.counts, frame.counts)
    assert len(refused) > 570
    assert all(message.startswith("a.llc: ") for message in refused)


def test_other_kinds_are_named(small: tuple[Frame, bytes]) -> None:
    def message(data: bytes) -> str:
        with pytest.raises(BitstreamError) as caught:
            decode_frame(data, "a.llc")
        return str(caught.value)

    bare = counts.encode(small[0].counts)
    assert (
        message(bare)
        == "a.llc: not a frame without loss, but counts alone, as latentlab.counts.encode gives them"
    )
    assert "compressed with loss" in message(b"LLC\2" + bytes(100))
    assert "does not begin with b'LLF'" in message(b"###CBF: VERSION 1.5")
    assert "does not begin" in message(b"")
    assert "version 9 is unknown, expected version 1" in message(b"LLF\x09" + bytes(100))


def test_a_written_file_reads_back(tmp_path: Path, small: tuple[Frame, bytes]) -> None:
    path = tmp_path / "a.llc"
    assert write_frame(path, small[0]) == len(small[1]) == path.stat().st_size
    assert same(read_frame_file(path), small[0])
    with pytest.raises(BitstreamError, match=r"b\.llc: cannot be read \(No such file"):
        read_frame_file(tmp_path / "b.llc")


def test_a_file_that_does_not_decode_gets_no_name(
    tmp_path: Path, small: tuple[Frame, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = small[0]
    other = encode_frame(frame_of(frame.counts + 1, frame.mask, frame.header))
    monkeypatch.setattr(frame_file, "encode_frame", lambda frame: other)
    with pytest.raises(BitstreamError, match=r"a\.llc: not written, as its file does not give a\.cbf back"):
        write_frame(tmp_path / "a.llc", frame)
    assert list(tmp_path.iterdir()) == []


def test_same_sees_every_difference(small: tuple[Frame, bytes]) -> None:
    frame = small[0]
    assert same(frame, Frame(frame.counts.copy(), frame.mask.copy(), dict(frame.header), frame.source))
    for other in (
        Frame(frame.counts.astype(np.int64), frame.mask, frame.header, frame.source),
        Frame(frame.counts + 1, frame.mask, frame.header, frame.source),
        Frame(frame.counts, ~frame.mask, frame.header, frame.source),
        Frame(frame.counts, frame.mask, {}, frame.source),
        Frame(frame.counts, frame.mask, frame.header, "b.cbf"),
    ):
        assert not same(frame, other)
