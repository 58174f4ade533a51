"""Read a detector frame of any format, with its mask."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from latentlab.errors import FrameError
from latentlab.frames.frame import Frame, invalid_pixels
from latentlab.frames.hdf5_file import hdf5_layout, read_hdf5
from latentlab.frames.image_file import count_cutoff, image_layout, read_image
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
    path = Path(path)
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
    masked = masked | invalid_pixels(counts, cutoff if saturation is None else saturation, source)
    if masked.all():
        raise FrameError(f"{source}: every pixel is masked (gaps, bad or saturated pixels), none is usable")
    if not (counts[~masked] > 0).any():
        raise FrameError(f"{source}: there is no photon in any usable pixel")
    if counts.dtype.kind == "f":
        counts = counts.astype(np.float32)
    return Frame(counts=counts, mask=masked, header=header, source=source)


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
