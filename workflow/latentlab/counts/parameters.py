"""The fitted weights and tables as bytes."""

from __future__ import annotations

import numpy as np

from latentlab.counts import tables
from latentlab.counts.bits import deflate, from_varints, inflate, to_varints
from latentlab.counts.fitting import HISTOGRAM
from latentlab.counts.passes import CLASSES, CONTEXTS, FEATURES, TRENDS, default_weights


def pack_weights(fitted: list[dict[int, np.ndarray]]) -> bytes:
    """For each pass one byte, whose bit i says that class i has weights, then these weights, int16."""
    if not any(fitted):
        return b""
    parts = []
    for by_class in fitted:
        parts.append(bytes([sum(1 << number for number in by_class)]))
        parts += [by_class[number].astype("<i2").tobytes() for number in sorted(by_class)]
    return deflate(b"".join(parts))


def unpack_weights(data: bytes, phases: list[str]) -> list[np.ndarray]:
    """Weights (CLASSES, features), int16, of each pass; inverse of `pack_weights`.

    Raises
    ------
    ValueError : the bytes do not hold the weights of these passes.
    """
    whole = [default_weights(phase) for phase in phases]
    if not data:
        return whole
    data, position = inflate(data, 64 * CLASSES * 2 * len(phases)), 0
    for phase, weights in zip(phases, whole, strict=True):
        if position >= len(data):
            raise ValueError("the weights are cut off")
        bits, size = data[position], len(FEATURES[phase])
        position += 1
        for number in range(CLASSES):
            if bits >> number & 1:
                if position + 2 * size > len(data):
                    raise ValueError("the weights are cut off")
                weights[number] = np.frombuffer(data, "<i2", size, position)
                position += 2 * size
    if position != len(data):
        raise ValueError("there are more weights than passes")
    return whole


def pack_tables(used: np.ndarray, choice: np.ndarray, frequencies: np.ndarray) -> tuple[bytes, bytes]:
    """Distances between used contexts, with their laws; histograms as first symbol, length, frequencies."""
    gaps = np.diff(used, prepend=-1) - 1
    laws = to_varints(np.concatenate([gaps, choice.astype(np.int64)]))
    numbers: list[int] = []
    for row in frequencies[choice == HISTOGRAM]:
        (present,) = row[1:].nonzero()
        first, last = (int(present[0]), int(present[-1]) + 1) if present.size else (0, 0)
        numbers += [first, last - first, *row[1 + first : 1 + last].tolist()]
    return deflate(laws), deflate(to_varints(np.array(numbers, np.int64)))


def unpack_tables(laws: bytes, histograms: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Used contexts, and their frequencies int64 (used, SYMBOLS); inverse of `pack_tables`.

    Raises
    ------
    ValueError : the bytes do not contain such tables.
    """
    pairs = from_varints(inflate(laws, 10 * CONTEXTS))
    if pairs.size % 2:
        raise ValueError("a law is missing")
    used, choice = np.cumsum(pairs[: pairs.size // 2] + 1) - 1, pairs[pairs.size // 2 :]
    if used.size and used[-1] >= CONTEXTS:
        raise ValueError(f"context {used[-1]} is unknown")
    numbers = from_varints(inflate(histograms, 10 * (tables.SYMBOLS + 2) * CONTEXTS))
    out, position = np.zeros((used.size, tables.SYMBOLS), np.int64), 0
    for row, (context, number) in enumerate(zip(used.tolist(), choice.tolist(), strict=True)):
        if number != HISTOGRAM:
            known = tables.law_frequencies(context // TRENDS)
            if number >= len(known):
                raise ValueError(f"law {number} is unknown")
            out[row] = known[number]
            continue
        if position + 2 > numbers.size:
            raise ValueError("a histogram is missing")
        first, size = (int(value) for value in numbers[position : position + 2])
        if 1 + first + size > tables.SYMBOLS or position + 2 + size > numbers.size:
            raise ValueError("a histogram is cut off or has too many symbols")
        out[row, 1 + first : 1 + first + size] = numbers[position + 2 : position + 2 + size]
        position += 2 + size
        out[row, tables.ESCAPE] = tables.TOTAL - out[row].sum()
        if out[row, tables.ESCAPE] < 1:
            raise ValueError("a histogram's frequencies have the wrong sum")
    if position != numbers.size:
        raise ValueError("there are more histograms than contexts")
    return used, out
