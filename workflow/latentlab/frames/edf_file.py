"""An EDF's header blocks, checked before fabio reads the file: fabio pads truncated data with zeros.

Source: the format's description, P. Boesecke, ESRF, "SAXS keywords", and fabio's reader, whose rules of
precedence between keys are followed.
"""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import BinaryIO

import numpy as np

from latentlab.errors import FrameError
from latentlab.frames.image_layout import ImageLayout, damaged, length_of, truncated

BLOCK = 512  # bytes, of which headers and data are multiples in files of the format's own programs
LONGEST_HEADER = 512 * BLOCK
END = re.compile(rb"}\r?\n")


def edf_layout(file: BinaryIO, index: int) -> ImageLayout:
    """Image `index` of an EDF, from 0, by its header.

    Raises
    ------
    FrameError : no such image, a truncated or damaged one, or a damaged one before it.
    """
    length = length_of(file)
    position, images, general = 0, 0, {}
    while True:
        header, start = _header(file, position, images)
        if header is None:
            raise FrameError(f"{file.name}: there is no image {index}; the file holds {images}, from 0")
        if "EDF_DATAFORMATVERSION" in header:  # a block before the images, with values for all images
            left_out = ("EDF_", "SIZE", "IMAGE", "HEADERID")
            general = {key: value for key, value in header.items() if not key.startswith(left_out)}
            position = start + _integer(file, header, "EDF_BINARYSIZE", 0)
            continue
        layout, size = _image(file, {**general, **header})
        if start + size > length:
            raise truncated(file, start + size)
        if images == index:
            return layout
        position, images = start + size, images + 1


def _header(file: BinaryIO, position: int, number: int) -> tuple[dict[str, str] | None, int]:
    """Keys in capitals and values of the header at `position`, and where its data start; None at the end."""
    file.seek(position)
    block = file.read(LONGEST_HEADER)
    if not block.strip() or (number and not block.strip(b"\x00")):
        return None, position
    if not block.lstrip().startswith(b"{"):
        raise damaged(file, f"header {number} does not start with '{{'")
    end = END.search(block)
    if end is None:
        raise damaged(file, f"header {number} has no end, the file may be truncated")
    text = block[block.index(b"{") + 1 : end.start()].decode("ascii", errors="replace")
    pairs = (line.partition("=") for line in text.split(";"))
    header = {
        key.strip(" \t\r\n\x00").upper(): value.strip(" \t\r\n\x00") for key, mark, value in pairs if mark
    }
    if _integer(file, header, "EDF_HEADERSIZE", end.end()) != end.end():
        raise damaged(file, f"header {number} has {end.end()} bytes, not its EDF_HeaderSize")
    return header, position + end.end()


def _image(file: BinaryIO, header: dict[str, str]) -> tuple[ImageLayout, int]:
    """The image that a header describes, and how many bytes of data follow the header."""
    from fabio.edfimage import DATA_TYPES  # here, as only user frames need it

    missing = {"DIM_1", "DIM_2", "DATATYPE", "BYTEORDER"} - header.keys()
    if missing:
        raise damaged(file, f"{', '.join(sorted(missing))} missing")
    if header["DATATYPE"] not in DATA_TYPES:
        raise damaged(file, f"unknown DataType {header['DATATYPE']!r}")
    dtype = np.dtype(DATA_TYPES[header["DATATYPE"]])
    axes = sorted((key for key in header if re.fullmatch(r"DIM_\d+", key)), key=lambda key: -int(key[4:]))
    shape = tuple(_integer(file, header, key) for key in axes)
    if min(shape) < 0:
        raise damaged(file, f"a shape of {shape}")
    needed = math.prod(shape) * dtype.itemsize
    size = _integer(file, header, "SIZE", _integer(file, header, "EDF_BINARYSIZE", needed))
    if "EDF_BINARYFILENAME" in header:
        _check_other_file(file, header, needed)
    elif header.get("COMPRESSION", "NONE").upper().startswith("NO"):
        padding = size - needed
        if padding < 0 or (padding and (size % BLOCK or padding >= BLOCK)):
            raise damaged(file, f"{size} bytes of data, the image of {shape} {dtype} takes {needed}")
    if size < 0:
        raise damaged(file, f"{size} bytes of data")
    return ImageLayout(shape, dtype), size


def _check_other_file(file: BinaryIO, header: dict[str, str], needed: int) -> None:
    """Data of an EDF may lie in another file of its folder: it must be there and long enough."""
    other = Path(file.name).with_name(os.path.basename(header["EDF_BINARYFILENAME"]))  # noqa: PTH119
    if not other.is_file():
        raise FrameError(f"{file.name}: its data are in {other}, and there is no such file")
    start = _integer(file, header, "EDF_BINARYFILEPOSITION", 0)
    taken = _integer(file, header, "EDF_BINARYFILESIZE", needed)
    if start < 0 or taken < needed or start + taken > other.stat().st_size:
        raise FrameError(f"{other}: not a readable image, truncated: {file.name} needs {needed} bytes of it")


def _integer(file: BinaryIO, header: dict[str, str], key: str, default: int | None = None) -> int:
    if key not in header and default is not None:
        return default
    try:
        return int(float(header[key]))
    except (ValueError, OverflowError) as error:
        raise damaged(file, f"{key} is {header[key]!r}, not a whole number") from error
