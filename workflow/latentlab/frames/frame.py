"""A detector frame, and which of its pixels are not usable according to their values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from latentlab.errors import FrameError


@dataclass(frozen=True)
class Frame:
    """One detector image as read.

    counts : (h, w), photons per pixel, the file's integers or float32; masked pixels keep the file's values.
    mask : bool (h, w), True where a pixel is not usable.
    header : every scalar of the file about the image, as text.
    source : the file, with the dataset and the index in the stack where there is one.
    """

    counts: np.ndarray
    mask: np.ndarray
    header: dict[str, str]
    source: str


def invalid_pixels(counts: np.ndarray, saturation: float | None, source: str) -> np.ndarray:
    """Pixels that do not count, or not correctly, according to their values.

    Parameters
    ----------
    counts : (h, w), photons per pixel, integers or floats.
    saturation : photons per pixel from which on a pixel is not reliable; None for no limit.
    source : where the counts come from, for the error.

    Returns
    -------
    bool (h, w), True where a pixel is not usable. Raises FrameError where no value is finite.
    """
    if counts.dtype.kind == "f":
        finite = np.isfinite(counts)
        if not finite.any():
            raise FrameError(f"{source}: every value is NaN or infinite")
        masked = ~finite | (np.where(finite, counts, 0) < 0)
    elif counts.dtype.kind == "u":
        masked = counts == np.iinfo(counts.dtype).max
    else:
        masked = counts < 0
    if saturation is not None:
        masked = masked | (counts >= saturation)
    return masked
