"""Real frames of a Pilatus 2M: read, beam found, cropped to the simulated region."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from latentlab.frames import find_beam, read_frame, to_grid


def real_frames() -> list[Path]:
    repository = Path(__file__).resolve().parents[3]
    folder = Path(os.environ.get("LATENTLAB_FRAMES", repository.parent / "shared" / "frames"))
    found = sorted(folder.glob("p03_pilatus2m_*.cbf"))
    if not found:
        pytest.skip(f"no real frames p03_pilatus2m_*.cbf in {folder} (set LATENTLAB_FRAMES)")
    return found


def test_real_frames() -> None:
    for path in real_frames():
        frame = read_frame(path)
        assert frame.counts.shape == (1679, 1475)
        assert (frame.counts == -1).mean() == pytest.approx(0.0797, abs=1e-4)
        assert (frame.counts == -2).sum() == 484
        assert 0 < frame.mask.sum() - (frame.counts < 0).sum() < 10  # a few above Count_cutoff
        horizon_row, beam_column = find_beam(frame)
        assert 1198 <= horizon_row <= 1206
        assert 789 <= beam_column <= 795
        # The specular beam at alpha_i = 0.4 deg, seen beside its stop, 2455 mm away: an independent check.
        usable = np.where(frame.mask, 0, frame.counts)[1085:1120, 770:810]
        specular_row = 1085 + int(usable.max(axis=1).argmax())
        assert np.rad2deg((horizon_row - specular_row) * 0.172 / 2455) == pytest.approx(0.4, abs=0.03)
        image, mask, _ = to_grid(frame, horizon_row=horizon_row, beam_column=beam_column)
        assert image.shape == (256, 256)
        assert 0.06 < mask.mean() < 0.09
        assert 7 <= image[:40, 60:90].mean(axis=1).argmax() <= 27  # the Yoneda band
