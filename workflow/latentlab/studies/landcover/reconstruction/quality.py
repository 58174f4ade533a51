"""How close restored pictures are to their originals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
from torch import Tensor

from latentlab.metrics import ms_ssim, mse
from latentlab.studies.landcover.similarity import ssim

PER_PICTURE = ("mae", "mse", "ssim", "ms_ssim")


def qualities(x: Tensor, restored: Tensor) -> dict[str, np.ndarray]:
    """Each of PER_PICTURE, (n,); values and their full range are 0 to 1.

    SSIM and MS-SSIM are means over the channels; MS-SSIM has as many of its five scales as fit, three at
    64 px and four at 128 px, so values at different sizes are not comparable.

    Parameters
    ----------
    x, restored : float32 (n, channels, side, side).
    """
    found = {
        "mae": (x - restored).abs().mean(dim=(1, 2, 3)),
        "mse": mse(restored, x),
        "ssim": ssim(restored, x, data_range=1.0),
        "ms_ssim": ms_ssim(restored, x, data_range=1.0),
    }
    return {name: values.double().numpy() for name, values in found.items()}


def joined(parts: Iterable[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The qualities of several batches together."""
    parts = list(parts)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def summary_of(values: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Means over all pictures, `metric_names.QUALITIES`.

    The PSNR (dB) is that of the mean squared error over all pictures: a picture that is restored exactly, as
    one of a single colour by its mean, would make a mean of PSNRs infinite.
    """
    means = {name: float(each.mean()) for name, each in values.items()}
    error = means["mse"]
    return {**means, "psnr_db": -10 * math.log10(error) if error else math.inf}
