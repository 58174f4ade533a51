"""A CBF's binary section, checked before fabio reads it: fabio searches endlessly for a missing section.

Source: imgCIF/CBF, International Tables for Crystallography G (2005), ch. 2.3.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from latentlab.errors import FrameError
from latentlab.frames.image_layout import ImageLayout, damaged, length_of, truncated

MAGIC = b"###CBF"
SECTION, STARTER = b"--CIF-BINARY-FORMAT-SECTION--", b"\x0c\x1a\x04\xd5"
LONGEST_HEADER = 1 << 20  # bytes; headers of detectors have 1,000 to 10,000


@dataclass(frozen=True)
class CbfLayout(ImageLayout):
    """The image, and where its compressed data lie: `size` bytes from `start`, with their MD5 if given."""

    start: int
    size: int
    md5: str | None


def cbf_layout(file: BinaryIO) -> CbfLayout:
    """The image of a CBF, by its header.

    Raises
    ------
    FrameError : no binary section, a truncated one, or a header that contradicts itself.
    """
    from fabio.cbfimage import DATA_TYPES  # here, as only user frames need it

    length = length_of(file)
    file.seek(0)
    head = file.read(LONGEST_HEADER)
    section = head.find(SECTION)
    marker = head.find(STARTER, section)
    if section < 0 or marker < 0:
        raise FrameError(
            f"{file.name}: not a readable image, truncated or no CBF: the marker of its "
            "binary section is missing"
        )
    fields = _fields(head[section + len(SECTION) : marker])
    try:
        size, width, height = (
            int(fields[f"X-Binary-Size{name}"]) for name in ("", "-Fastest-Dimension", "-Second-Dimension")
        )
        elements = int(fields.get("X-Binary-Number-of-Elements", width * height))
        dtype = np.dtype(DATA_TYPES[fields["X-Binary-Element-Type"]])
        packing = fields["conversions"]
    except (KeyError, ValueError) as error:
        raise damaged(file, f"{error} in its binary section") from error
    if packing != "x-CBF_BYTE_OFFSET":
        raise FrameError(f"{file.name}: expected data compressed by x-CBF_BYTE_OFFSET, found {packing!r}")
    start = marker + len(STARTER)
    if start + size > length:
        raise truncated(file, start + size)
    # a pixel takes at least one byte
    if min(width, height) < 1 or width * height != elements or elements > size:
        raise damaged(file, f"{elements} pixels of {height} x {width} in {size} bytes")
    return CbfLayout((height, width), dtype, start, size, fields.get("Content-MD5"))


def cbf_checksum_holds(file: BinaryIO, layout: CbfLayout) -> bool:
    """Whether the data have the MD5 that the header gives; True where none is given."""
    file.seek(layout.start)
    found = base64.b64encode(hashlib.md5(file.read(layout.size)).digest()).decode()
    return layout.md5 is None or layout.md5 == found


def _fields(header: bytes) -> dict[str, str]:
    """Keys and values of the section's own header, up to its empty line."""
    fields = {}
    for line in header.decode("ascii", errors="replace").splitlines():
        key, mark, value = line.partition("=" if "conversions" in line else ":")
        if mark:
            fields[key.strip()] = value.strip(' "')
    return fields
