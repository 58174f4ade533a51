"""The file format of a frame of counts, with the names of its sections.

::

    magic            3 bytes   b"LLN"
    version          1 byte    1
    height, width    varints   px
    sections         each its length in bytes as a varint, then its bytes, in the order of `SECTIONS`
    frame CRC        4 bytes   CRC32 of the frame, int32 little-endian, row after row
    file CRC         4 bytes   CRC32 of everything before it

Numbers are little-endian; a varint holds 7 bits per byte, least significant first.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

from latentlab.counts.bits import to_varints
from latentlab.errors import BitstreamError

MAGIC = b"LLN"
VERSION = 1
MAX_SIDE = 1 << 16  # px
MAX_PIXELS = 1 << 28  # limits the memory that an altered header can request
SECTIONS = (
    "special values",  # int32 each
    "gaps between changes of the map",
    "changes of the map",
    "weights",
    "laws",
    "histograms",
    "escaped values",
    "low bits",
    "symbols",
)


def pack(shape: tuple[int, int], sections: dict[str, bytes], frame_crc: int) -> bytes:
    """Bytes of the file; the inverse of `unpack`."""
    parts = [MAGIC, bytes([VERSION]), to_varints(np.array(shape))]
    for name in SECTIONS:
        parts += [to_varints(np.array([len(sections[name])])), sections[name]]
    body = b"".join(parts) + struct.pack("<I", frame_crc)
    return body + struct.pack("<I", zlib.crc32(body))


def unpack(data: bytes, source: str) -> tuple[tuple[int, int], dict[str, bytes], int]:
    """Shape, sections and CRC32 of the frame.

    Raises
    ------
    BitstreamError : too short, wrong magic, unknown version, wrong checksum, a size out of range, a
        section that is cut off, or bytes left over; names `source`.
    """
    if len(data) < len(MAGIC) + 1 + 2 + len(SECTIONS) + 8:
        raise BitstreamError(f"{source}: {len(data)} bytes are too few for a frame, the file is truncated")
    if data[: len(MAGIC)] != MAGIC:
        raise BitstreamError(f"{source}: not a frame of counts, it does not begin with {MAGIC!r}")
    if data[len(MAGIC)] != VERSION:
        raise BitstreamError(
            f"{source}: format version {data[len(MAGIC)]} is unknown, expected version {VERSION}"
        )
    if struct.unpack("<I", data[-4:])[0] != zlib.crc32(data[:-4]):
        raise BitstreamError(f"{source}: checksum (CRC32) does not match, the file is altered or truncated")
    body, position = data[:-8], len(MAGIC) + 1
    height, position = _varint(body, position, "height", source)
    width, position = _varint(body, position, "width", source)
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE and height * width <= MAX_PIXELS):
        raise BitstreamError(
            f"{source}: {height} x {width} px, expected sides of 1 to {MAX_SIDE} and {MAX_PIXELS} px at most"
        )
    sections = {}
    for name in SECTIONS:
        size, position = _varint(body, position, f"length of section '{name}'", source)
        sections[name] = body[position : position + size]
        position += size
    if position != len(body):
        raise BitstreamError(f"{source}: its sections end at byte {position}, expected byte {len(body)}")
    return (height, width), sections, struct.unpack("<I", data[-8:-4])[0]


def _varint(data: bytes, position: int, name: str, source: str) -> tuple[int, int]:
    value = 0
    for place, octet in enumerate(data[position : position + 5]):
        value |= (octet & 0x7F) << 7 * place
        if octet < 0x80:
            return value, position + place + 1
    raise BitstreamError(f"{source}: {name} is cut off or too long")
