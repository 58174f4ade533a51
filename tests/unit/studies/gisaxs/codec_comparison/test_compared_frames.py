"""Frames for the lossless comparison: every pixel as the file has it, and the script's artifact."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import h5py
import numpy as np
import pytest

from latentlab.errors import FrameError
from latentlab.studies.gisaxs.codec_comparison.comparison_file import read_comparison
from latentlab.studies.gisaxs.codec_comparison.frames import whole_frame
from latentlab.studies.gisaxs.codec_comparison.lossless import COUNTS, lossless_codecs


def write(path: Path, counts: np.ndarray) -> Path:
    with h5py.File(path, "w") as file:
        file["counts"] = counts
    return path


def frame() -> np.ndarray:
    counts = np.random.default_rng(0).poisson(1.5, (40, 50)).astype(np.int32)
    counts[10:12], counts[3, 4], counts[5, 5] = -1, -2, 4_194_300
    return counts


def test_masks_keep_their_values(tmp_path: Path) -> None:
    np.testing.assert_array_equal(whole_frame(write(tmp_path / "frame.h5", frame())), frame())


def test_unsigned_counts_keep_their_bits(tmp_path: Path) -> None:
    found = whole_frame(write(tmp_path / "frame.h5", frame().view(np.uint32)))
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, frame())


def test_fractions_of_photons_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "frame.h5", frame().astype(np.float32))
    with pytest.raises(FrameError, match="expected integers of at most 32 bits"):
        whole_frame(path)


def load_script(repository: Path) -> ModuleType:
    path = repository / "workflow/scripts/gisaxs/compare_on_frames.py"
    spec = importlib.util.spec_from_file_location("compare_on_frames_script", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_codec_stands_in_the_artifact(tmp_path: Path, repository: Path) -> None:
    path = write(tmp_path / "frame.h5", frame())
    script = load_script(repository)
    script.compare_on_frames(tmp_path / "comparison.h5", [path], None, 0)
    rows = read_comparison(tmp_path / "comparison.h5", "lossless")
    assert set(rows["codec"]) == set(lossless_codecs())
    assert (rows["bits_per_pixel"] < 32).all()
    np.testing.assert_allclose(rows["bits_per_pixel"], 8 * rows["file_bytes"] / frame().size)


def test_ours_codes_real_frames_in_fewer_bits_than_bitshuffle(repository: Path) -> None:
    folder = Path(os.environ.get("LATENTLAB_FRAMES", repository.parent / "shared" / "frames"))
    files = sorted(folder.glob("*.cbf"))
    if not files:
        pytest.skip(f"there are no real frames in {folder}")
    counts = np.ascontiguousarray(whole_frame(files[0])[:512, :768])
    codecs = lossless_codecs()
    ours, other = codecs[COUNTS]["default"], codecs["bitshuffle + Zstd"]["level 9"]
    data = ours.encode(counts)
    np.testing.assert_array_equal(ours.decode(data, counts.shape), counts)
    assert len(data) < len(other.encode(counts))
