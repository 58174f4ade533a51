"""Varints, bit planes and deflated bytes."""

from __future__ import annotations

import zlib

import numpy as np


def pack_planes(values: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Bits (n,), uint8, of the lowest `widths` bits of `values`: all lowest bits first, then the next."""
    planes = [
        ((values[widths > bit] >> bit) & 1).astype(np.uint8) for bit in range(int(widths.max(initial=0)))
    ]
    return np.concatenate(planes) if planes else np.empty(0, np.uint8)


def unpack_planes(bits: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Values, int64, whose lowest `widths` bits `pack_planes` wrote; `bits` holds sum(widths) of them."""
    values, position = np.zeros(widths.size, np.int64), 0
    for bit in range(int(widths.max(initial=0))):
        has = (widths > bit).nonzero()[0]
        values[has] |= bits[position : position + has.size].astype(np.int64) << bit
        position += has.size
    return values


def to_varints(values: np.ndarray) -> bytes:
    """Non-negative integers below 2**35, 7 bits per byte, least significant first."""
    values = np.asarray(values, np.int64)
    parts = np.stack([(values >> 7 * i) & 0x7F for i in range(5)], axis=1)
    lengths = 1 + sum((values >> 7 * i > 0).astype(np.int64) for i in range(1, 5))
    places = np.arange(5)
    parts[places < lengths[:, None] - 1] |= 0x80
    return parts[places < lengths[:, None]].astype(np.uint8).tobytes()


def from_varints(data: bytes) -> np.ndarray:
    """The integers, int64, that `to_varints` wrote.

    Raises
    ------
    ValueError : the last integer is cut off, or one has more than 5 bytes.
    """
    octets = np.frombuffer(data, np.uint8).astype(np.int64)
    if octets.size == 0:
        return octets
    lasts = (octets < 0x80).nonzero()[0]
    if lasts.size == 0 or lasts[-1] != octets.size - 1:
        raise ValueError("a number is cut off")
    firsts = np.concatenate([[0], lasts[:-1] + 1])
    place = np.arange(octets.size) - np.repeat(firsts, lasts - firsts + 1)
    if place.max() > 4:
        raise ValueError("a number has more than 5 bytes")
    return np.add.reduceat((octets & 0x7F) << 7 * place, firsts)


def deflate(data: bytes) -> bytes:
    """Deflated bytes; empty for empty data."""
    return zlib.compress(data, 9) if data else b""


def inflate(data: bytes, most: int) -> bytes:
    """Inverse of `deflate`.

    Raises
    ------
    ValueError : not deflated bytes, or more than `most` of them.
    """
    if not data:
        return b""
    inflater = zlib.decompressobj()
    try:
        out = inflater.decompress(data, most + 1)
    except zlib.error as error:
        raise ValueError(f"deflated bytes are damaged ({error})") from error
    if len(out) > most or not inflater.eof or inflater.unused_data:
        raise ValueError(f"deflated bytes do not end within {most} bytes")
    return out
