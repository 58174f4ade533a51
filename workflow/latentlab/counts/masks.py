"""Values that are not counts (gaps, bad and saturated pixels), stored apart from the counts.

A map holds 0 where a pixel is counted and the number of its special value elsewhere. Only the changes
of the map from each row to the next are stored; they are few because gaps are rectangles.
"""

from __future__ import annotations

import numpy as np

from latentlab.counts.bits import deflate, from_varints, inflate, to_varints

_MOST = 15  # special values
_LARGE = 1 << 16  # a frequent value of at least this is not a count


def special_values(frame: np.ndarray) -> np.ndarray:
    """The special values of `frame`, int32, at most 15: frequent negative ones, and frequent large ones."""
    unlikely = frame[(frame < 0) | (frame >= _LARGE)]
    values, numbers = np.unique(unlikely, return_counts=True)
    wanted = (values == -1) | (values == -2) | (numbers >= 8)
    values, numbers = values[wanted], numbers[wanted]
    return np.sort(values[np.argsort(-numbers, kind="stable")[:_MOST]]).astype(np.int32)


def special_map(frame: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Map, uint8: i + 1 where the frame holds values[i], else 0."""
    found = np.zeros(frame.shape, np.uint8)
    for number, value in enumerate(values.tolist(), start=1):
        found[frame == value] = number
    return found


def pack_map(found: np.ndarray) -> tuple[bytes, bytes]:
    """The map's changes: the distances between them, and the changes themselves, each compressed."""
    changes = found.copy()
    changes[1:] ^= found[:-1]
    where = changes.ravel().nonzero()[0]
    gaps = to_varints(np.diff(where, prepend=-1) - 1)
    return deflate(gaps), deflate(changes.ravel()[where].tobytes())


def unpack_map(gaps: bytes, changes: bytes, shape: tuple[int, int], count: int) -> np.ndarray:
    """The map, uint8 `shape`; inverse of `pack_map`.

    Raises
    ------
    ValueError : the bytes are not a map of this shape with `count` special values.
    """
    pixels = shape[0] * shape[1]
    where = np.cumsum(from_varints(inflate(gaps, 5 * pixels)) + 1) - 1
    values = np.frombuffer(inflate(changes, pixels), np.uint8)
    if where.size != values.size or (where.size and where[-1] >= pixels):
        raise ValueError("the map of special values does not fit the frame")
    found = np.zeros(pixels, np.uint8)
    if where.size == 0:
        return found.reshape(shape)
    found[where] = values
    found = np.bitwise_xor.accumulate(found.reshape(shape), axis=0)
    if found.max() > count:
        raise ValueError(f"the map names special value {found.max()} of {count}")
    return found
