"""Lossless coding of detector frames of counts to the bytes of a file, and decoding."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np

from latentlab.counts import format as file_format
from latentlab.counts import passes, rans, tables
from latentlab.counts.bits import deflate, inflate, pack_planes, unpack_planes
from latentlab.counts.fitting import fit_tables, fit_weights
from latentlab.counts.masks import pack_map, special_map, special_values, unpack_map
from latentlab.counts.parameters import pack_tables, pack_weights, unpack_tables, unpack_weights
from latentlab.counts.passes import EXPECTATION_BITS, KNOWN_BITS, KNOWN_MAX, PHASES, Prediction
from latentlab.errors import BitstreamError

_STEPS = tables.steps()
_ARE_DISTANCES = tables.are_distances()
_OFFSETS = np.where(_ARE_DISTANCES, tables.CENTRE, 1)

# Function that codes a pass: takes its number, phase, prediction, which pixels are counted, and their place
# in the frame; returns the pass's values (where counted) and expectations, both int32.
Pass = Callable[[int, str, Prediction, np.ndarray, tuple[slice, slice]], tuple[np.ndarray, np.ndarray]]


def encode(frame: np.ndarray) -> bytes:
    """Compress one frame without loss.

    Parameters
    ----------
    frame : int32 (height, width), at least 1 px; counts, and any other values for pixels without a count.

    Returns
    -------
    bytes : the file; `decode` is its inverse.

    Raises
    ------
    ValueError : the frame is not such an array.
    """
    if not isinstance(frame, np.ndarray) or frame.ndim != 2 or frame.dtype != np.int32 or frame.size == 0:
        found = f"{frame.dtype} {frame.shape}" if isinstance(frame, np.ndarray) else type(frame).__name__
        raise ValueError(f"frame: {found}, expected an int32 array (height, width)")
    if max(frame.shape) > file_format.MAX_SIDE or frame.size > file_format.MAX_PIXELS:
        raise ValueError(
            f"frame: {frame.shape[0]} x {frame.shape[1]} px, expected sides up to {file_format.MAX_SIDE} "
            f"and {file_format.MAX_PIXELS} px at most"
        )
    special = special_values(frame)
    found = special_map(frame, special)
    counted = found == 0
    phases = [phase for _ in passes.levels(*frame.shape) for phase in PHASES]
    fitted: list[dict[int, np.ndarray]] = [{} for _ in phases]  # passes without a pixel have no weights
    coded: list[tuple[np.ndarray, ...]] = []

    def code(
        number: int, phase: str, prediction: Prediction, valid: np.ndarray, place: tuple[slice, slice]
    ) -> tuple[np.ndarray, np.ndarray]:
        values = frame[place]
        fitted[number] = fit_weights(phase, prediction, values, valid)
        weights = passes.default_weights(phase)
        for row, own in fitted[number].items():
            weights[row] = own
        expected = passes.expectation(prediction, weights)
        context = passes.contexts(phase, prediction, expected)[valid]
        coded.append((context, *_to_symbols(values[valid], expected[valid], context)))
        return values, expected

    first = frame[0, 0] if counted[0, 0] else 0
    _walk(counted, int(first), code)
    sections = {
        "special values": special.astype("<i4").tobytes(),
        "weights": pack_weights(fitted),
    }
    sections["gaps between changes of the map"], sections["changes of the map"] = pack_map(found)
    escaped = [frame[:1, :1][counted[:1, :1]]]
    sections |= _entropy_coded(coded, escaped)
    return file_format.pack(frame.shape, sections, _crc(frame))


def _entropy_coded(coded: list[tuple[np.ndarray, ...]], escaped: list[np.ndarray]) -> dict[str, bytes]:
    """Sections of the coded passes (contexts, symbols and values of each); `escaped` values come first."""
    size = tables.SYMBOLS
    cells = [context * size + symbols for context, symbols, _, _ in coded]
    counts = np.zeros(passes.CONTEXTS * size, np.int64)
    for cell in cells:
        counts += np.bincount(cell, minlength=counts.size)
    used, choice, frequencies = fit_tables(counts.reshape(-1, size))
    table = np.zeros((passes.CONTEXTS, size), np.int64)
    table[used] = frequencies
    starts = (np.cumsum(table, axis=1) - table).ravel().astype(np.uint16)
    lengths = table.ravel().astype(np.uint16)
    all_starts, all_lengths, planes = [], [], []
    for cell, (context, symbols, values, low) in zip(cells, coded, strict=True):
        escapes = ((lengths[cell] == 0) | (symbols == tables.ESCAPE)).nonzero()[0]
        cell[escapes] = context[escapes] * size + tables.ESCAPE
        escaped.append(values[escapes])
        widths = _STEPS.take(context)
        widths[escapes] = 0
        planes.append(pack_planes(low, widths))
        all_starts.append(starts[cell])
        all_lengths.append(lengths[cell])
    symbols = b""
    if coded:
        lengths = np.concatenate(all_lengths)
        lanes = rans.lanes_for(lengths)
        coded_symbols = rans.encode(np.concatenate(all_starts), lengths, [cell.size for cell in cells], lanes)
        symbols = bytes([lanes.bit_length() - 1]) + coded_symbols
    laws, histograms = pack_tables(used, choice, frequencies)
    octets = np.concatenate(escaped).astype("<i4").view(np.uint8).reshape(-1, 4)
    bits = np.concatenate(planes) if planes else np.empty(0, np.uint8)
    return {
        "laws": laws,
        "histograms": histograms,
        "escaped values": deflate(octets.T.tobytes()),
        "low bits": deflate(np.packbits(bits).tobytes()),
        "symbols": symbols,
    }


def decode(data: bytes, source: str = "<bytes>") -> np.ndarray:
    """Decompress one frame.

    Parameters
    ----------
    data : the whole file.
    source : its name, for messages.

    Returns
    -------
    int32 (height, width), equal to the frame that `encode` was given.

    Raises
    ------
    BitstreamError : truncated, altered, or not such a file; names `source`.
    """
    shape, sections, frame_crc = file_format.unpack(data, source)
    try:
        frame = _decode(shape, sections)
    except ValueError as error:
        raise BitstreamError(f"{source}: cannot be decoded: {error}") from error
    if _crc(frame) != frame_crc:
        raise BitstreamError(f"{source}: the decoded frame is not the coded one, its CRC32 does not match")
    return frame


def _decode(shape: tuple[int, int], sections: dict[str, bytes]) -> np.ndarray:
    if len(sections["special values"]) % 4:
        raise ValueError("a special value is cut off, expected 4 bytes each")
    special = np.frombuffer(sections["special values"], "<i4").astype(np.int32)
    found = unpack_map(
        sections["gaps between changes of the map"], sections["changes of the map"], shape, special.size
    )
    frame = np.concatenate([np.zeros(1, np.int32), special])[found]
    counted = found == 0
    phases = [phase for _ in passes.levels(*shape) for phase in PHASES]
    weights = unpack_weights(sections["weights"], phases)
    used, frequencies = unpack_tables(sections["laws"], sections["histograms"])
    rows = np.full(passes.CONTEXTS, -1, np.int64)
    rows[used] = np.arange(used.size)
    octets = np.frombuffer(inflate(sections["escaped values"], 4 * frame.size), np.uint8)
    if octets.size % 4:
        raise ValueError("an escaped value is cut off")
    escaped = _Taken(octets.reshape(4, -1).T.copy().view("<i4").ravel(), "escaped values")
    bits = _Taken(
        np.unpackbits(np.frombuffer(inflate(sections["low bits"], 2 * frame.size + 8), np.uint8)), "low bits"
    )
    decoder = None
    if phases:
        lanes, coded_symbols = sections["symbols"][:1], sections["symbols"][1:]
        if not lanes or lanes[0] > 16:
            raise ValueError("the number of lanes of the coded symbols is missing or too large")
        decoder = rans.Decoder(coded_symbols, 1 << lanes[0], frequencies)

    def code(
        number: int, phase: str, prediction: Prediction, valid: np.ndarray, place: tuple[slice, slice]
    ) -> tuple[np.ndarray, np.ndarray]:
        expected = passes.expectation(prediction, weights[number])
        values = frame[place]
        context = passes.contexts(phase, prediction, expected)[valid]
        if context.size == 0:
            return values, expected
        row = rows.take(context)
        if row.min() < 0:
            raise ValueError("a context that codes a pixel has no frequencies")
        symbols = decoder.decode(row)
        escapes = (symbols == tables.ESCAPE).nonzero()[0]
        widths = _STEPS.take(context)
        widths[escapes] = 0
        low = unpack_planes(bits.take(int(widths.sum())), widths)
        decoded = _from_symbols(symbols, expected[valid], context, low)
        decoded[escapes] = escaped.take(escapes.size)
        values[valid] = decoded
        return values, expected

    if counted[0, 0]:
        frame[0, 0] = escaped.take(1)[0]
    _walk(counted, int(frame[0, 0]) if counted[0, 0] else 0, code)
    if decoder is not None:
        decoder.finish()
    escaped.finish(0)
    bits.finish(7)
    return frame


class _Taken:
    """Values taken in order; raises ValueError when there are too few or too many."""

    def __init__(self, values: np.ndarray, name: str) -> None:
        self.values, self.name, self.position = values, name, 0

    def take(self, size: int) -> np.ndarray:
        part = self.values[self.position : self.position + size]
        if part.size < size:
            raise ValueError(f"the {self.name} end too early")
        self.position += size
        return part

    def finish(self, padding: int) -> None:
        if self.values.size - self.position > padding:
            raise ValueError(f"there are more {self.name} than the frame needs")


def _to_symbols(
    values: np.ndarray, expected: np.ndarray, context: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Symbols (int64), the values, and their distances from the expectation, whose low bits are stored."""
    distance = values - np.where(_ARE_DISTANCES.take(context), expected >> EXPECTATION_BITS, 0).astype(
        np.int64
    )
    symbols = (distance >> _STEPS.take(context)) + _OFFSETS.take(context)
    symbols[(symbols < 1) | (symbols >= tables.SYMBOLS)] = tables.ESCAPE
    return symbols, values, distance


