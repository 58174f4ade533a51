"""Damaged frames, truncated or altered: refused in one sentence, never read wrongly, and none hangs."""

from __future__ import annotations

import signal
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest
from fabio.cbfimage import CbfImage
from fabio.edfimage import EdfImage
from fabio.tifimage import TifImage
from PIL import Image

from latentlab.errors import FrameError
from latentlab.frames import frame_layout, read_frame
from latentlab.frames.bounded_file import BoundedFile

COUNTS = np.random.default_rng(3).poisson(3.0, (60, 50)).astype(np.int32)


@pytest.fixture(autouse=True)
def no_reader_hangs() -> Iterator[None]:
    """A reader that hangs ends the test after a minute (long, for a busy machine)."""
    signal.signal(signal.SIGALRM, lambda *_: pytest.fail("a reader hangs"))
    signal.alarm(60)
    yield
    signal.alarm(0)


def write_hdf5(path: Path, library: str | None = None) -> None:
    with h5py.File(path, "w", libver=library) as file:
        file["entry/data/counts"] = COUNTS


WRITERS: dict[str, Callable[[Path], object]] = {
    "frame.cbf": lambda path: CbfImage(data=COUNTS).write(str(path)),
    "frame.edf": lambda path: EdfImage(data=COUNTS).write(str(path)),
    "frame.tif": lambda path: TifImage(data=COUNTS).write(str(path)),
    "strips.tif": lambda path: Image.fromarray(COUNTS.astype(np.uint16)).save(path, tiffinfo={278: 7}),
    "packed.tif": lambda path: Image.fromarray(COUNTS.astype(np.uint16)).save(path, compression="tiff_lzw"),
    "big.tif": lambda path: Image.fromarray(COUNTS.astype(np.uint16)).save(path, big_tiff=True),
    "old.h5": write_hdf5,
    "new.h5": lambda path: write_hdf5(path, "latest"),
}


