"""One image of a detector's own file format (CBF, EDF, TIFF, ...), by fabio."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.errors import FrameError
from latentlab.frames.bounded_file import BoundedFile
from latentlab.frames.cbf_file import MAGIC as CBF_MAGIC
from latentlab.frames.cbf_file import CbfLayout, cbf_checksum_holds, cbf_layout
from latentlab.frames.edf_file import edf_layout
from latentlab.frames.image_layout import ImageLayout, check_layout
from latentlab.frames.tiff_file import MAGIC as TIFF_MAGIC
from latentlab.frames.tiff_file import TiffLayout, tiff_layout

PILATUS_TIFF = b"II*\x00\x82\x00"


def image_layout(path: Path, index: int) -> ImageLayout:
    """Shape and type of one image, from its header alone where the file is a CBF, EDF or TIFF.

    Raises FrameError as `read_image`, for all errors that the header and the file's length show.
    """
    with _opened(path) as file:
        layout = _layout(file, path, index)[0]
    if layout is None:
        counts = read_image(path, index)[0]
        return ImageLayout(counts.shape, counts.dtype)
    check_layout(str(path), layout)
    return layout


def read_image(path: Path, index: int) -> tuple[np.ndarray, dict[str, str], str]:
    """Counts (h, w) in photons per pixel, of the file's type, header as text, and source of one image.

    Raises FrameError where the file is missing, damaged or not a two-dimensional image, or has no such index.
    """
    with _opened(path) as file:
        layout, reader = _layout(file, path, index)
        if layout is not None:
            check_layout(str(path), layout)
        file.seek(0)
        image = reader(file)
        if not 0 <= index < image.nframes:
            raise FrameError(f"{path}: there is no image {index}; the file holds {image.nframes}, from 0")
        chosen = image.get_frame(index) if image.nframes > 1 else image
        if chosen.data is None:
            raise FrameError(f"{path}: not a readable image, its data cannot be decoded")
        counts = np.asarray(chosen.data)
        header = {str(key): str(value) for key, value in chosen.header.items()}
        whole = not getattr(chosen, "incomplete_data", False)
        if isinstance(layout, CbfLayout):
            whole = whole and cbf_checksum_holds(file, layout)
        if isinstance(layout, TiffLayout) and layout.packed:
            import imagecodecs  # fabio uses Pillow, which fills in data that cannot be decompressed

            counts = imagecodecs.tiff_decode(path.read_bytes(), index=index)
    if not whole:  # fabio pads with zeros and only logs it
        raise FrameError(f"{path}: the image is damaged: its data are incomplete or their checksum is wrong")
    if layout is not None and counts.shape != layout.shape:
        raise FrameError(
            f"{path}: the image is damaged: read as {counts.shape}, its header says {layout.shape}"
        )
    check_layout(str(path), ImageLayout(counts.shape, counts.dtype))
    source = str(path) if index == 0 else f"{path}[{index}]"
    return counts, header, source


def image_number(path: Path) -> int:
    """How many images the file holds; raises FrameError where it is missing or damaged."""
    with _opened(path) as file:
        layout, reader = _layout(file, path, 0)
        if isinstance(layout, CbfLayout):
            return 1
        file.seek(0)
        return reader(file).nframes


def count_cutoff(header: Mapping[str, str]) -> float | None:
    """Count_cutoff of a Pilatus header, photons per pixel: as its own key or a line in the CBF's text.

    None where the header has none.
    """
    text = "\n".join(f"{key} {value}" for key, value in header.items())
    found = re.search(r"\bcount_cutoff\s*[=:]?\s*(\d+)", text, flags=re.IGNORECASE)
    return float(found[1]) if found else None


@contextmanager
def _opened(path: Path) -> Iterator[BoundedFile]:
    """The file, with limited reads; every error in the block is raised as FrameError."""
    if not path.is_file():
        raise FrameError(f"{path}: there is no such file; expected a detector image")
    try:
        with BoundedFile(path) as file:
            yield file
    except FrameError:
        raise
    except Exception as error:  # fabio passes on its readers' errors: AssertionError, AttributeError, ...
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FrameError(
            f"{path}: not a readable image, truncated or of unknown format ({reason})"
        ) from error


def _layout(
    file: BoundedFile, path: Path, index: int
) -> tuple[ImageLayout | None, Callable[[BoundedFile], Any]]:
    """The header's layout (None for a format that is not checked in advance), and fabio's reader."""
    import fabio  # here, as only user frames need it

    start = file.read(18)
    if start.startswith(CBF_MAGIC) or path.suffix.lower() == ".cbf":
        if index != 0:
            raise FrameError(f"{path}: there is no image {index}; the file holds 1, from 0")
        return cbf_layout(file), fabio.cbfimage.CbfImage().read
    if start.startswith(TIFF_MAGIC):
        pilatus = start.startswith(PILATUS_TIFF)
        tiff = fabio.pilatusimage.PilatusImage if pilatus else fabio.tifimage.TifImage
        return tiff_layout(file, index), tiff().read
    if start.lstrip().startswith(b"{") and not start.startswith(b"{\nHEA"):  # that one is d*TREK's
        return edf_layout(file, index), fabio.edfimage.EdfImage().read
    return None, _open_other


def _open_other(file: BoundedFile) -> Any:
    """fabio's image of a file of another format, which fabio recognises by the first bytes only."""
    import fabio

    try:
        return fabio.open(file)
    except OSError as error:  # fabio's message names the object in memory
        raise FrameError(
            f"{file.name}: not a readable image, damaged or of no known format; expected CBF, EDF, TIFF, HDF5"
        ) from error
