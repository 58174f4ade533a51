"""Read a detector frame of any format, with its mask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np

from latentlab.errors import FrameError
from latentlab.frames.frame import Frame, invalid_pixels
from latentlab.frames.hdf5_file import hdf5_images, hdf5_layout, read_hdf5
from latentlab.frames.image_file import count_cutoff, image_layout, image_number, read_image
from latentlab.frames.image_layout import ImageLayout

SUFFIXES = (".cbf", ".edf", ".tif", ".tiff", ".h5", ".hdf5", ".nxs")


def read_frame(
    path: Path | str,
    dataset: str | None = None,
    *,
    index: int = 0,
    saturation: float | None = None,
    mask: Path | str | None = None,
) -> Frame:
    """Read a detector image from a CBF, EDF, TIFF or other file that fabio reads, or from a NeXus/HDF5 file.

    The mask contains negative values (Pilatus: -1 gaps, -2 bad pixels), values that are not finite, the
    largest value of an unsigned type (Eiger: gaps and bad pixels), counts at the saturation or above, and, in
    NeXus, the pixels of `pixel_mask` in the same entry.

    Parameters
    ----------
    path : the file.
    dataset : HDF5 only: key of the image or stack. Without it, the default NXdata signal, or else the only
        numeric dataset of two or three dimensions.
    index : which image of a stack, from 0.
    saturation : counts from which on a pixel is not reliable. Without it, the file's value (Count_cutoff of
        a header, `saturation_value` or `countrate_correction_count_cutoff` in NeXus), if there is one.
    mask : an image file of the same shape (~ is the home folder); its pixels that are not 0 are masked too.

    Raises
    ------
    FrameError : missing, unreadable, damaged or empty file, no image of two dimensions, no such dataset or
        index, more than one candidate dataset, or no usable pixel with a photon.
    """
    read, cutoff = _read(Path(path), dataset, index, mask)
    masked = read.mask | invalid_pixels(
        read.counts, cutoff if saturation is None else saturation, read.source
    )
    if masked.all():
        raise FrameError(
            f"{read.source}: every pixel is masked (gaps, bad or saturated pixels), none is usable"
        )
    if not (read.counts[~masked] > 0).any():
        raise FrameError(f"{read.source}: there is no photon in any usable pixel")
    counts = read.counts.astype(np.float32) if read.counts.dtype.kind == "f" else read.counts
    return replace(read, counts=counts, mask=masked)


def read_stored(
    path: Path | str, dataset: str | None = None, *, index: int = 0, mask: Path | str | None = None
) -> Frame:
    """Read a detector image with every value as the file stores it, whether a pixel is usable or not.

    The counts have the file's own type, in this machine's byte order. The frame's mask holds only what is
    stated apart from the counts: `pixel_mask` in NeXus, and the mask file. A frame without a photon is read.

    Parameters are those of `read_frame`.

    Raises
    ------
    FrameError : missing, unreadable, damaged or empty file, no image of two dimensions, no such dataset or
        index, more than one candidate dataset, or a mask of another shape.
    """
    return _read(Path(path), dataset, index, mask)[0]


def number_of_images(path: Path | str, dataset: str | None = None) -> int:
    """How many images a file holds: the length of a stack, or 1.

    Raises FrameError for a file that is missing or not readable, and no or more than one candidate dataset.
    """
    path = Path(path)
    return hdf5_images(path, dataset) if _is_hdf5(path, dataset) else image_number(path)


def _read(path: Path, dataset: str | None, index: int, mask: Path | str | None) -> tuple[Frame, float | None]:
    """The image as stored, and the counts from which on its file says that a pixel is saturated."""
    if _is_hdf5(path, dataset):
        counts, header, source, masked, cutoff = read_hdf5(path, dataset, index)
    else:
        counts, header, source = read_image(path, index)
        masked, cutoff = np.zeros(counts.shape, dtype=bool), count_cutoff(header)
    counts = counts.astype(counts.dtype.newbyteorder("="))
    if counts.size == 0:
        raise FrameError(f"{source}: the image is empty, its shape is {counts.shape}")
    if mask is not None:
        masked = masked | _read_mask(Path(mask).expanduser(), counts.shape)
    return Frame(counts=counts, mask=masked, header=header, source=source), cutoff


def frame_layout(path: Path | str, dataset: str | None = None, *, index: int = 0) -> ImageLayout:
    """Shape and type of a frame or mask, from the file's header where its format allows: milliseconds.

    Parameters and errors are those of `read_frame`, except errors that only the data show.
    """
    path = Path(path)
    return hdf5_layout(path, dataset, index) if _is_hdf5(path, dataset) else image_layout(path, index)


def check_mask_shape(mask: Path | str, found: tuple[int, ...], shape: tuple[int, ...]) -> None:
    """Raise FrameError where a mask's shape `found` is not that of the frame, `shape`."""
    if found != shape:
        raise FrameError(f"{mask}: the mask has shape {found}, the frame has {shape}")


def _is_hdf5(path: Path, dataset: str | None) -> bool:
    if h5py.is_hdf5(path):
        return True
    if dataset is not None and path.is_file():
        raise FrameError(f"{path}: dataset '{dataset}' was asked for, but this is no HDF5 file")
    return False


def _read_mask(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    found = read_hdf5(path, None, 0)[0] if _is_hdf5(path, None) else read_image(path, 0)[0]
    check_mask_shape(path, found.shape, shape)
    return found != 0
