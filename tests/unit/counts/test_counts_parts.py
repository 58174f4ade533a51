"""Parts of the codec of counts: entropy coder, numbers as bytes, laws, and passes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.counts import bits, passes, rans, tables


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 300), min_size=1, max_size=6),
    lanes=st.sampled_from([1, 4, 64]),
    seed=st.integers(0, 2**32 - 1),
)
def test_symbols_come_back_pass_after_pass(sizes: list[int], lanes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = np.stack([tables.frequencies(rng.random(tables.SYMBOLS) ** power) for power in (1.0, 8.0, 99.0)])
    table[2] = 0
    table[2, 5] = tables.TOTAL  # a certain symbol
    contexts = rng.integers(0, 3, sum(sizes))
    slots = rng.integers(0, tables.TOTAL, sum(sizes))
    ends = np.cumsum(table, axis=1)
    symbols = np.array(
        [np.searchsorted(ends[c], s, "right") for c, s in zip(contexts, slots, strict=True)], int
    )
    data = rans.encode((ends - table)[contexts, symbols], table[contexts, symbols], sizes, lanes)
    decoder = rans.Decoder(data, lanes, table)
    for part, wanted in zip(*(np.split(a, np.cumsum(sizes)[:-1]) for a in (contexts, symbols)), strict=True):
        np.testing.assert_array_equal(decoder.decode(part), wanted)
    decoder.finish()


def test_the_coder_reaches_the_entropy() -> None:
    table = tables.frequencies(0.7 ** np.arange(tables.SYMBOLS))[None]
    share = table[0] / tables.TOTAL
    symbols = np.random.default_rng(1).choice(tables.SYMBOLS, 200_000, p=share)
    starts = np.cumsum(table[0]) - table[0]
    data = rans.encode(starts[symbols], table[0, symbols], [symbols.size], 64)
    ideal = -np.log2(share[symbols]).sum()
    assert ideal < 8 * len(data) < 1.001 * ideal + 64 * 32


def test_a_stream_with_too_little_or_too_much_is_refused() -> None:
    table = np.full((1, tables.SYMBOLS), tables.TOTAL // tables.SYMBOLS)
    contexts = np.zeros(1000, np.int64)
    data = rans.encode(contexts, contexts + table[0, 0], [1000], 4)
    with pytest.raises(rans.RansError, match="too early"):
        rans.Decoder(data[:-40], 4, table).decode(contexts)
    decoder = rans.Decoder(data + b"\0\0", 4, table)
    decoder.decode(contexts)
    with pytest.raises(rans.RansError, match="do not end"):
        decoder.finish()
    with pytest.raises(rans.RansError, match="cannot hold"):
        rans.Decoder(data[:10], 4, table)


@given(st.lists(st.integers(0, 2**35 - 1)))
def test_varints_come_back(values: list[int]) -> None:
    data = bits.to_varints(np.array(values, np.int64))
    assert bits.from_varints(data).tolist() == values


@pytest.mark.parametrize("data", [b"\x80", b"\x01\xff", b"\x80\x80\x80\x80\x80\x01"])
def test_damaged_varints_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="number"):
        bits.from_varints(data)


@given(st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 12)), max_size=50))
def test_bit_planes_come_back(pairs: list[tuple[int, int]]) -> None:
    values, widths = (np.array([pair[i] for pair in pairs], np.int64) for i in (0, 1))
    packed = bits.pack_planes(values, widths)
    assert packed.size == widths.sum()
    np.testing.assert_array_equal(bits.unpack_planes(packed, widths), values & (1 << widths) - 1)


def test_inflating_stops_at_its_limit() -> None:
    data = bits.deflate(bytes(1000))
    assert bits.inflate(data, 1000) == bytes(1000)
    for damaged, most in ((data, 999), (data[:-1], 1000), (data + b"x", 1000), (b"abc", 1000)):
        with pytest.raises(ValueError, match="deflated"):
            bits.inflate(damaged, most)


@pytest.mark.parametrize("cell", [0, 10, 23, 35, 36, 60, passes.CELLS - 1])
def test_laws_are_frequencies(cell: int) -> None:
    laws = tables.law_frequencies(cell)
    assert (laws.sum(axis=1) == tables.TOTAL).all()
    assert (laws >= 0).all()
    assert (laws[:, tables.ESCAPE] >= 1).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (5, 3), (16, 16), (17, 33)])
def test_the_passes_visit_each_pixel_but_the_first_once(shape: tuple[int, int]) -> None:
    visits = np.zeros(shape, int)
    visits[0, 0] = 1
    for stride in passes.levels(*shape):
        for row, column in passes.PHASES.values():
            visits[row * stride // 2 :: stride, column * stride // 2 :: stride] += 1
    assert (visits == 1).all()


@pytest.mark.parametrize("level", [1, 16, 3000])
@pytest.mark.parametrize("phase", ["B", "C", "D"])
def test_level_surroundings_are_expected_to_go_on(phase: str, level: int) -> None:
    known = {name: np.full((6, 6), level << passes.KNOWN_BITS, np.int32) for name in "ABC"}
    prediction = passes.predict(phase, known, (6, 6))
    for feature, size in zip(prediction.features, passes.FEATURES[phase], strict=True):
        assert (feature == size * level << passes.KNOWN_BITS).all()
    expected = passes.expectation(prediction, passes.default_weights(phase)) / (1 << passes.EXPECTATION_BITS)
    np.testing.assert_allclose(expected, level, rtol=0.01)
    fixed = (expected * (1 << passes.EXPECTATION_BITS)).astype(np.int32)
    cells = passes.contexts(phase, prediction, fixed) // passes.TRENDS
    wanted = passes.CELLS_PER_OCTAVE * (passes.EXPECTATION_BITS + np.log2(level))
    assert (abs(cells - wanted) <= 1.5).all()
