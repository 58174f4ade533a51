"""The range coder: every sequence is restored, in hardly more bytes than its information content."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.bitstream.range_coder import RangeDecoder, encode_intervals, escape_intervals
from latentlab.errors import BitstreamError

TOTAL = 1 << 16
# Cumulative frequencies: certain, rare at either end, even; and a single symbol beside the escape.
EXTREME = [[0, 1, TOTAL - 1, TOTAL], [0, TOTAL - 2, TOTAL - 1, TOTAL], [0, 1, 2, TOTAL], [0, 3, TOTAL]]
rows = st.sampled_from(EXTREME) | st.lists(
    st.integers(1, TOTAL - 1), min_size=1, max_size=12, unique=True
).map(lambda cuts: [0, *sorted(cuts), TOTAL])


@st.composite
def messages(draw: st.DrawFn) -> list[tuple[list[int], int, int]]:
    """(row, symbol, number after an escape); other symbols have 0."""
    message = []
    for row in draw(st.lists(rows, max_size=60)):
        symbol = draw(st.integers(0, len(row) - 2))
        escaped = draw(st.integers(0, 1 << 30)) if symbol == len(row) - 2 else 0
        message.append((row, symbol, escaped))
    return message * draw(st.sampled_from([1, 1, 7]))


def intervals(message: list[tuple[list[int], int, int]]) -> list[tuple[int, int]]:
    found = []
    for row, symbol, escaped in message:
        found.append((row[symbol], row[symbol + 1] - row[symbol]))
        if symbol == len(row) - 2:
            found += escape_intervals(escaped)
    return found


@settings(max_examples=150, deadline=None)
@given(messages())
def test_round_trip_in_a_byte_more_than_the_information(message: list[tuple[list[int], int, int]]) -> None:
    coded = intervals(message)
    stream = encode_intervals(coded)
    assert RangeDecoder(stream).decode([row for row, _, _ in message]) == [part[1:] for part in message]
    information = sum(16 - math.log2(frequency) for _, frequency in coded)
    assert 8 * len(stream) <= information + 8 + 3e-5 * len(coded)
    assert not stream.endswith(b"\x00")


@pytest.mark.parametrize("row", EXTREME)
@pytest.mark.parametrize("symbol", [0, 1])
def test_long_runs(row: list[int], symbol: int) -> None:
    """Of the rarest and the likeliest symbols: carries go far here."""
    message = [(row, min(symbol, len(row) - 3), 0)] * 5000
    stream = encode_intervals(intervals(message))
    assert RangeDecoder(stream).decode([row for row, _, _ in message]) == [part[1:] for part in message]


def test_carries_run_through_full_words() -> None:
    """The interval comes to lie about 1/2: its low end begins 0.0111..., and its upper end 0.1000..."""
    middle = [0, TOTAL // 2 - 1, TOTAL // 2 + 1, TOTAL]
    ends = [0, 1, TOTAL - 1, TOTAL]
    for last in (0, 2):
        message = [(middle, 1, 0)] * 31 + [(ends, last, 0)]
        coded = [(row[symbol], row[symbol + 1] - row[symbol]) for row, symbol, _ in message]
        if last == 2:
            coded += escape_intervals(0)
        stream = encode_intervals(coded)
        assert RangeDecoder(stream).decode([row for row, _, _ in message]) == [part[1:] for part in message]


def test_certain_symbols_cost_nothing() -> None:
    assert encode_intervals([(0, TOTAL - 1)] * 100) == b""
    assert encode_intervals([]) == b""


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40), st.lists(rows, min_size=1, max_size=200))
def test_any_bytes_are_refused_or_decoded(stream: bytes, some: list[list[int]]) -> None:
    with contextlib.suppress(BitstreamError):
        found = RangeDecoder(stream).decode(some)
        assert all(0 <= symbol <= len(row) - 2 for row, (symbol, _) in zip(some, found, strict=True))
