"""The file format of a compressed image.

Every byte counts in the bits per pixel of a small image, so the header is binary and compact::

    magic            3 bytes   b"LLC"
    version          1 byte    2
    model id         8 bytes   first bytes of the sha256 that names the model
    height, width    varints   px
    transform        1 byte    intensity transform: 0 raw, 1 log; bit 7 is set if a scale follows
    scale            4 bytes   float32, only if bit 7 is set
    latent shape     2 varints height and width of the lowest latent space
    streams          1 byte    how many, then the length in bytes of each as a varint, then their bytes
    latent CRC       4 bytes   CRC32 of the integer latents
    file CRC         4 bytes   CRC32 of everything before it

Numbers are little-endian; a varint holds 7 bits per byte, least significant first, bit 7 set on all but
its last byte, in its shortest form. Each compressed image has exactly one valid encoding in this format.
"""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latentlab.artifacts import atomic_path
from latentlab.errors import BitstreamError

MAGIC = b"LLC"
VERSION = 2  # version 1 had CompressAI's rANS streams, from networks that were not exact
MODEL_ID_BYTES = 8
TRANSFORMS = ("raw", "log")
MAX_SIDE = 1 << 16  # px; limits the memory that an altered header can request
_HAS_SCALE = 0x80
_MAX_STREAM = 1 << 31  # bytes
_FIXED_BYTES = len(MAGIC) + 1 + MODEL_ID_BYTES
_CRC_BYTES = 4


@dataclass(frozen=True)
class CompressedImage:
    """What a compressed file holds.

    Attributes
    ----------
    model_id : the 8 bytes that name the model that wrote it.
    height, width : size of the image in px, 1 to 65536.
    transform : transform of the intensities before coding, "raw" or "log"; stored, not applied.
    scale : factor of the intensities before the transform, or None; positive, rounded to float32.
    latent_shape : height and width of the lowest latent space, that of z where there is a hyperprior.
    streams : entropy-coded bytes: of y, then of z where there is a hyperprior.
    latent_crc : CRC32 of the integer latents as int32, little-endian, in the order of decoding.

    Raises
    ------
    ValueError : an attribute out of its range.
    """

    model_id: bytes
    height: int
    width: int
    transform: str
    scale: float | None
    latent_shape: tuple[int, int]
    streams: tuple[bytes, ...]
    latent_crc: int

    def __post_init__(self) -> None:
        check_model_id(self.model_id)
        for name in ("height", "width"):
            if not 1 <= getattr(self, name) <= MAX_SIDE:
                raise ValueError(f"{name}: {getattr(self, name)} px, expected 1 to {MAX_SIDE}")
        if self.transform not in TRANSFORMS:
            raise ValueError(f"transform: '{self.transform}', expected one of: {', '.join(TRANSFORMS)}")
        if self.scale is not None:
            object.__setattr__(self, "scale", _to_float32(self.scale))
        if len(self.latent_shape) != 2 or any(not 1 <= side <= MAX_SIDE for side in self.latent_shape):
            raise ValueError(f"latent_shape: {self.latent_shape}, expected two sides of 1 to {MAX_SIDE}")
        if not 1 <= len(self.streams) <= 255:
            raise ValueError(f"streams: {len(self.streams)} of them, expected 1 to 255")
        if not 0 <= self.latent_crc < 1 << 32:
            raise ValueError(f"latent_crc: {self.latent_crc}, expected an unsigned integer of 32 bits")


def check_model_id(model_id: bytes) -> None:
    if not isinstance(model_id, bytes) or len(model_id) != MODEL_ID_BYTES:
        raise ValueError(f"model_id: {model_id!r}, expected {MODEL_ID_BYTES} bytes")


def _to_float32(scale: float) -> float:
    with np.errstate(over="ignore"):  # an overflow raises an error below
        rounded = float(np.float32(scale))
    if not (math.isfinite(rounded) and rounded > 0):
        raise ValueError(f"scale: {scale}, expected a positive, finite float32")
    return rounded


def pack(image: CompressedImage) -> bytes:
    """Bytes of the file that holds `image`; the inverse of `unpack`."""
    flags = TRANSFORMS.index(image.transform) | (_HAS_SCALE if image.scale is not None else 0)
    parts = [MAGIC, bytes([VERSION]), image.model_id, _varint(image.height), _varint(image.width)]
    parts.append(bytes([flags]))
    if image.scale is not None:
        parts.append(struct.pack("<f", image.scale))
    parts += [_varint(side) for side in image.latent_shape]
    parts.append(bytes([len(image.streams)]))
    parts += [_varint(len(stream)) for stream in image.streams]
    parts += image.streams
    parts.append(struct.pack("<I", image.latent_crc))
    body = b"".join(parts)
    return body + struct.pack("<I", zlib.crc32(body))


