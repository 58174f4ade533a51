"""What a job would refuse after trainings is refused while the workflow is parsed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from fabio.edfimage import EdfImage
from PIL import Image

from latentlab.errors import ConfigError, FrameError
from latentlab.pipeline import user_images
from latentlab.pipeline.user_images import check_frames, check_micrographs

MICROGRAPHS = {"threshold": "otsu", "invert": False, "binning": 1}
OPTIONS = {"dataset": None, "index": 0, "mask": None, "saturation": None}


def edf(path: Path, height: int = 60, value: int = 3) -> str:
    EdfImage(data=np.full((height, 50), value, dtype=np.int32)).write(str(path))
    return str(path)


def hdf5(path: Path, **datasets: Any) -> str:
    with h5py.File(path, "w") as file:
        for name, values in datasets.items():
            file[name] = values
    return str(path)


@pytest.fixture(params=[True, False], ids=["whole", "headers"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether files count as few, and are read whole."""
    monkeypatch.setattr(user_images, "few_bytes", lambda _: request.param)
    return request.param


def test_frames_and_mask_pass(tmp_path: Path, few: bool) -> None:
    stack = hdf5(tmp_path / "stack.h5", data=np.ones((2, 60, 50), dtype=np.int32))
    check_frames([edf(tmp_path / "a.edf")], {**OPTIONS, "mask": edf(tmp_path / "mask.edf", value=0)})
    check_frames([stack], {**OPTIONS, "index": 1})
    check_frames([], OPTIONS)


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (lambda at: edf(at / "a.edf"), {"mask": "none.edf"}, "mask: none.edf: there is no such file"),
        (
            lambda at: edf(at / "a.edf"),
            {"mask": "mask.edf"},
            r"mask: mask.edf: the mask has shape \(9, 50\), the frame has \(60, 50\)",
        ),
        (lambda at: edf(at / "a.edf"), {"index": 1}, "there is no image 1; the file holds 1"),
        (lambda at: edf(at / "a.edf"), {"dataset": "data"}, "but this is no HDF5 file"),
        (lambda at: hdf5(at / "a.h5", title="gold"), {}, "found no image"),
        (
            lambda at: hdf5(at / "a.h5", data=np.ones((2, 9, 9))),
            {"index": 2},
            "there is no image 2 in '/data'",
        ),
        (lambda at: hdf5(at / "a.h5", data=np.ones((9, 9))), {"dataset": "x"}, "'/x' .* but there is none"),
    ],
)
def test_unusable_frames(
    tmp_path: Path,
    few: bool,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], str],
    options: dict[str, Any],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    edf(Path("mask.edf"), height=9)
    with pytest.raises(FrameError, match=f"^config/config.yaml: frames.*{message}"):
        check_frames([make(tmp_path)], {**OPTIONS, **options})


def test_files_that_are_no_frames(tmp_path: Path, few: bool) -> None:
    path = tmp_path / "a.cbf"
    for content in (b"", b"no image\n", b"###CBF: VERSION 1.5\n_array_data.data\n;\n"):
        path.write_bytes(content)
        with pytest.raises(FrameError, match=r"^config/config.yaml: frames.paths: .*a.cbf: not a readable"):
            check_frames([str(path)], OPTIONS)


def test_few_frames_are_read_whole(tmp_path: Path) -> None:
    with pytest.raises(FrameError, match=r"^config/config.yaml: frames: .*a.edf: every pixel is masked"):
        check_frames([edf(tmp_path / "a.edf", value=-1)], OPTIONS)


def test_micrographs(tmp_path: Path, few: bool) -> None:
    grey = np.arange(40 * 30, dtype=np.uint16).reshape(40, 30)
    paths = [tmp_path / "a.png", tmp_path / "b.tif", tmp_path / "c.tif"]
    for path, options in zip(paths, ({}, {}, {"compression": "tiff_lzw"}), strict=True):
        Image.fromarray(grey).save(path, **options)
    check_micrographs([str(path) for path in paths], 30, MICROGRAPHS, 3)
    for path in paths:
        with pytest.raises(FrameError, match=rf"paths: .*{path.name}: expected .* 31 x 31 px, found 40 x 30"):
            check_micrographs([str(path)], 31, MICROGRAPHS, 1)
        whole = path.read_bytes()
        for length in (0, 5, 9, 40, len(whole) // 2, len(whole) - 13):
            path.write_bytes(whole[:length])
            with pytest.raises(
                FrameError,
                match=rf"^config/config.yaml: micrographs.paths: .*{path.name}: not a readable PNG",
            ):
                check_micrographs([str(path)], 30, MICROGRAPHS, 1)
    (tmp_path / "d.tif").write_text("no image at all")
    with pytest.raises(FrameError, match=r"d.tif: not a readable PNG or TIFF"):
        check_micrographs([str(tmp_path / "d.tif")], 30, MICROGRAPHS, 1)


def test_micrographs_are_counted_in_tiles(tmp_path: Path, few: bool) -> None:
    paths = [str(tmp_path / name) for name in ("a.png", "b.tif")]
    for path in paths:
        Image.fromarray(np.arange(90 * 70, dtype=np.uint16).reshape(90, 70)).save(path)
    check_micrographs([], 30, MICROGRAPHS, 99)
    check_micrographs(paths, 30, MICROGRAPHS, 12)
    with pytest.raises(
        ConfigError, match=r"2 image\(s\) hold 12 tile\(s\) of 30 x 30 pixels, expected 13 or more"
    ):
        check_micrographs(paths, 30, MICROGRAPHS, 13)
    with pytest.raises(ConfigError, match=r"hold 2 tile\(s\) of 60 x 60 pixels \(.*binning 2\), expected 12"):
        check_micrographs(paths, 30, {**MICROGRAPHS, "binning": 2}, 12)


def test_few_micrographs_are_read_whole(tmp_path: Path) -> None:
    Image.fromarray(np.full((60, 60), 255, dtype=np.uint8)).save(tmp_path / "white.png")
    with pytest.raises(
        FrameError, match=r"^config/config.yaml: micrographs.paths: .*white.png: the image is constant"
    ):
        check_micrographs([str(tmp_path / "white.png")], 30, MICROGRAPHS, 1)
