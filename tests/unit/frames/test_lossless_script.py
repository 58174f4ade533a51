"""The script that compresses a user's frame without loss: which image, with which mask."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import h5py
import numpy as np
import pytest
from fabio.edfimage import EdfImage

from latentlab.counts.frame_file import read_frame_file
from latentlab.errors import FrameError


@pytest.fixture(scope="module")
def script(repository: Path) -> ModuleType:
    path = repository / "workflow" / "scripts" / "frames" / "lossless.py"
    spec = importlib.util.spec_from_file_location("lossless_script", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_one_image_of_a_stack_with_a_mask(script: ModuleType, tmp_path: Path) -> None:
    stack = np.random.default_rng(0).poisson(5, (3, 20, 10)).astype(np.uint32)
    with h5py.File(tmp_path / "run7.h5", "w") as file:
        file["entry/data"] = stack
        file["entry/other"] = stack
    mask = np.zeros((20, 10), np.uint8)
    mask[4] = 1
    EdfImage(data=mask).write(str(tmp_path / "mask.edf"))
    path = tmp_path / "run7.llc"
    script.lossless(path, tmp_path / "run7.h5", [tmp_path / "mask.edf"], "entry/data", 2)
    frame = read_frame_file(path)
    np.testing.assert_array_equal(frame.counts, stack[2])
    np.testing.assert_array_equal(frame.mask, mask != 0)
    assert frame.source == "run7.h5::/entry/data[2]"
    with pytest.raises(FrameError, match="no image 3"):
        script.lossless(tmp_path / "other.llc", tmp_path / "run7.h5", [], "entry/data", 3)
    assert not (tmp_path / "other.llc").exists()
