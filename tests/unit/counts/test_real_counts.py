"""Real frames of a Pilatus 2M: exact, and smaller than with the codecs in use today."""

from __future__ import annotations

import os
from pathlib import Path

import fabio
import imagecodecs
import numpy as np
import pytest

from latentlab import counts
from latentlab.counts.command_line import main
from latentlab.counts.frame_file import read_frame_file


def real_frames() -> list[Path]:
    repository = Path(__file__).resolve().parents[3]
    folder = Path(os.environ.get("LATENTLAB_FRAMES", repository.parent / "shared" / "frames"))
    paths = sorted(folder.glob("p03_pilatus2m_*.cbf"))
    if not paths:
        pytest.skip(f"no real frames p03_pilatus2m_*.cbf in {folder} (set LATENTLAB_FRAMES)")
    return paths


def test_real_frames() -> None:
    for path in real_frames():
        frame = fabio.open(str(path)).data.astype(np.int32)
        data = counts.encode(frame)
        np.testing.assert_array_equal(counts.decode(data), frame)
        shuffled = imagecodecs.bitshuffle_encode(frame.tobytes(), itemsize=4)
        assert len(data) < 0.8 * len(imagecodecs.zstd_encode(shuffled, level=9))
        assert 8 * len(data) / frame.size < 1.44


def test_files_of_real_frames(tmp_path: Path) -> None:
    paths = real_frames()
    assert main(["encode", *map(str, paths), "--output", str(tmp_path)]) == 0
    for path in paths:
        original = fabio.open(str(path))
        frame = read_frame_file(tmp_path / f"{path.stem}.llc")
        assert frame.counts.dtype == original.data.dtype
        np.testing.assert_array_equal(frame.counts, original.data)
        assert frame.header == {key: str(value) for key, value in original.header.items()}
        assert 8 * (tmp_path / f"{path.stem}.llc").stat().st_size / frame.counts.size < 1.44
