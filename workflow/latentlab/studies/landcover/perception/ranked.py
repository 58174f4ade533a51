"""The measures that rank pictures, those of the reconstruction among them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from latentlab.metrics import ms_ssim
from latentlab.studies.landcover.perception.measures import mae
from latentlab.studies.landcover.perception.metric_names import RANKED
from latentlab.studies.landcover.similarity import ssim


def image_quality(truth: np.ndarray, x: np.ndarray) -> dict[str, np.ndarray]:
    """mae, ssim and ms_ssim of pictures (n, 3, side, side), 0 to 1, each (n,)."""
    tensors = [torch.from_numpy(np.ascontiguousarray(each, dtype=np.float32)) for each in (x, truth)]
    return {
        "mae": mae(truth, x),
        "ssim": ssim(*tensors, data_range=1.0).numpy(),
        "ms_ssim": ms_ssim(*tensors, data_range=1.0).numpy(),
    }


def ranked(values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Values (n,) by measure as one array (n, measures), float32, in the order of RANKED."""
    return np.stack([values[name] for name in RANKED], axis=1).astype(np.float32)
