"""Pictures to measure."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data


@pytest.fixture(scope="session")
def photographs() -> np.ndarray:
    """Sixteen parts of a photograph, float32 (16, 3, 64, 64), 0 to 1."""
    image = data.astronaut()[:256, :256].transpose(2, 0, 1).astype(np.float32) / 255
    return image.reshape(3, 4, 64, 4, 64).transpose(1, 3, 0, 2, 4).reshape(16, 3, 64, 64).copy()
