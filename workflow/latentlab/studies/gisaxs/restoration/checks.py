"""What every method of gap filling asks of its input."""

from __future__ import annotations

import numpy as np

from latentlab.errors import FrameError


def check_measured(counts: np.ndarray, mask: np.ndarray) -> None:
    """Raise FrameError, one sentence each, where an image and its mask cannot be filled.

    Parameters
    ----------
    counts : (h, w), photons per pixel; only measured pixels must be finite and 0 or more.
    mask : bool (h, w), True where not measured.
    """
    if np.ndim(counts) != 2 or np.shape(counts) != np.shape(mask):
        raise FrameError(
            f"counts have shape {np.shape(counts)} and the mask {np.shape(mask)}, expected two images of "
            "one shape"
        )
    if np.asarray(mask).dtype != bool:
        raise FrameError(f"the mask is {np.asarray(mask).dtype}, expected bool, True where not measured")
    if mask.all():
        raise FrameError("every pixel is masked: there is nothing to fill the gaps from")
    measured = np.asarray(counts)[~mask]
    if not np.isfinite(measured).all() or (measured < 0).any():
        raise FrameError("measured counts must be finite and 0 or more")
    if not (measured > 0).any():
        raise FrameError("there is no photon in any measured pixel")
