"""Range variant of asymmetric numeral systems (Duda 2013, arXiv:1311.2540), interleaved over many lanes.

Numpy codes one symbol of every lane at a time, so Python's overhead is shared by all lanes (interleaving:
Giesen 2014, arXiv:1402.3392). States are of 32 bits and are renormalised by words of 16 bits.
"""

from __future__ import annotations

import numpy as np

PRECISION = 14  # bits of the frequencies, whose sum in each table is 2**14
_LOWEST = 1 << 16  # of a state


class RansError(ValueError):
    """The stream was not written by the encoder."""


def lanes_for(frequencies: np.ndarray) -> int:
    """Number of lanes for symbols of these frequencies (n,): more are faster, each costs 2 to 3 bytes.

    Returns
    -------
    int : a power of 2 from 16 to 512, such that the lanes cost about 1 % of the stream.
    """
    amounts = np.bincount(frequencies, minlength=1)
    (present,) = amounts.nonzero()
    bits = (amounts[present] * (PRECISION - np.log2(present))).sum()
    lanes = 16
    while lanes < 512 and 2 * lanes * 2500 < bits:
        lanes *= 2
    return lanes


def _chunks(sizes: list[int], lanes: int) -> list[tuple[int, int]]:
    """Bounds of the symbols coded together: each pass of `sizes` symbols is cut into blocks of `lanes`."""
    bounds, start = [], 0
    for size in sizes:
        bounds += [(first, min(first + lanes, start + size)) for first in range(start, start + size, lanes)]
        start += size
    return bounds


def encode(starts: np.ndarray, frequencies: np.ndarray, sizes: list[int], lanes: int) -> bytes:
    """Code symbols given as intervals [start, start + frequency) of 2**14.

    Parameters
    ----------
    starts, frequencies : integers (n,), in the order of decoding; no frequency is 0.
    sizes : symbols in each pass, their sum n; a pass is decoded in one call.
    lanes : number of interleaved states.

    Returns
    -------
    bytes : the states at the end as uint32, then the words as uint16, in the order of decoding.
    """
    states = np.full(lanes, _LOWEST, np.uint64)
    starts, frequencies = starts.astype(np.uint64), frequencies.astype(np.uint64)
    limits = frequencies << np.uint64(32 - PRECISION)
    shift, mask = np.uint64(16), np.uint64(0xFFFF)
    words: list[np.ndarray] = []
    for first, last in reversed(_chunks(sizes, lanes)):
        x = states[: last - first]
        full = (x >= limits[first:last]).nonzero()[0]
        if full.size:
            large = x[full]
            words.append((large & mask).astype("<u2"))
            x[full] = large >> shift
        frequency = frequencies[first:last]
        quotient = x // frequency
        x += starts[first:last] + quotient * ((1 << PRECISION) - frequency)
    return states.astype("<u4").tobytes() + b"".join(part.tobytes() for part in reversed(words))


class Decoder:
    """Decodes pass after pass; `finish` checks that the stream was read exactly to its end.

    Parameters
    ----------
    data : what `encode` returned.
    lanes : as in `encode`.
    frequencies : integers (contexts, symbols), each row's sum 2**14.

    Raises
    ------
    RansError : the stream is too short for its states.
    """

    def __init__(self, data: bytes, lanes: int, frequencies: np.ndarray) -> None:
        if len(data) < 4 * lanes or len(data) % 2:
            raise RansError(f"{len(data)} bytes cannot hold {lanes} states and words of 2 bytes")
        self.states = np.frombuffer(data, "<u4", lanes).astype(np.int64)
        self.words = np.frombuffer(data, "<u2", offset=4 * lanes).astype(np.int64)
        self.position = 0
        contexts, symbols = frequencies.shape
        self.symbols = symbols
        ends = np.cumsum(frequencies, axis=1, dtype=np.int64)
        number = np.arange(contexts * symbols, dtype=np.int64)
        self.slots = np.repeat((number % symbols).astype(np.uint8), frequencies.ravel())
        # frequency, and what is subtracted from the slot, in one number
        self.intervals = ((frequencies.astype(np.int64) << 16) | (ends - frequencies)).ravel()

    def decode(self, contexts: np.ndarray) -> np.ndarray:
        """Symbols, uint8 (n,), of one pass, given the context of each.

        Raises
        ------
        RansError : the stream ends too early.
        """
        out = np.empty(contexts.size, np.uint8)
        bases, rows = contexts << PRECISION, contexts * self.symbols
        lanes, mask = self.states.size, (1 << PRECISION) - 1
        words, slots, intervals, position = self.words, self.slots, self.intervals, self.position
        for first in range(0, contexts.size, lanes):
            last = min(first + lanes, contexts.size)
            x = self.states[: last - first]
            slot = x & mask
            symbol = slots.take(bases[first:last] + slot)
            out[first:last] = symbol
            interval = intervals.take(rows[first:last] + symbol)
            x >>= PRECISION
            x *= interval >> 16
            x += slot
            x -= interval & 0xFFFF
            empty = (x < _LOWEST).nonzero()[0]
            if empty.size:
                following = words[position : position + empty.size]
                position += empty.size
                if following.size < empty.size:
                    raise RansError("the coded symbols end too early")
                x[empty] = (x[empty] << 16) | following
        self.position = position
        return out

    def finish(self) -> None:
        """Check that the whole stream was read.

        Raises
        ------
        RansError : words are left over, or the states are not those the encoder began with.
        """
        if self.position != self.words.size or (self.states != _LOWEST).any():
            raise RansError("the coded symbols do not end where the file says")
