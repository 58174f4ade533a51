"""Layout of an image according to the file's header, checked against the file's length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from latentlab.errors import FrameError


@dataclass(frozen=True)
class ImageLayout:
    """shape : (h, w). dtype : of the counts, in any byte order."""

    shape: tuple[int, ...]
    dtype: np.dtype


def check_layout(source: str, layout: ImageLayout) -> None:
    """Raise FrameError unless it is a numeric image of two dimensions with at least one pixel."""
    if len(layout.shape) != 2 or layout.dtype.kind not in "iuf":
        raise FrameError(
            f"{source}: expected a numeric image of 2 dimensions, found {layout.dtype} {layout.shape}"
        )
    if min(layout.shape) < 1:
        raise FrameError(f"{source}: the image is empty, its shape is {layout.shape}")


def length_of(file: BinaryIO) -> int:
    """Length of an open file in bytes; afterwards the position is at its end."""
    return file.seek(0, 2)


def truncated(file: BinaryIO, end: int) -> FrameError:
    """The error for a file that ends before its header's own `end`, in bytes from the start."""
    return FrameError(
        f"{file.name}: not a readable image, truncated: its header promises data up to byte {end}, the file "
        f"has {length_of(file)}"
    )


def damaged(file: BinaryIO, reason: str) -> FrameError:
    """The error for a header that contradicts itself or lacks something."""
    return FrameError(f"{file.name}: not a readable image, its header is damaged: {reason}")
