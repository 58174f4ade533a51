"""Reading one micrograph (PNG, TIFF) as grey values."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from latentlab.errors import FrameError

SUFFIXES = (".png", ".tif", ".tiff")
LUMINANCE = (0.2126, 0.7152, 0.0722)  # of red, green and blue: Rec. ITU-R BT.709
WIDTH, HEIGHT, PHOTOMETRIC, BITS, COMPRESSION = 256, 257, 262, 258, 259  # tags of TIFF 6.0
PIECES = ((273, 279), (324, 325))  # offsets and bytes of strips, or of tiles
PNG = b"\x89PNG\r\n\x1a\n"
WHITE_IS_ZERO, PALETTE = 0, 3


def read_grey(path: Path) -> np.ndarray:
    """Grey values of an image of 1, 8 or 16 bits per channel, grey or RGB, the latter by its luminance.

    A palette's colours are looked up; a TIFF in which 0 is white is inverted. An alpha channel must be
    opaque: the value of a transparent pixel has no meaning.

    Returns
    -------
    float64 (h, w), larger is brighter, in the file's own unit.

    Raises
    ------
    FrameError : the file is damaged or of another format, or holds several images, other types, or
        transparent pixels.
    """
    with _reading(path):
        data = path.read_bytes()
        pixels = _png(data) if data.startswith(PNG[:4]) else _tiff(path, data)
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    if pixels.ndim not in (2, 3) or channels > 4 or pixels.dtype not in (np.bool_, np.uint8, np.uint16):
        raise FrameError(
            f"{path}: expected a grey or RGB image of 8 or 16 bits, found {pixels.dtype} {pixels.shape}"
        )
    if channels in (2, 4) and (pixels[..., -1] != np.iinfo(pixels.dtype).max).any():
        raise FrameError(f"{path}: the image has transparent pixels; expected an opaque one")
    if channels >= 3:
        return pixels[..., :3] @ np.array(LUMINANCE)
    return (pixels if pixels.ndim == 2 else pixels[..., 0]).astype(np.float64)


def grey_shape(path: Path) -> tuple[int, int]:
    """(h, w) of an image by its header, with a check of the file's end: fast enough for many files.

    Raises
    ------
    FrameError : the file is truncated, of another format, or (TIFF) holds several images.
    """
    with _reading(path), open(path, "rb") as file:
        if file.read(len(PNG)) == PNG:
            return _png_shape(file)
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Corrupt EXIF")  # Pillow's warning for a truncated file
            tags, last = _first_directory(path)
        _check_single(path, last)
        length = path.stat().st_size
        for offsets, sizes in PIECES:
            for offset, size in zip(tags.get(offsets, ()), tags.get(sizes, ()), strict=True):
                if offset + size > length:
                    raise FrameError(f"{path}: not a readable PNG or TIFF image (truncated)")
        return int(tags[HEIGHT]), int(tags[WIDTH])


def check_size(path: Path, shape: tuple[int, ...], side: int, binning: int = 1) -> None:
    """Raise FrameError where an image of `shape` (h, w) is smaller than a tile of `side` px after binning."""
    if min(shape) < side * binning:
        tile = f" (tiles of {side} px at binning {binning})" if binning > 1 else ""
        raise FrameError(
            f"{path}: expected an image of at least {side * binning} x {side * binning} px{tile}, found "
            f"{shape[0]} x {shape[1]}"
        )


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Raise every error in the block as FrameError."""
    try:
        yield
    except FrameError:
        raise
    except Exception as error:  # the decoders raise their own types, IndexError, struct.error, ...
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FrameError(f"{path}: not a readable PNG or TIFF image ({reason})") from error


def _png_shape(file: BinaryIO) -> tuple[int, int]:
    """(h, w) of a PNG, from its first chunk; every chunk up to the last, IEND, must be there."""
    length, shape = file.seek(0, 2), (0, 0)
    file.seek(len(PNG))
    while True:
        size, kind = struct.unpack(">I4s", file.read(8))
        if kind == b"IHDR":
            width, height = struct.unpack(">II", file.read(8))
            shape, size = (height, width), size - 8
        end = file.seek(size + 4, 1)  # the data and their checksum
        if end > length:
            raise EOFError("truncated")
        if kind == b"IEND":
            return shape


def _png(data: bytes) -> np.ndarray:
    import imagecodecs  # here, as only user micrographs need it

    return imagecodecs.png_decode(data)


def _tiff(path: Path, data: bytes) -> np.ndarray:
    import imagecodecs

    pixels = imagecodecs.tiff_decode(data)  # first, as only this call detects a truncated file
    tags, last = _first_directory(path)
    _check_single(path, last)
    bits, photometric = set(tags.get(BITS, (1,))), tags.get(PHOTOMETRIC)
    ycbcr_jpeg = photometric == 6 and tags.get(COMPRESSION) == 7  # decoded to RGB
    if not (bits <= {1, 8, 16} and (photometric in (WHITE_IS_ZERO, 1, 2, PALETTE) or ycbcr_jpeg)):
        raise FrameError(
            f"{path}: expected a grey or RGB image of 8 or 16 bits, found {max(bits)} bits and photometric "
            f"interpretation {photometric}"
        )
    if photometric == PALETTE:
        return imagecodecs.tiff_decode(data, asrgb=True)
    return ~pixels if photometric == WHITE_IS_ZERO else pixels  # of unsigned types: maximum - value


def _check_single(path: Path, last: bool) -> None:
    if not last:
        raise FrameError(f"{path}: expected one image, the file holds several")


def _first_directory(path: Path) -> tuple[dict[int, object], bool]:
    """Tags of a TIFF's first image, and whether it is the only one."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    with open(path, "rb") as file:
        header = file.read(8)
        if 43 in header[2:4]:  # BigTIFF
            header += file.read(8)
        directory = ImageFileDirectory_v2(header)
        file.seek(directory.next)
        directory.load(file)
        return dict(directory), directory.next == 0
