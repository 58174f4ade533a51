"""Settings of a simulated measurement, and a restorer without training, for tests."""

from typing import Any

import numpy as np
import torch

from latentlab.studies.gisaxs.restoration.network import RestorationNetwork
from latentlab.studies.gisaxs.restoration.restorer import Restorer

MEASUREMENT: dict[str, Any] = {
    "background": [0.01, 1.0],
    "halo": [0.01, 1.0],
    "halo_exponent": [1.0, 3.5],
    "halo_core_px": [1.0, 10.0],
    "point_spread_px": [0.3, 1.5],
    "detectors": [[195, 487, 17, 7], [514, 1030, 37, 10]],
    "binning": [1, 2, 4],
    "dead_share": [1e-5, 3e-3],
    "stop_chance": 0.5,
    "stop_px": [2.0, 6.0],
    "wire_px": [1.0, 3.0],
    "shadow_chance": 0.3,
    "shadow_rows": 5,
}
RECORD: dict[str, Any] = {
    "seed": 3,
    "photons": [1e3, 1e7],
    "smooth_share": 0.5,
    "measurement": MEASUREMENT,
    "width": 4,
    "levels": 3,
    "size": 32,
    "batch": 4,
    "epochs": 2,
    "steps": 4,
    "learning_rate": 3e-3,
    "calibration": 4,
}


def hill(side: int) -> np.ndarray:
    """A smooth positive image (side, side) with a maximum, a slope, and a ring of six decades at most."""
    row, column = np.mgrid[:side, :side] / side
    radius = np.hypot(row - 0.3, column - 0.1)
    return 10.0 ** (-3 * radius) * (1.2 + np.cos(18 * radius)) + 1e-5


def untrained(seed: int = 0, scale: float = 0.0) -> Restorer:
    """A network that gives its start, or, with a scale, random corrections of that size."""
    torch.manual_seed(seed)
    network = RestorationNetwork(4, 3)
    torch.nn.init.normal_(network.unet.last.weight, std=scale)
    return Restorer(network)
