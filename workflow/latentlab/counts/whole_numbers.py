"""Counts of any type as one or two planes of 32-bit integers, which the codec takes, and back."""

from __future__ import annotations

import numpy as np

TYPES = (
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float32",
    "float64",
)
_LOW = 0xFFFFFFFF


def to_planes(counts: np.ndarray) -> list[np.ndarray]:
    """Planes, int32 (h, w) each, of counts (h, w) of one of `TYPES`; `from_planes` is the inverse.

    The largest value of an unsigned type, with which detectors mark gaps, becomes -1, as in signed types.
    64-bit integers that do not fit into 32 bits take a second plane for their high words.

    Raises
    ------
    ValueError : another type, or floats that are not all integers of 32 bits; names the first such pixel.
    """
    if counts.dtype.name not in TYPES:
        raise ValueError(f"its counts are {counts.dtype}, expected one of: {', '.join(TYPES)}")
    counts = np.ascontiguousarray(counts)
    if counts.dtype.kind == "f":
        return [_from_floats(counts)]
    if counts.dtype.itemsize == 4:
        return [counts.view(np.int32)]
    if counts.dtype.itemsize < 4:
        plane = counts.astype(np.int32)
        if counts.dtype.kind == "u":
            plane[counts == np.iinfo(counts.dtype).max] = -1
        return [plane]
    words = counts.view(np.uint64)
    low = (words & _LOW).astype(np.uint32).view(np.int32)
    if np.array_equal(low.astype(np.int64), counts.view(np.int64)):
        return [low]
    return [low, (words >> 32).astype(np.uint32).view(np.int32)]


def from_planes(planes: list[np.ndarray], dtype: str) -> np.ndarray:
    """Counts of type `dtype` from what `to_planes` gave.

    Raises
    ------
    ValueError : two planes of a type that has one, or of different shapes.
    """
    kind = np.dtype(dtype)
    if len(planes) == 2:
        low, high = planes
        if kind.kind == "f" or kind.itemsize < 8 or low.shape != high.shape:
            raise ValueError(f"two planes of counts do not fit {dtype} {low.shape}")
        words = (high.view(np.uint32).astype(np.uint64) << 32) | low.view(np.uint32)
        return words.view(kind)
    if kind.itemsize == 4 and kind.kind != "f":
        return planes[0].view(kind)
    if kind.itemsize == 8 and kind.kind != "f":
        return planes[0].astype(np.int64).view(kind)
    return planes[0].astype(kind)


def _from_floats(counts: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):  # NaN and values out of range are found below
        plane = counts.astype(np.int32)
    words = np.dtype(f"u{counts.dtype.itemsize}")  # bits are compared, as -0.0 equals 0.0
    differ = plane.astype(counts.dtype).view(words) != counts.view(words)
    if differ.any():
        row, column = np.argwhere(differ)[0].tolist()
        raise ValueError(
            f"the value {counts[row, column]} at row {row}, column {column} is not a whole number of 32 bits"
        )
    return plane
