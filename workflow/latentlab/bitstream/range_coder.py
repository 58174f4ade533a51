"""A range coder for small files: a stream is at most one byte longer than its information content.

An arithmetic coder with carry (Moffat, Neal, Witten, "Arithmetic coding revisited", ACM TOIS 16, 1998),
in integers only. CompressAI's rANS ends each stream with a state of 64 bits, several times the size of the
latents of a strongly compressed 64 px pattern. Here a stream is the shortest byte string that, followed by
zeros, lies in the interval of its symbols; so it never ends in a zero byte, and may be empty.

A symbol has `FREQUENCY_BITS` bits of cumulative frequency. Its row is a list of cumulative frequencies
from 0 to 2^16; the row's last symbol is an escape, followed by an Elias gamma code in equiprobable bits.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from latentlab.errors import BitstreamError

FREQUENCY_BITS = 16
_WORD = 32  # bits written at a time
_RANGE = 1 << 64
_LEAST_RANGE = _RANGE >> _WORD
_LOW_MASK = _LEAST_RANGE - 1
_HALF = 1 << (FREQUENCY_BITS - 1)
_BIT = (0, _HALF, 2 * _HALF)
_MAX_ESCAPE_BITS = 40


def encode_intervals(intervals: Iterable[tuple[int, int]]) -> bytes:
    """Stream of symbols given as (cumulative frequency, frequency > 0), in the order of decoding."""
    low, width = 0, _RANGE
    words: list[int] = []
    for cumulative, frequency in intervals:
        step = width >> FREQUENCY_BITS
        low += step * cumulative
        width = step * frequency
        if width < _LEAST_RANGE:  # once is enough: a step has at least 16 bits
            if low >= _RANGE:
                low -= _RANGE
                _carry(words)
            words.append(low >> _WORD)
            low = (low & _LOW_MASK) << _WORD
            width <<= _WORD
    zeros = 64
    while ((low + (1 << zeros) - 1) >> zeros) << zeros >= low + width:
        zeros -= 8
    last = ((low + (1 << zeros) - 1) >> zeros) << zeros
    if last >= _RANGE:
        last -= _RANGE
        _carry(words)
    head = b"".join(word.to_bytes(_WORD // 8, "big") for word in words)
    return (head + last.to_bytes(8, "big")).rstrip(b"\x00")


def _carry(words: list[int]) -> None:
    """Add one to the last word; the interval stays within [0, 1), so some word can take the carry."""
    position = len(words) - 1
    while words[position] == _LOW_MASK:
        words[position] = 0
        position -= 1
    words[position] += 1


def escape_intervals(value: int) -> list[tuple[int, int]]:
    """Elias gamma code of `value` >= 0 as equiprobable bits."""
    bits = bin(value + 1)[2:]
    return [(_HALF * int(bit), _HALF) for bit in "0" * (len(bits) - 1) + bits]


class RangeDecoder:
    """Decodes one stream; reads zeros after its end."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._position = 8
        self._code = int.from_bytes(stream[:8].ljust(8, b"\x00"), "big")
        self._width = _RANGE

    def decode(self, rows: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
        """For each row, its symbol, and the escaped number if the symbol is the escape, else 0.

        Raises
        ------
        BitstreamError : no encoder wrote this stream for these rows.
        """
        return self._symbols(rows, escapes=True)

    def _symbols(self, rows: Iterable[Sequence[int]], *, escapes: bool) -> list[tuple[int, int]]:
        code, width = self._code, self._width
        found = []
        for row in rows:
            step = width >> FREQUENCY_BITS
            target = code // step
            if target >> FREQUENCY_BITS:
                raise BitstreamError("no symbol belongs to the stream's bits")
            symbol = bisect_right(row, target) - 1
            cumulative = row[symbol]
            code -= step * cumulative
            width = step * (row[symbol + 1] - cumulative)
            if width < _LEAST_RANGE:
                word = self._stream[self._position : self._position + 4]
                self._position += 4
                code = code << _WORD | int.from_bytes(word.ljust(4, b"\x00"), "big")
                width <<= _WORD
            if escapes and symbol == len(row) - 2:
                self._code, self._width = code, width
                found.append((symbol, self._escape()))
                code, width = self._code, self._width
            else:
                found.append((symbol, 0))
        self._code, self._width = code, width
        return found

    def _bit(self) -> int:
        return self._symbols([_BIT], escapes=False)[0][0]

    def _escape(self) -> int:
        zeros = 0
        while not self._bit():
            zeros += 1
            if zeros > _MAX_ESCAPE_BITS:
                raise BitstreamError("a latent is too large")
        value = 1
        for _ in range(zeros):
            value = 2 * value + self._bit()
        return value - 1
