"""A TIFF's directory, checked before fabio reads the file: fabio repeats one row where others are missing.

Source: TIFF 6.0 (Adobe, 1992), sec. 2; BigTIFF (Aware Systems).
"""

from __future__ import annotations

import itertools
import math
import struct
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from latentlab.errors import FrameError
from latentlab.frames.image_layout import ImageLayout, damaged, length_of, truncated

MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, ROWS = 256, 257, 258, 259, 262, 277, 278
STRIPS, TILES, TILE_SIDES, FORMAT = (273, 279), (324, 325), (322, 323), 339  # offsets and bytes of each
WANTED = {WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, ROWS, *STRIPS, *TILES, *TILE_SIDES, FORMAT}
TYPES = {1: "B", 3: "H", 4: "I", 16: "Q"}  # struct formats of integer types
SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
KINDS = {1: "u", 2: "i", 3: "f", 4: "u"}  # by SampleFormat; 4 is undefined, read as unsigned
PALETTE = 3


@dataclass(frozen=True)
class TiffLayout(ImageLayout):
    """The image, and whether its data are compressed."""

    packed: bool


@dataclass(frozen=True)
class _Words:
    """How a TIFF writes its numbers: of the count of entries, of an entry, of an offset (struct formats)."""

    count: str
    entry: str
    offset: str


def tiff_layout(file: BinaryIO, index: int) -> TiffLayout:
    """Image `index` of a TIFF, from 0, by its directory. An image in colour has three dimensions.

    Raises
    ------
    FrameError : no such image, a truncated one, or a directory that contradicts itself or the file's length.
    """
    length = length_of(file)
    file.seek(0)
    start = file.read(16)
    order = "<" if start.startswith(b"II") else ">"
    if len(start) < 8:
        raise truncated(file, 8)
    if 43 in start[2:4]:
        words = _Words(order + "Q", order + "HHQ8s", order + "Q")
        offset = struct.unpack(words.offset, start[8:16].ljust(8, b"\x00"))[0]
    else:
        words = _Words(order + "H", order + "HHI4s", order + "I")
        offset = struct.unpack(words.offset, start[4:8])[0]
    seen: list[int] = []
    while offset:
        if offset in seen:
            raise damaged(file, "its directories form a circle")
        seen.append(offset)
        tags, taken, following = _directory(file, offset, words, length)
        if len(seen) == index + 1:
            return _image(file, tags, [(0, 8), *taken], length)
        offset = following
    raise FrameError(f"{file.name}: there is no image {index}; the file holds {len(seen)}, from 0")


def _directory(
    file: BinaryIO, offset: int, words: _Words, length: int
) -> tuple[dict[int, tuple[int, ...]], list[tuple[int, int]], int]:
    """The tags of one directory, the offsets and bytes of all its parts, and the offset of the next."""
    file.seek(min(offset, length))
    entries = struct.unpack(words.count, _exactly(file, struct.calcsize(words.count)))[0]
    size = struct.calcsize(words.entry)
    if file.tell() + entries * size > length:
        raise truncated(file, file.tell() + entries * size)
    table = file.read(entries * size)
    following = struct.unpack(words.offset, _exactly(file, struct.calcsize(words.offset)))[0]
    taken, tags = [(offset, file.tell() - offset)], {}
    for tag, kind, count, value in struct.iter_unpack(words.entry, table):
        needed = count * SIZES.get(kind, 0)
        where = struct.unpack(words.offset, value)[0]
        if needed > len(value):
            taken.append((where, needed))
        if tag not in WANTED:
            continue
        if kind not in TYPES:
            raise damaged(file, f"tag {tag} is of type {kind}")
        if needed > len(value):
            if where + needed > length:
                raise truncated(file, where + needed)
            file.seek(where)
            value = _exactly(file, needed)
        tags[tag] = struct.unpack(f"{words.count[0]}{count}{TYPES[kind]}", value[:needed])
    return tags, taken, following


def _image(
    file: BinaryIO, tags: dict[int, tuple[int, ...]], taken: list[tuple[int, int]], length: int
) -> ImageLayout:
    """The image of a directory; its strips or tiles must be complete and outside the bytes `taken`."""
    places = TILES if TILES[0] in tags else STRIPS
    missing = {WIDTH, HEIGHT, *places} - {tag for tag in tags if tags[tag]}
    if missing:
        raise damaged(file, f"tags {sorted(missing)} are missing")
    width, height = tags[WIDTH][0], tags[HEIGHT][0]
    bits, formats = tags.get(BITS, (1,)), tags.get(FORMAT, (1,))
    samples = 3 if tags.get(PHOTOMETRIC) == (PALETTE,) else tags.get(SAMPLES, (1,))[0]
    if bits[0] not in (8, 16, 32, 64) or formats[0] not in KINDS or (formats[0] == 3 and bits[0] < 32):
        raise FrameError(
            f"{file.name}: expected a TIFF of 8 to 64 bits per pixel of whole numbers or floats, found "
            f"{bits[0]} bits of sample format {formats[0]}"
        )
    packed = tags.get(COMPRESSION, (1,))[0] != 1
    layout = TiffLayout(
        (height, width) if samples == 1 else (height, width, samples),
        np.dtype(f"{KINDS[formats[0]]}{bits[0] // 8}"),
        packed,
    )
    if samples != 1 or min(width, height) < 1:
        return layout  # not usable as a frame; `check_layout` raises the error
    spans = sorted(zip(tags[places[0]], tags[places[1]], strict=False))
    if any(offset + size > length for offset, size in spans):
        raise truncated(file, max(offset + size for offset, size in spans))
    expected = _sizes(file, tags, layout, places)
    if not len(expected) == len(tags[places[0]]) == len(tags[places[1]]):
        raise damaged(file, f"{len(spans)} strips or tiles, expected {len(expected)} for {height} x {width}")
    if not packed and list(tags[places[1]]) != expected:
        raise damaged(
            file,
            f"{sum(tags[places[1]])} bytes of pixels, the image of {height} x {width} takes {sum(expected)}",
        )
    # two values of the directory may share bytes
    beside = list(itertools.pairwise(spans))
    beside += [tuple(sorted((span, other))) for span in spans for other in taken]
    if any(first + size > second for (first, size), (second, _) in beside):
        raise damaged(file, "its strips or tiles overlap")
    return layout


def _sizes(file: BinaryIO, tags: dict[int, tuple[int, ...]], layout: ImageLayout, places: tuple) -> list[int]:
    """Bytes of every strip or tile, uncompressed."""
    height, width = layout.shape
    item = layout.dtype.itemsize
    if places == TILES:
        across, down = (tags.get(tag, (0,))[0] for tag in TILE_SIDES)
        if min(across, down) < 1:
            raise damaged(file, "the size of its tiles is missing")
        return [across * down * item] * (math.ceil(width / across) * math.ceil(height / down))
    rows = min(tags.get(ROWS, (height,))[0], height)
    if rows < 1 or height > rows * len(tags[places[0]]):
        raise damaged(file, f"{len(tags[places[0]])} strips of {rows} rows for {height} rows")
    return [min(rows, height - top) * width * item for top in range(0, height, rows)]


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise truncated(file, file.tell() - len(data) + size)
    return data
