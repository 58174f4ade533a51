"""Real frames of a Pilatus 2M: exact, and smaller than with the codecs in use today."""

from __future__ import annotations

import os
from pathlib import Path

import fabio
import imagecodecs
import numpy as np
import pytest

from latentlab import counts


def test_real_frames() -> None:
    repository = Path(__file__).resolve().parents[3]
    folder = Path(os.environ.get("LATENTLAB_FRAMES", repository.parent / "shared" / "frames"))
    paths = sorted(folder.glob("p03_pilatus2m_*.cbf"))
    if not paths:
        pytest.skip(f"no real frames p03_pilatus2m_*.cbf in {folder} (set LATENTLAB_FRAMES)")
    for path in paths:
        frame = fabio.open(str(path)).data.astype(np.int32)
        data = counts.encode(frame)
        np.testing.assert_array_equal(counts.decode(data), frame)
        shuffled = imagecodecs.bitshuffle_encode(frame.tobytes(), itemsize=4)
        assert len(data) < 0.8 * len(imagecodecs.zstd_encode(shuffled, level=9))
        assert 8 * len(data) / frame.size < 1.44