def altered(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert len(old) == len(new)
    assert content.count(old) >= 1
    path.write_bytes(content.replace(old, new, 1))


@pytest.mark.filterwarnings("ignore")  # of Pillow, of a cut TIFF
@pytest.mark.parametrize("name", WRITERS)
def test_truncated_frames(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    whole = path.read_bytes()
    np.testing.assert_array_equal(read_frame(path).counts, COUNTS)
    assert frame_layout(path).shape == COUNTS.shape
    lengths = [0, 1, 4, 9, 40, 130, 300, 420, 511, 513, 700, 1000, len(whole) // 2, len(whole) - 300]
    for length in lengths:
        path.write_bytes(whole[:length])
        for read in (read_frame, frame_layout):
            with pytest.raises(FrameError, match=rf"^[^\n]*{name}: [^\n]*$"):
                read(path)


def test_what_lies_behind_the_data_of_a_cbf_is_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "frame.cbf"
    WRITERS["frame.cbf"](path)
    path.write_bytes(path.read_bytes()[:-37])  # the marker that closes the section
    np.testing.assert_array_equal(read_frame(path).counts, COUNTS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            b"--CIF-BINARY-FORMAT-SECTION--",
            b"--CIF-BINARY-FORMAT-SECTIOM--",
            "marker of its binary section is missing",
        ),
        (b"\x0c\x1a\x04\xd5", b"\x0c\x1a\x04\xd4", "marker of its binary section is missing"),
        (b"Second-Dimension: 60", b"Second-Dimension: 61", "3000 pixels of 61 x 50"),
        (b"X-Binary-Size: ", b"X-Binary-Sizf: ", "'X-Binary-Size' in its binary section"),
        (b"X-Binary-Size: 3", b"X-Binary-Size: 9", "truncated"),
        (b"32-bit", b"33-bit", "signed 33-bit integer"),
        (b"x-CBF_BYTE_OFFSET", b"x-CBF_CANONICAL__", "compressed by x-CBF_BYTE_OFFSET"),
    ],
)
def test_altered_cbf_headers(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    path = tmp_path / "frame.cbf"
    WRITERS["frame.cbf"](path)
    altered(path, old, new)
    with pytest.raises(FrameError, match=message):
        read_frame(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"\nSize = 12000", b"\nSize = -2000", "-2000 bytes of data"),
        (b"\nSize = 12000", b"\nSize = 12 00", "SIZE is '12 00', not a whole number"),
        (b"\nSize = 12000", b"\nSize = 11000", "11000 bytes of data"),
        (b"Dim_2 = 60", b"Dim_2 = 40", "the image of .* takes 8000"),
        (b"Dim_1 = 50", b"Dim_7 = 50", "DIM_1 missing"),
        (b"SignedInteger", b"SignedJnteger", "unknown DataType"),
        (b"DataType", b"DataTypf", "DATATYPE missing"),
        (b";\nSample", b"}\nSample", "not its EDF_HeaderSize"),
        (b"}\n", b"]\n", "no end"),
    ],
)
def test_altered_edf_headers(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    path = tmp_path / "frame.edf"
    EdfImage(data=COUNTS, header={"Sample": "gold"}).write(str(path))
    altered(path, old, new)
    with pytest.raises(FrameError, match=message):
        read_frame(path)


def test_the_size_of_an_edf_has_precedence_over_its_second_name(tmp_path: Path) -> None:
    path = tmp_path / "frame.edf"
    EdfImage(data=COUNTS, header={"Sample": "gold"}).write(str(path))
    altered(path, b"EDF_BinarySize = 12000", b"EDF_BinarySize = -2000")
    np.testing.assert_array_equal(read_frame(path).counts, COUNTS)


def tag(path: Path, number: int) -> tuple[int, int]:
    """Where the value of a little-endian TIFF's tag is stored, and its value."""
    content = path.read_bytes()
    start = struct.unpack("<I", content[4:8])[0]
    for entry in range(struct.unpack("<H", content[start : start + 2])[0]):
        place = start + 2 + 12 * entry
        found, kind, _ = struct.unpack("<HHI", content[place : place + 8])
        if found == number:
            return place + 8, struct.unpack(
                "<H" if kind == 3 else "<I", content[place + 8 :][: 2 if kind == 3 else 4]
            )[0]
    raise AssertionError(f"no tag {number}")


@pytest.mark.parametrize(
    ("number", "change", "message"),
    [
        (256, -16, "12000 bytes of pixels, the image of 60 x 34 takes 8160"),
        (257, 1, "strips of 60 rows for 61 rows"),
        (258, 16 - 32, "12000 bytes of pixels"),
        (258, 1, "found 33 bits"),
        (273, 1, "truncated"),
        (273, -8, "overlap"),
        (279, -200, "11800 bytes of pixels"),
    ],
)
def test_altered_tiff_directories(tmp_path: Path, number: int, change: int, message: str) -> None:
    path = tmp_path / "frame.tif"
    WRITERS["frame.tif"](path)
    place, value = tag(path, number)
    content = bytearray(path.read_bytes())
    content[place : place + 2] = struct.pack("<H", value + change)
    path.write_bytes(content)
    with pytest.raises(FrameError, match=message):
        read_frame(path)


def test_a_tiff_that_leads_in_a_circle(tmp_path: Path) -> None:
    path = tmp_path / "frame.tif"
    WRITERS["frame.tif"](path)
    content = bytearray(path.read_bytes())
    start = struct.unpack("<I", content[4:8])[0]
    end = start + 2 + 12 * struct.unpack("<H", content[start : start + 2])[0]
    content[end : end + 4] = struct.pack("<I", start)  # the next directory is this one
    path.write_bytes(content)
    with pytest.raises(FrameError, match="form a circle"):
        read_frame(path, index=1)
    with pytest.raises(FrameError, match="not a readable image"):
        read_frame(path)  # fabio loops endlessly


def test_a_file_is_not_read_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "short"
    path.write_bytes(b"abc")
    with BoundedFile(path) as file, pytest.raises(EOFError, match="endless loop"):
        list(iter(lambda: file.read(512), b"never"))


def test_an_hdf5_heap_that_leads_in_a_circle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The HDF5 library itself loops: no exception, no signal handler ends it."""
    monkeypatch.setattr("latentlab.frames.own_process.SECONDS", 1)
    path = tmp_path / "frame.h5"
    with h5py.File(path, "w") as file:
        file["entry/data/counts"] = COUNTS
        file["entry/data"].attrs.update(NX_class="NXdata", signal="counts")
    np.testing.assert_array_equal(read_frame(path).counts, COUNTS)
    content = bytearray(path.read_bytes())
    place = content.index(b"NXdata", content.index(b"GCOL")) - 1  # of the length of that string, 8 bytes
    content[place - 7] ^= 0x40
    path.write_bytes(content)
    for read in (read_frame, frame_layout):
        with pytest.raises(FrameError, match=r"frame.h5: not a readable HDF5 file, .*damaged"):
            read(path)


def test_packed_files(tmp_path: Path) -> None:
    import gzip

    WRITERS["frame.edf"](tmp_path / "frame.edf")
    packed = gzip.compress((tmp_path / "frame.edf").read_bytes())
    (tmp_path / "frame.edf.gz").write_bytes(packed)
    np.testing.assert_array_equal(read_frame(tmp_path / "frame.edf.gz").counts, COUNTS)
    (tmp_path / "frame.edf.gz").write_bytes(packed[:-100])
    with pytest.raises(FrameError, match=r"edf.gz: not a readable image"):
        read_frame(tmp_path / "frame.edf.gz")


def test_data_in_other_hdf5_files(tmp_path: Path) -> None:
    """HDF5 leaves out a damaged linked file, and fills a virtual dataset's missing source with zeros."""
    for number in (1, 2):
        with h5py.File(tmp_path / f"data_{number}.h5", "w") as file:
            file["data"] = np.stack([COUNTS + number] * 2)
    with h5py.File(tmp_path / "master.h5", "w") as file:
        for number in (1, 2):
            file[f"entry/data_{number}"] = h5py.ExternalLink(f"data_{number}.h5", "/data")
    with h5py.File(tmp_path / "virtual.h5", "w") as file:
        layout = h5py.VirtualLayout((4, 60, 50), np.int32)
        for number in (1, 2):
            source = h5py.VirtualSource(f"data_{number}.h5", "data", (2, 60, 50))
            layout[2 * number - 2 : 2 * number] = source
        file.create_virtual_dataset("data", layout)
    np.testing.assert_array_equal(read_frame(tmp_path / "virtual.h5", index=3).counts, COUNTS + 2)
    first, second = tmp_path / "data_1.h5", tmp_path / "data_2.h5"
    first.write_bytes(first.read_bytes()[:5000])
    for read in (read_frame, frame_layout):
        with pytest.raises(FrameError, match=r"master.h5: .*truncated or damaged: '/entry/data_1'"):
            read(tmp_path / "master.h5")
        with pytest.raises(FrameError, match=r"data_1.h5, which is missing, truncated or damaged"):
            read(tmp_path / "virtual.h5", index=1)
        read(tmp_path / "virtual.h5", index=2)
        read(tmp_path / "master.h5", "entry/data_2")
    second.unlink()
    with pytest.raises(FrameError, match=r"data_2.h5, which is missing"):
        read_frame(tmp_path / "virtual.h5", index=3)
