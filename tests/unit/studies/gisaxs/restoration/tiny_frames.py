"""A synthetic frame, and a restorer that was hardly trained, for the tests of filled frames."""

from __future__ import annotations

import numpy as np
import torch

from latentlab.studies.gisaxs.restoration.network import RestorationNetwork
from latentlab.studies.gisaxs.restoration.restorer import Restorer

BEAM_COLUMN, HORIZON_ROW = 110, 150


def rate(shape: tuple[int, int] = (200, 230)) -> np.ndarray:
    """Photons expected per pixel: a halo, two side maxima on a Yoneda line, and the sample's shadow."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    beside = np.abs(columns - BEAM_COLUMN)
    above = HORIZON_ROW - rows
    image = 3 + 60 / (1 + (beside / 30) ** 2) * np.exp(-above / 60)
    image = image + 120 * np.exp(-(((beside - 50) / 9) ** 2) - ((above - 12) / 14) ** 2)
    return np.where(above < 0, 0.3, image)


def measured(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Counts int32, and a mask with a gap of 8 rows and one of 4 columns: as a detector stores them."""
    counts = np.random.default_rng(seed).poisson(rate()).astype(np.int32)
    mask = np.zeros(counts.shape, dtype=bool)
    mask[60:68] = mask[:, 180:184] = mask[5, 9] = True
    counts[mask] = -1
    return counts, mask


def tiny_restorer() -> Restorer:
    """A network of some hundred weights; its last layer, 0, leaves the starting estimate as it is."""
    torch.manual_seed(0)
    return Restorer(RestorationNetwork(width=4, levels=2))
