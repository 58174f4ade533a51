"""Detector frames as the lossless codecs take them: every pixel as it is in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from latentlab.errors import FrameError
from latentlab.frames import read_frame


def whole_frame(path: Path | str, dataset: str | None = None, index: int = 0) -> np.ndarray:
    """A frame's counts, int32 (h, w), gaps and bad pixels with the values that mark them.

    Unsigned 32-bit counts keep their bits: 4294967295, the mark of a masked pixel, becomes -1.

    Raises
    ------
    FrameError : not readable (see `latentlab.frames.read_frame`), or not of integers of 32 bits or fewer.
    """
    counts = read_frame(path, dataset, index=index).counts
    if counts.dtype.kind not in "iu" or counts.dtype.itemsize > 4:
        raise FrameError(
            f"{path}: its counts are {counts.dtype}, expected integers of at most 32 bits to code losslessly"
        )
    return counts.view(np.int32) if counts.dtype == np.uint32 else counts.astype(np.int32)
