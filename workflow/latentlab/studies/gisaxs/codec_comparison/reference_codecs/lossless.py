"""Lossless codecs of integer counts: image codecs, and shuffled bytes with a general coder.

JPEG XL, JPEG 2000 and JPEG-LS take 16 bits: the frame is stored as its difference from its smallest
value (so that masks, -1 and -2, are small numbers), clipped to 65535; the few larger pixels are stored in a
list. That is the best that we found for JPEG XL: as float32 a Pilatus frame takes seven times the bytes.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass

import imagecodecs
import numpy as np

from latentlab.errors import BitstreamError

HEADER = struct.Struct("<iI")  # smallest value of the frame, bytes of the list of large pixels
LARGEST = 2**16 - 1


@dataclass(frozen=True)
class LosslessCodec:
    """A codec of int32 frames at one setting.

    Attributes
    ----------
    compress : int32 (h, w) -> bytes. decompress : bytes, (h, w) -> the same int32 (h, w).
    """

    compress: Callable[[np.ndarray], bytes | bytearray]
    decompress: Callable[[bytes, tuple[int, int]], np.ndarray]

    def encode(self, frame: np.ndarray) -> bytes:
        """Bytes of an int32 frame (h, w), counts per pixel; ValueError on another type or shape."""
        if frame.ndim != 2 or frame.dtype != np.int32 or not frame.size:
            raise ValueError(f"frame is {frame.dtype} of shape {frame.shape}, expected int32 (h, w)")
        return bytes(self.compress(np.ascontiguousarray(frame)))

    def decode(self, data: bytes, shape: tuple[int, int]) -> np.ndarray:
        """The int32 frame (h, w), counts per pixel; BitstreamError where the bytes are damaged."""
        try:
            frame = self.decompress(data, shape)
        except Exception as error:  # each codec has its own errors, and some raise ValueError
            raise BitstreamError(f"the bytes cannot be decoded, they are damaged ({error})") from error
        if frame.shape != tuple(shape):
            raise BitstreamError(f"the bytes hold a frame of {frame.shape}, expected {tuple(shape)}")
        return frame


def sixteen_bit(
    compress: Callable[[np.ndarray], bytes | bytearray], decompress: Callable[[bytes], np.ndarray]
) -> LosslessCodec:
    """An image codec of uint16 made to code int32: smallest value, list of large pixels, image."""

    def encode(frame: np.ndarray) -> bytes:
        least = int(frame.min())
        above = frame.astype(np.int64) - least
        large = np.flatnonzero(above > LARGEST)
        image = np.minimum(above, LARGEST).astype(np.uint16)
        table = np.concatenate([np.diff(large, prepend=0), above.reshape(-1)[large]]).astype("<u4")
        listed = bytes(imagecodecs.zstd_encode(table.tobytes(), level=9)) if len(large) else b""
        return HEADER.pack(least, len(listed)) + listed + bytes(compress(image))

    def decode(data: bytes, shape: tuple[int, int]) -> np.ndarray:
        least, length = HEADER.unpack_from(data)
        image = decompress(data[HEADER.size + length :])
        above = np.asarray(image).astype(np.int64)
        if length:
            listed = imagecodecs.zstd_decode(data[HEADER.size : HEADER.size + length])
            steps, values = np.frombuffer(listed, dtype="<u4").astype(np.int64).reshape(2, -1)
            above.reshape(-1)[np.cumsum(steps)] = values
        return (above + least).astype(np.int32)

    return LosslessCodec(encode, decode)


def byte_coder(
    compress: Callable[[bytes], bytes | bytearray], decompress: Callable[[bytes], bytes | bytearray]
) -> LosslessCodec:
    """A general coder of bytes made to code int32, little-endian."""
    return LosslessCodec(
        lambda frame: compress(frame.astype("<i4").tobytes()),
        lambda data, shape: np.frombuffer(decompress(data), dtype="<i4").astype(np.int32).reshape(shape),
    )


def _jpeg_xl(effort: int) -> LosslessCodec:
    def compress(image: np.ndarray) -> bytes:
        return imagecodecs.jpegxl_encode(image, lossless=True, effort=effort, numthreads=1)

    return sixteen_bit(compress, lambda data: imagecodecs.jpegxl_decode(data, numthreads=1))


def _jpeg_2000() -> LosslessCodec:
    def compress(image: np.ndarray) -> bytes:
        return imagecodecs.jpeg2k_encode(image, level=0, reversible=True, codecformat="j2k", numthreads=1)

    return sixteen_bit(compress, lambda data: imagecodecs.jpeg2k_decode(data, numthreads=1))


def _jpeg_ls() -> LosslessCodec:
    return sixteen_bit(imagecodecs.jpegls_encode, imagecodecs.jpegls_decode)


def _bitshuffle_lz4() -> LosslessCodec:
    def compress(data: bytes) -> bytes:
        return imagecodecs.lz4_encode(imagecodecs.bitshuffle_encode(data, itemsize=4), header=True)

    def decompress(data: bytes) -> bytes:
        return imagecodecs.bitshuffle_decode(imagecodecs.lz4_decode(data, header=True), itemsize=4)

    return byte_coder(compress, decompress)


def _bitshuffle_zstd(level: int) -> LosslessCodec:
    def compress(data: bytes) -> bytes:
        return imagecodecs.zstd_encode(imagecodecs.bitshuffle_encode(data, itemsize=4), level=level)

    def decompress(data: bytes) -> bytes:
        return imagecodecs.bitshuffle_decode(imagecodecs.zstd_decode(data), itemsize=4)

    return byte_coder(compress, decompress)


def _zstd(level: int) -> LosslessCodec:
    return byte_coder(lambda data: imagecodecs.zstd_encode(data, level=level), imagecodecs.zstd_decode)


def _blosc2(level: int) -> LosslessCodec:
    def encode(frame: np.ndarray) -> bytes:
        data = frame.astype("<i4").tobytes()
        data += bytes(-len(data) % 8)  # it cannot decode zeros of another length
        return imagecodecs.blosc2_encode(
            data, level=level, compressor="zstd", shuffle="bitshuffle", typesize=4, numthreads=1
        )

    def decode(data: bytes, shape: tuple[int, int]) -> np.ndarray:
        decoded = imagecodecs.blosc2_decode(data, numthreads=1)
        return np.frombuffer(decoded, dtype="<i4", count=math.prod(shape)).astype(np.int32).reshape(shape)

    return LosslessCodec(encode, decode)


LOSSLESS: dict[str, dict[str, LosslessCodec]] = {
    "JPEG XL": {f"effort {effort}": _jpeg_xl(effort) for effort in (3, 7, 9, 10)},
    "JPEG 2000": {"reversible": _jpeg_2000()},
    "JPEG-LS": {"lossless": _jpeg_ls()},
    "bitshuffle + LZ4": {"default": _bitshuffle_lz4()},
    "bitshuffle + Zstd": {"level 9": _bitshuffle_zstd(9)},
    "Blosc2": {"zstd, bitshuffle, level 5": _blosc2(5)},
    "Zstd": {"level 5": _zstd(5)},
}
"""Every lossless reference codec, by name and setting; all take any int32 frame and use one thread."""
