"""`python -m latentlab.counts`: a folder at a time, nothing replaced, and one sentence for each failure."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
from fabio.cbfimage import CbfImage
from fabio.edfimage import EdfImage

from latentlab.counts import command_line
from latentlab.counts.command_line import main
from latentlab.counts.frame_file import read_frame_file
from latentlab.frames import read_stored

HEADER = {
    "_array_data.header_convention": "PILATUS_1.2",
    "_array_data.header_contents": "# Count_cutoff 1382835 counts\r\n# Tau = 199.1e-09 s\r\n",
}


def image(seed: int = 0) -> np.ndarray:
    values = np.random.default_rng(seed).poisson(3.0, (30, 24)).astype(np.int32)
    values[10:12], values[3, 4], values[5, 6] = -1, -2, 4_194_300
    return values


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two frames, and files that are not taken."""
    inside = tmp_path / "run"
    inside.mkdir()
    CbfImage(data=image(1), header=HEADER).write(str(inside / "a.cbf"))
    EdfImage(data=image(2).astype(np.uint16), header={"Sample": "gold"}).write(str(inside / "b.edf"))
    (inside / ".hidden.cbf").write_bytes(b"")
    (inside / "notes.txt").write_text("no frame")
    return inside


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_folder_there_and_back(folder: Path, capsys: pytest.CaptureFixture) -> None:
    before = contents(folder)
    assert main(["encode", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    after = (folder / "a.llc").stat().st_size
    share = 100 * after / len(before["a.cbf"])
    assert lines[0] == (
        f"{folder}/a.cbf -> {folder}/a.llc: {len(before['a.cbf']):,} -> {after:,} bytes ({share:.1f} %), "
        f"{8 * after / 720:.2f} bits per pixel"
    )
    assert lines[2].startswith("2 written, 0 failed: ")
    assert main(["decode", str(folder), "--output", str(folder.parent / "new" / "back")]) == 0
    for name in ("a.cbf", "b.edf"):
        stored = read_stored(folder / name)
        kept = read_frame_file(folder / f"{name[0]}.llc")
        back = read_stored(folder.parent / "new" / "back" / f"{name[0]}.h5")
        assert stored.counts.dtype == kept.counts.dtype == back.counts.dtype
        np.testing.assert_array_equal(kept.counts, stored.counts)
        np.testing.assert_array_equal(back.counts, stored.counts)
        assert kept.header == stored.header
        assert kept.source == name
    assert {name: data for name, data in contents(folder).items() if not name.endswith(".llc")} == before
    assert sorted(contents(folder)) == sorted([*before, "a.llc", "b.llc"])


@pytest.mark.parametrize(
    ("kind", "suffix"), [("hdf5", "h5"), ("edf", "edf"), ("tiff", "tif"), ("npy", "npy")]
)
def test_every_format_gives_the_counts(folder: Path, tmp_path: Path, kind: str, suffix: str) -> None:
    main(["encode", str(folder)])
    assert main(["decode", str(folder), "--output", str(tmp_path), "--format", kind]) == 0
    for name, seed, dtype in (("a", 1, np.int32), ("b", 2, np.uint16)):
        path = tmp_path / f"{name}.{suffix}"
        found = np.load(path) if kind == "npy" else read_stored(path).counts
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, image(seed).astype(dtype))


def test_a_format_that_cannot_hold_the_counts_is_named(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    EdfImage(data=image().astype(np.float64)).write(str(tmp_path / "a.edf"))
    assert main(["encode", str(tmp_path / "a.edf")]) == 0
    assert main(["decode", str(tmp_path), "--format", "tiff"]) == 1
    assert "a.tif: tiff does not give float64 counts back; use hdf5" in capsys.readouterr().err
    assert not (tmp_path / "a.tif").exists()


def test_every_image_of_a_stack(tmp_path: Path) -> None:
    stack = np.stack([image(seed) for seed in range(3)]).astype(np.uint32)
    mask = np.zeros(stack.shape[1:], np.uint32)
    mask[0, :5] = 8
    path = tmp_path / "run7.h5"
    with h5py.File(path, "w") as file:
        file["entry/data"] = stack
        file["entry/other"] = stack[0]
        file["entry/pixel_mask"] = mask
        file["entry/count_time"] = 0.995
    assert main(["encode", str(path), "--dataset", "entry/data"]) == 0
    for index in range(3):
        frame = read_frame_file(tmp_path / f"run7_{index:05d}.llc")
        np.testing.assert_array_equal(frame.counts, stack[index])
        np.testing.assert_array_equal(frame.mask, mask != 0)
        assert frame.header["/entry/count_time"] == "0.995"
        assert frame.source == f"run7.h5::/entry/data[{index}]"
    assert main(["decode", str(tmp_path / "run7_00001.llc")]) == 0
    back = read_stored(tmp_path / "run7_00001.h5")
    np.testing.assert_array_equal(back.counts, stack[1])
    np.testing.assert_array_equal(back.mask, mask != 0)
    assert "count_time" in back.header["/header"]


def test_every_image_of_a_multiple_edf(tmp_path: Path) -> None:
    edf = EdfImage(data=image(0))
    edf.append_frame(data=image(1))
    edf.write(str(tmp_path / "a.edf"))
    assert main(["encode", str(tmp_path)]) == 0
    for index in range(2):
        np.testing.assert_array_equal(read_frame_file(tmp_path / f"a_{index:05d}.llc").counts, image(index))


def test_a_mask_is_kept_beside_the_counts(folder: Path, tmp_path: Path) -> None:
    mask = np.zeros((30, 24), np.uint8)
    mask[20:, 3] = 1
    EdfImage(data=mask).write(str(tmp_path / "mask.edf"))
    assert main(["encode", str(folder), "--mask", str(tmp_path / "mask.edf")]) == 0
    frame = read_frame_file(folder / "a.llc")
    np.testing.assert_array_equal(frame.mask, mask != 0)
    np.testing.assert_array_equal(frame.counts, image(1))


def test_a_frame_without_a_photon_is_compressed(tmp_path: Path) -> None:
    EdfImage(data=np.full((9, 8), -1, np.int32)).write(str(tmp_path / "dark.edf"))
    assert main(["encode", str(tmp_path)]) == 0
    assert (read_frame_file(tmp_path / "dark.llc").counts == -1).all()


def test_failures_do_not_stop_the_others(folder: Path, capsys: pytest.CaptureFixture) -> None:
    data = (folder / "a.cbf").read_bytes()
    (folder / "aa.cbf").write_bytes(data[:-300])
    EdfImage(data=np.full((9, 8), 0.5, np.float32)).write(str(folder / "ab.edf"))
    assert main(["encode", "no-such.cbf", str(folder)]) == 1
    output = capsys.readouterr()
    errors = output.err.splitlines()
    assert len(errors) == 3
    assert errors[0] == "error: no-such.cbf: there is no such file or folder"
    assert errors[1].startswith(f"error: {folder}/aa.cbf: ")
    assert "ab.edf: cannot be compressed without loss: the value 0.5 at row 0, column 0" in errors[2]
    assert output.out.splitlines()[-1].startswith("2 written, 3 failed: ")
    assert sorted(path.name for path in folder.glob("*.llc")) == ["a.llc", "b.llc"]
    assert not list(folder.glob(".*part"))


def test_damaged_and_foreign_files_are_named(folder: Path, capsys: pytest.CaptureFixture) -> None:
    main(["encode", str(folder)])
    whole = (folder / "a.llc").read_bytes()
    (folder / "b.llc").write_bytes(whole[:99] + b"!" + whole[100:])
    capsys.readouterr()
    assert main(["decode", str(folder), str(folder / "a.cbf")]) == 1
    errors = capsys.readouterr().err.splitlines()
    assert (
        errors[0]
        == f"error: {folder}/b.llc: checksum (CRC32) does not match, the file is altered or truncated"
    )
    assert errors[1] == f"error: {folder}/a.cbf: not a frame without loss, it does not begin with b'LLF'"
    assert sorted(path.name for path in folder.glob("*.h5")) == ["a.h5"]


def test_nothing_is_replaced_unless_asked(folder: Path, capsys: pytest.CaptureFixture) -> None:
    (folder / "a.llc").write_text("mine")
    assert main(["encode", str(folder)]) == 1
    assert (folder / "a.llc").read_text() == "mine"
    assert "a.llc exists already; --overwrite replaces it" in capsys.readouterr().err
    assert main(["encode", str(folder), "--overwrite"]) == 0
    np.testing.assert_array_equal(read_frame_file(folder / "a.llc").counts, image(1))


@pytest.mark.parametrize("flags", [[], ["--overwrite"]])
def test_two_inputs_never_share_an_output(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture, flags: list[str]
) -> None:
    CbfImage(data=image(5), header=HEADER).write(str(folder / "b.cbf"))
    assert main(["encode", str(folder), "--output", str(tmp_path / "out"), *flags]) == 1
    assert "b.edf: its output" in (error := capsys.readouterr().err)
    assert f"would have the same name as that of {folder}/b.cbf" in error
    np.testing.assert_array_equal(read_frame_file(tmp_path / "out" / "b.llc").counts, image(5))


def test_a_folder_without_frames_fails(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["decode", str(tmp_path)]) == 1
    output = capsys.readouterr()
    assert output.err == f"error: {tmp_path}: the folder holds no file named .llc\n"
    assert output.out == "0 written, 1 failed\n"


def test_an_output_folder_that_cannot_be_made_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture
) -> None:
    (folder / "file").write_text("")
    assert main(["encode", str(folder / "a.cbf"), "--output", str(folder / "file")]) == 1
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 1
    assert errors[0].startswith(f"error: {folder}/a.cbf: ")
    assert f"({folder}/file)" in errors[0]


def test_an_interruption_leaves_no_half_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    write = command_line.write_frame

    def interrupted(path: Path, frame: object) -> int:
        if path.name == "b.llc":
            raise KeyboardInterrupt
        return write(path, frame)

    monkeypatch.setattr(command_line, "write_frame", interrupted)
    assert main(["encode", str(folder)]) == 130
    assert "interrupted: 1 outputs are complete" in capsys.readouterr().err
    assert sorted(contents(folder)) == [".hidden.cbf", "a.cbf", "a.llc", "b.edf", "notes.txt"]


def test_ctrl_c_ends_a_real_process_cleanly(tmp_path: Path, repository: Path) -> None:
    CbfImage(data=image(), header=HEADER).write(str(tmp_path / "first.cbf"))
    stack = tmp_path / "second.h5"
    with h5py.File(stack, "w") as file:
        file["data"] = np.random.default_rng(0).poisson(9, (200, 300, 300)).astype(np.int32)
    process = subprocess.Popen(
        [sys.executable, "-m", "latentlab.counts", "encode", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(repository / "workflow")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "second_00001.llc").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "interrupted: " in errors
    assert "Traceback" not in errors
    made = {path.name for path in tmp_path.iterdir()} - {"first.cbf", "second.h5"}
    assert {"first.llc", "second_00000.llc"} <= made
    for name in made:
        read_frame_file(tmp_path / name)  # every file is whole, and nothing else is left