def _from_symbols(
    symbols: np.ndarray, expected: np.ndarray, context: np.ndarray, low: np.ndarray
) -> np.ndarray:
    """Values (int64); inverse of `_to_symbols`, except for escapes."""
    distance = ((symbols - _OFFSETS.take(context)) << _STEPS.take(context)) | low
    return distance + np.where(_ARE_DISTANCES.take(context), expected >> EXPECTATION_BITS, 0)


def _walk(counted: np.ndarray, first: int, code: Pass) -> None:
    """Run the passes over a frame; neighbours of a pixel that is not counted use its expectation."""
    height, width = counted.shape
    a, number = np.full((1, 1), min(max(first, 0), KNOWN_MAX) << KNOWN_BITS, np.int32), 0
    for stride in passes.levels(height, width):
        half = stride // 2
        known = {"A": a}
        for phase, (row, column) in PHASES.items():
            place = (slice(row * half, None, stride), slice(column * half, None, stride))
            valid = counted[place]
            if valid.size:
                prediction = passes.predict(phase, known, valid.shape)
                values, expected = code(number, phase, prediction, valid, place)
                lattice = np.clip(values, 0, KNOWN_MAX) << KNOWN_BITS
                known[phase] = np.where(valid, lattice, expected >> EXPECTATION_BITS - KNOWN_BITS)
            else:
                known[phase] = a  # a frame one pixel wide has no such pixels: A is used instead
            number += 1
        a = passes.interleave(a, known, counted[::half, ::half].shape)


def _crc(frame: np.ndarray) -> int:
    return zlib.crc32(np.ascontiguousarray(frame, dtype="<i4"))
