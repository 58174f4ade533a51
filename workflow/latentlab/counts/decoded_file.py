"""A frame that was stored without loss, as an image that other programs read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

from latentlab.artifacts import atomic_path
from latentlab.counts.frame_file import same_values
from latentlab.errors import FrameError
from latentlab.frames import Frame, read_stored

FORMATS = {"hdf5": "h5", "edf": "edf", "tiff": "tif", "npy": "npy"}  # suffix by format


def write_decoded(path: Path | str, frame: Frame, kind: str) -> int:
    """Write a frame as an image, atomically, and return the file's bytes.

    hdf5 is NeXus: NXdata /frame (the default) with `counts` (h, w) of the frame's type in photons per pixel,
    and, where the frame has a mask, `pixel_mask` (uint32, 1 where masked); /header is the header as JSON,
    the attribute `source` of the root the frame's source. The other formats hold the counts alone.

    Parameters
    ----------
    path : file to write. frame : as `frame_file.read_frame_file` gives it. kind : one of `FORMATS`.

    Raises
    ------
    FrameError : the format does not give these counts back, bit for bit and of their type.
    """
    with atomic_path(path) as temporary:
        try:
            _WRITERS[kind](temporary, frame)
            same = _same(temporary, frame, kind)
        except OSError:  # such as a full disk
            raise
        except Exception as error:  # fabio passes on its writers' errors
            raise FrameError(
                f"{path}: {frame.counts.dtype} counts cannot be written as {kind} ({error})"
            ) from error
        if not same:
            raise FrameError(f"{path}: {kind} does not give {frame.counts.dtype} counts back; use hdf5")
        return temporary.stat().st_size


def _same(path: Path, frame: Frame, kind: str) -> bool:
    """Whether a file gives back what its format holds."""
    if kind == "npy":
        return same_values(np.load(path), frame.counts)
    found = read_stored(path)
    if kind == "hdf5":
        header = json.loads(found.header["/header"])
        if header != frame.header or not same_values(found.mask, frame.mask):
            return False
    return same_values(found.counts, frame.counts)


def _write_hdf5(path: Path, frame: Frame) -> None:
    with h5py.File(path, "w", track_order=False) as file:
        file.attrs.update(NX_class="NXroot", default="frame", source=frame.source)
        group = file.create_group("frame")
        group.attrs.update(NX_class="NXdata", signal="counts")
        packed = {"compression": "gzip", "shuffle": True, "fletcher32": True}  # every HDF5 program reads it
        group.create_dataset("counts", data=frame.counts, **packed).attrs["units"] = "counts"
        if frame.mask.any():
            group.create_dataset("pixel_mask", data=frame.mask.astype(np.uint32), **packed)
        file["header"] = json.dumps(frame.header)


def _write_edf(path: Path, frame: Frame) -> None:
    from fabio.edfimage import EdfImage

    EdfImage(data=frame.counts).write(str(path))


def _write_tiff(path: Path, frame: Frame) -> None:
    from fabio.tifimage import TifImage

    TifImage(data=frame.counts).write(str(path))


def _write_npy(path: Path, frame: Frame) -> None:
    with open(path, "wb") as file:  # np.save would append .npy to a name
        np.save(file, frame.counts)


_WRITERS: dict[str, Callable[[Path, Frame], None]] = {
    "hdf5": _write_hdf5,
    "edf": _write_edf,
    "tiff": _write_tiff,
    "npy": _write_npy,
}