def unpack(data: bytes, source: str = "<bytes>") -> CompressedImage:
    """Read a compressed file; the inverse of `pack`.

    Parameters
    ----------
    data : the whole file.
    source : its name, for messages.

    Raises
    ------
    BitstreamError : too short, wrong magic, unknown version, wrong checksum, a field that is cut off or
        out of range, or bytes left over; names `source`.
    """
    if len(data) < _FIXED_BYTES + _CRC_BYTES:
        raise BitstreamError(
            f"{source}: {len(data)} bytes are too few for a compressed image, the file is truncated"
        )
    if data[: len(MAGIC)] != MAGIC:
        raise BitstreamError(f"{source}: not a compressed image, it does not begin with {MAGIC!r}")
    if data[len(MAGIC)] != VERSION:
        raise BitstreamError(
            f"{source}: format version {data[len(MAGIC)]} is unknown, expected version {VERSION}"
        )
    body, checksum = data[:-_CRC_BYTES], data[-_CRC_BYTES:]
    if struct.pack("<I", zlib.crc32(body)) != checksum:
        raise BitstreamError(f"{source}: checksum (CRC32) does not match, the file is altered or truncated")
    reader = _Reader(body, source, start=len(MAGIC) + 1)
    model_id = reader.take(MODEL_ID_BYTES, "model id")
    height, width = (reader.varint(name, 1, MAX_SIDE) for name in ("image height", "image width"))
    (flags,) = reader.take(1, "intensity transform")
    number = flags & ~_HAS_SCALE
    if number >= len(TRANSFORMS):
        raise BitstreamError(f"{source}: intensity transform {number} is unknown")
    scale = struct.unpack("<f", reader.take(4, "scale"))[0] if flags & _HAS_SCALE else None
    if scale is not None and not (math.isfinite(scale) and scale > 0):
        raise BitstreamError(f"{source}: scale is {scale}, expected a positive number")
    rows, columns = (reader.varint(name, 1, MAX_SIDE) for name in ("latent height", "latent width"))
    (count,) = reader.take(1, "number of streams")
    if count == 0:
        raise BitstreamError(f"{source}: number of streams is 0, expected 1 at least")
    sizes = [reader.varint(f"length of stream {i}", 0, _MAX_STREAM) for i in range(count)]
    streams = tuple(reader.take(size, f"stream {i}") for i, size in enumerate(sizes))
    (latent_crc,) = struct.unpack("<I", reader.take(4, "latent checksum"))
    reader.finish()
    return CompressedImage(
        model_id, height, width, TRANSFORMS[number], scale, (rows, columns), streams, latent_crc
    )


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


class _Reader:
    """Reads the fields of `data` in order; errors name the field."""

    def __init__(self, data: bytes, source: str, start: int) -> None:
        self.data, self.source, self.position = data, source, start

    def take(self, size: int, name: str) -> bytes:
        field = self.data[self.position : self.position + size]
        if len(field) < size:
            raise BitstreamError(
                f"{self.source}: truncated in {name}: {size} bytes expected, {len(field)} left"
            )
        self.position += size
        return field

    def varint(self, name: str, least: int, most: int) -> int:
        value, shift = 0, 0
        while True:
            (byte,) = self.take(1, name)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift > 35:
                raise BitstreamError(f"{self.source}: {name} is not a valid varint")
        if shift > 7 and byte == 0:
            raise BitstreamError(f"{self.source}: {name} is a varint with unnecessary bytes")
        if not least <= value <= most:
            raise BitstreamError(f"{self.source}: {name} is {value}, expected {least} to {most}")
        return value

    def finish(self) -> None:
        left = len(self.data) - self.position
        if left:
            raise BitstreamError(f"{self.source}: {left} bytes left over after the last field")


def stream_sizes(data: bytes, source: str = "<bytes>") -> list[int]:
    """Lengths in bytes of the entropy-coded streams of a file: [y] or [y, z], without header or checksums.

    Raises
    ------
    BitstreamError : `data` is not a whole compressed image.
    """
    return [len(stream) for stream in unpack(data, source).streams]


def write_bitstream(path: Path | str, data: bytes) -> None:
    """Write a compressed image to `path` atomically."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def read_bitstream(path: Path | str) -> bytes:
    """Read a compressed image and check that it is whole.

    Raises
    ------
    BitstreamError : no such file, unreadable, or not a whole compressed image; names `path`.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise BitstreamError(
            f"{path}: cannot be read ({error.strerror}), expected a compressed image"
        ) from error
    unpack(data, str(path))
    return data
