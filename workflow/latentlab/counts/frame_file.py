"""The file of a detector frame without loss (.llc): every value of the image, its mask and its header.

::

    magic            3 bytes   b"LLF"
    version          1 byte    1
    type             1 byte    place of the counts' type in `whole_numbers.TYPES`
    metadata         deflated JSON (UTF-8): {"header": {key: text}, "source": text}
    planes           1 byte    1 or 2, then the counts' planes (`whole_numbers`), as `codec.encode` gives them
    mask             2 sections, as `masks.pack_map` gives them: 1 where the mask is set
    counts sha256    32 bytes  of the counts as decoded, little-endian, row after row
    file CRC         4 bytes   CRC32 of everything before it

Metadata, each plane and each section of the mask stand behind their length in bytes, a varint of 7 bits per
byte.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from latentlab.artifacts import atomic_path
from latentlab.counts.bits import deflate, inflate, to_varints
from latentlab.counts.codec import decode, encode
from latentlab.counts.masks import pack_map, unpack_map
from latentlab.counts.whole_numbers import TYPES, from_planes, to_planes
from latentlab.errors import BitstreamError, FrameError
from latentlab.frames.frame import Frame

MAGIC, VERSION = b"LLF", 1
SUFFIX = ".llc"
OTHER_KINDS = {
    b"LLC": "a frame compressed with loss, which only the codec that wrote it can decode",
    b"LLN": "counts alone, as latentlab.counts.encode gives them",
}
LONGEST_METADATA = 1 << 26  # bytes; limits the memory that a damaged file can request
_SHA256, _CRC = 32, 4
_SHORTEST = len(MAGIC) + 1 + 1 + 1 + 2 + 2 + _SHA256 + _CRC


def encode_frame(frame: Frame) -> bytes:
    """Compress a frame without loss.

    Parameters
    ----------
    frame : as `frames.read_stored` gives it; counts (h, w) of an integer type, or floats that are integers
        of 32 bits. Of its source the text is stored.

    Returns
    -------
    bytes : the file; `decode_frame` is its inverse.

    Raises
    ------
    FrameError : a value that is not a whole number, or an image too large; names the frame's source.
    """
    try:
        planes = [encode(plane) for plane in to_planes(frame.counts)]
    except ValueError as error:
        raise FrameError(f"{frame.source}: cannot be compressed without loss: {error}") from error
    metadata = json.dumps({"header": frame.header, "source": frame.source}).encode()
    if len(metadata) > LONGEST_METADATA:
        raise FrameError(f"{frame.source}: its header has {len(metadata)} bytes, expected at most 64 MiB")
    parts = [MAGIC, bytes([VERSION, TYPES.index(frame.counts.dtype.name)])]
    parts += [*_sized(deflate(metadata)), bytes([len(planes)])]
    for section in (*planes, *pack_map(frame.mask.astype(np.uint8))):
        parts += _sized(section)
    body = b"".join([*parts, _digest(frame.counts)])
    return body + struct.pack("<I", zlib.crc32(body))


def decode_frame(data: bytes, source: str = "<bytes>") -> Frame:
    """Decompress a frame.

    Parameters
    ----------
    data : the whole file. source : its name, for messages.

    Returns
    -------
    Frame : equal to the one that `encode_frame` was given.

    Raises
    ------
    BitstreamError : truncated, altered, of another kind or version; names `source`.
    """
    if data[: len(MAGIC)] in OTHER_KINDS:
        raise BitstreamError(f"{source}: not a frame without loss, but {OTHER_KINDS[data[: len(MAGIC)]]}")
    if data[: len(MAGIC)] != MAGIC:
        raise BitstreamError(f"{source}: not a frame without loss, it does not begin with {MAGIC!r}")
    if len(data) < _SHORTEST:
        raise BitstreamError(f"{source}: {len(data)} bytes are too few for a frame, the file is truncated")
    if data[len(MAGIC)] != VERSION:
        raise BitstreamError(
            f"{source}: format version {data[len(MAGIC)]} is unknown, expected version {VERSION}"
        )
    if struct.unpack("<I", data[-_CRC:])[0] != zlib.crc32(data[:-_CRC]):
        raise BitstreamError(f"{source}: checksum (CRC32) does not match, the file is altered or truncated")
    try:
        return _decode(data[len(MAGIC) + 1 : -_CRC], source)
    except (ValueError, KeyError, TypeError) as error:  # what the CRC32 let pass
        raise BitstreamError(f"{source}: cannot be decoded: {error}") from error


def _decode(body: bytes, source: str) -> Frame:
    sections, digest = body[:-_SHA256], body[-_SHA256:]
    if sections[0] >= len(TYPES):
        raise ValueError(f"type {sections[0]} of counts is unknown")
    packed, position = _section(sections, 1)
    number = sections[position] if position < len(sections) else 0
    if number not in (1, 2):
        raise ValueError(f"{number} planes of counts, expected 1 or 2")
    planes, position = [], position + 1
    for _ in range(number):
        plane, position = _section(sections, position)
        planes.append(decode(plane, source))
    gaps, position = _section(sections, position)
    changes, position = _section(sections, position)
    if position != len(sections):
        raise ValueError(f"its sections end at byte {position}, expected byte {len(sections)}")
    counts = from_planes(planes, TYPES[sections[0]])
    mask = unpack_map(gaps, changes, counts.shape, 1) != 0
    if _digest(counts) != digest:
        raise ValueError("the decoded counts are not the coded ones, their sha256 does not match")
    metadata = json.loads(inflate(packed, LONGEST_METADATA))
    return Frame(counts, mask, dict(metadata["header"]), str(metadata["source"]))


def without_folder(frame: Frame, path: Path | str) -> Frame:
    """The frame that was read from `path`, with a source that does not name the folder."""
    return replace(frame, source=Path(path).name + frame.source.removeprefix(str(path)))


def write_frame(path: Path | str, frame: Frame) -> int:
    """Write a frame without loss to `path`, atomically, and return the file's bytes.

    The file gets its name only after it was read again, decoded, and found equal to `frame`.

    Raises
    ------
    FrameError : as `encode_frame`. BitstreamError : the file does not give the frame back.
    """
    data = encode_frame(frame)
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)
        if not same(decode_frame(temporary.read_bytes(), str(path)), frame):
            raise BitstreamError(f"{path}: not written, as its file does not give {frame.source} back")
    return len(data)


def read_frame_file(path: Path | str) -> Frame:
    """Read a frame from its file without loss.

    Raises
    ------
    BitstreamError : no such file, or one that `decode_frame` refuses; names `path`.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise BitstreamError(
            f"{path}: cannot be read ({error.strerror}), expected a {SUFFIX} file"
        ) from error
    return decode_frame(data, str(path))


def same(first: Frame, second: Frame) -> bool:
    """Whether two frames have equal counts, bit for bit and of one type, equal masks, headers and sources."""
    return (
        same_values(first.counts, second.counts)
        and same_values(first.mask, second.mask)
        and (first.header, first.source) == (second.header, second.source)
    )


def same_values(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two arrays have one type, one shape and equal bits."""
    return (first.dtype, first.shape) == (second.dtype, second.shape) and first.tobytes() == second.tobytes()


def _sized(section: bytes) -> list[bytes]:
    return [to_varints(np.array([len(section)])), section]


def _section(data: bytes, position: int) -> tuple[bytes, int]:
    """The section whose length stands at `position`, and where it ends."""
    size = 0
    for place, octet in enumerate(data[position : position + 5]):
        size |= (octet & 0x7F) << 7 * place
        if octet < 0x80:
            start = position + place + 1
            if start + size > len(data):
                break
            return data[start : start + size], start + size
    raise ValueError(f"a section at byte {position} is cut off")


def _digest(counts: np.ndarray) -> bytes:
    return hashlib.sha256(np.ascontiguousarray(counts, counts.dtype.newbyteorder("<")).tobytes()).digest()
