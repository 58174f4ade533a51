"""Reading frames: every format reads back, bad pixels are masked, bad input is named."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from fabio.cbfimage import CbfImage
from fabio.edfimage import EdfImage
from fabio.tifimage import TifImage

from latentlab.errors import FrameError
from latentlab.frames import number_of_images, read_frame, read_stored

CBF_HEADER = {
    "_array_data.header_convention": "PILATUS_1.2",
    "_array_data.header_contents": "# Detector: PILATUS 2M\r\n# Count_cutoff 1382835 counts\r\n",
}


def counts(height: int = 60, width: int = 50) -> np.ndarray:
    """Poisson counts with two gaps (-1), a bad pixel (-2) and a saturated one."""
    image = np.random.default_rng(3).poisson(3.0, (height, width)).astype(np.int32)
    image[20:23] = -1
    image[:, 30:32] = -1
    image[5, 7] = -2
    image[40, 10] = 4_194_300
    return image


def nexus(path: Path, image: np.ndarray, **detector: object) -> Path:
    """A NeXus file: /entry/data with signal and default, /entry/instrument/detector with what is given."""
    with h5py.File(path, "w") as file:
        file.attrs["default"] = "entry"
        entry = file.create_group("entry")
        entry.attrs.update(NX_class="NXentry", default="data")
        data = entry.create_group("data")
        data.attrs.update(NX_class="NXdata", signal="counts")
        data["counts"] = image
        entry["title"] = "gold on silicon"
        entry["distractor"] = np.ones((4, 4))
        for name, value in detector.items():
            entry[f"instrument/detector/{name}"] = value
    return path


@pytest.mark.parametrize(("writer", "suffix"), [(CbfImage, "cbf"), (EdfImage, "edf"), (TifImage, "tif")])
def test_images_read_back(tmp_path: Path, writer: type, suffix: str) -> None:
    image = counts()
    header = CBF_HEADER if writer is CbfImage else {"Sample": "gold"}
    path = tmp_path / f"frame.{suffix}"
    writer(data=image, header=header).write(str(path))
    frame = read_frame(path)
    expected = image < 0
    if writer is CbfImage:
        expected = expected | (image >= 1_382_835)  # only its header gives a count cutoff
        assert "Count_cutoff" in frame.header["_array_data.header_contents"]
    if writer is EdfImage:
        assert frame.header["Sample"] == "gold"
    np.testing.assert_array_equal(frame.counts, image)
    np.testing.assert_array_equal(frame.mask, expected)
    assert frame.mask.dtype == bool
    assert frame.source == str(path)
    assert all(isinstance(value, str) for value in frame.header.values())


def test_float_frames_mask_what_is_not_finite(tmp_path: Path) -> None:
    image = np.full((9, 8), 2.5)
    image[0, 0], image[1, 1], image[2, 2] = np.nan, np.inf, -0.5
    EdfImage(data=image).write(str(tmp_path / "frame.edf"))
    frame = read_frame(tmp_path / "frame.edf")
    assert frame.counts.dtype == np.float32
    assert np.argwhere(frame.mask).tolist() == [[0, 0], [1, 1], [2, 2]]


@pytest.mark.parametrize("kind", ["int16", "uint32", "float64"])
def test_stored_values_are_those_of_the_file(tmp_path: Path, kind: str) -> None:
    image = np.full((9, 8), np.iinfo(kind).max if kind != "float64" else np.nan, dtype=kind)
    EdfImage(data=image, header={"Sample": "gold"}).write(str(tmp_path / "frame.edf"))
    frame = read_stored(tmp_path / "frame.edf")  # no pixel is usable
    assert frame.counts.dtype == np.dtype(kind)
    np.testing.assert_array_equal(frame.counts, image)
    assert not frame.mask.any()
    assert frame.header["Sample"] == "gold"
    assert read_stored(tmp_path / "frame.edf", mask=tmp_path / "frame.edf").mask.all()


def test_stored_masks_are_those_beside_the_counts(tmp_path: Path) -> None:
    mask = np.zeros((60, 50), np.uint32)
    mask[1, 2] = 4
    path = nexus(tmp_path / "frame.h5", counts(), pixel_mask=mask)
    np.testing.assert_array_equal(read_stored(path).mask, mask != 0)


def test_images_are_counted(tmp_path: Path) -> None:
    CbfImage(data=counts(), header=CBF_HEADER).write(str(tmp_path / "one.cbf"))
    TifImage(data=counts()).write(str(tmp_path / "one.tif"))
    edf = EdfImage(data=counts())
    edf.append_frame(data=counts())
    edf.write(str(tmp_path / "two.edf"))
    nexus(tmp_path / "one.h5", counts())
    nexus(tmp_path / "three.h5", np.stack([counts()] * 3))
    numbers = {path.name: number_of_images(path) for path in tmp_path.iterdir()}
    assert numbers == {"one.cbf": 1, "one.tif": 1, "two.edf": 2, "one.h5": 1, "three.h5": 3}
    assert number_of_images(tmp_path / "three.h5", "entry/distractor") == 1
    with pytest.raises(FrameError, match=r"four\.cbf: there is no such file"):
        number_of_images(tmp_path / "four.cbf")


def test_largest_value_of_unsigned_types_is_no_count(tmp_path: Path) -> None:
    image = np.full((6, 7), 3, dtype=np.uint32)
    image[2] = 2**32 - 1
    frame = read_frame(nexus(tmp_path / "eiger.h5", image))
    assert frame.mask.all(axis=1).tolist() == [False, False, True, False, False, False]


def test_given_saturation_and_mask_file(tmp_path: Path) -> None:
    image = counts()
    CbfImage(data=image, header=CBF_HEADER).write(str(tmp_path / "frame.cbf"))
    user = np.zeros(image.shape, dtype=np.int8)
    user[50:] = 1
    EdfImage(data=user).write(str(tmp_path / "mask.edf"))
    frame = read_frame(tmp_path / "frame.cbf", saturation=6, mask=tmp_path / "mask.edf")
    np.testing.assert_array_equal(frame.mask, (image < 0) | (image >= 6) | (user != 0))
    EdfImage(data=user[:9]).write(str(tmp_path / "small.edf"))
    with pytest.raises(
        FrameError, match=r"small.edf: the mask has shape \(9, 50\), the frame has \(60, 50\)"
    ):
        read_frame(tmp_path / "frame.cbf", mask=tmp_path / "small.edf")


def test_nexus_default_signal_pixel_mask_and_header(tmp_path: Path) -> None:
    image = np.abs(counts()).astype(np.uint32)
    mask = np.zeros(image.shape, dtype=np.uint32)
    mask[20:23] = 1  # bit 0: gap
    mask[1, 1] = 2  # bit 1: dead
    path = nexus(
        tmp_path / "frame.nxs", image, pixel_mask=mask, saturation_value=1000, distance=2.455, flag=b"on"
    )
    with h5py.File(path, "a") as file:
        file["entry/instrument/detector/distance"].attrs["units"] = "m"
    frame = read_frame(path)
    np.testing.assert_array_equal(frame.counts, image)
    np.testing.assert_array_equal(frame.mask, (mask > 0) | (image >= 1000))
    assert frame.source == f"{path}::/entry/data/counts"
    assert frame.header["/entry/instrument/detector/distance"] == "2.455 m"
    assert frame.header["/entry/title"] == "gold on silicon"
    assert frame.header["/entry/instrument/detector/flag"] == "on"


def test_stacks_and_external_links(tmp_path: Path) -> None:
    stack = np.stack([counts(), counts() + 5])
    with h5py.File(tmp_path / "data_000001.h5", "w") as file:
        file["entry/data/data"] = stack
    with h5py.File(tmp_path / "master.h5", "w") as file:
        file["entry/data/data_000001"] = h5py.ExternalLink("data_000001.h5", "/entry/data/data")
        file["entry/data/data_000002"] = h5py.ExternalLink("data_000002.h5", "/entry/data/data")  # not there
        file["entry/circle"] = h5py.SoftLink("/entry")
    frame = read_frame(tmp_path / "master.h5", index=1)
    np.testing.assert_array_equal(frame.counts, stack[1])
    assert frame.source.endswith("::/entry/data/data_000001[1]")
    with pytest.raises(FrameError, match="there is no image 2 in '/entry/data/data_000001'; it holds 2"):
        read_frame(tmp_path / "master.h5", index=2)
    edf = EdfImage(data=stack[0])
    edf.append_frame(data=stack[1])
    edf.write(str(tmp_path / "stack.edf"))
    np.testing.assert_array_equal(read_frame(tmp_path / "stack.edf", index=1).counts, stack[1])
    with pytest.raises(FrameError, match=r"stack.edf: there is no image 2; the file holds 2"):
        read_frame(tmp_path / "stack.edf", index=2)


def test_signal_without_default_and_in_bytes(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "frame.h5", "w") as file:
        file["scan/detector/image"] = counts()
        file["scan/detector"].attrs["signal"] = np.bytes_("image")
        file["scan/other"] = np.ones((5, 5))
    np.testing.assert_array_equal(read_frame(tmp_path / "frame.h5").counts, counts())


def test_one_of_several_datasets_must_be_named(tmp_path: Path) -> None:
    path = tmp_path / "frame.h5"
    with h5py.File(path, "w") as file:
        file["a/first"], file["a/second"], file["a/curve"] = counts(), counts() + 1, np.arange(4)
    with pytest.raises(FrameError, match=r"more than one image .* of: '/a/first', '/a/second'"):
        read_frame(path)
    np.testing.assert_array_equal(read_frame(path, "a/second").counts, counts() + 1)
    with pytest.raises(FrameError, match=r"'/a/third'.*there is none; candidates: '/a/first', '/a/second'"):
        read_frame(path, "/a/third")
    with pytest.raises(FrameError, match=r"'/a/curve' to be an image .* it is int64 \(4,\)"):
        read_frame(path, "a/curve")


def test_images_must_have_two_dimensions(tmp_path: Path) -> None:
    from PIL import Image

    Image.fromarray(np.ones((8, 8, 3), dtype=np.uint8)).save(tmp_path / "photo.tif")
    with pytest.raises(FrameError, match=r"photo.tif: expected a numeric image of 2 dimensions"):
        read_frame(tmp_path / "photo.tif")


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.full((8, 8), -1), "every pixel is masked"),
        (np.zeros((8, 8), dtype=int), "no photon in any usable pixel"),
        (np.full((8, 8), np.nan), "every value is NaN or infinite"),
        (np.zeros((0, 8)), r"the image is empty, its shape is \(0, 8\)"),
        (np.zeros((2, 2, 8, 8)), "no image"),
        (np.arange(4), "no image"),
    ],
)
def test_frames_without_use(tmp_path: Path, image: np.ndarray, message: str) -> None:
    with h5py.File(tmp_path / "frame.h5", "w") as file:
        file["data"] = image
    with pytest.raises(FrameError, match=rf"frame.h5.*{message}"):
        read_frame(tmp_path / "frame.h5")


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # of the cut TIFF
def test_damaged_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(FrameError, match=r"none.cbf: there is no such file"):
        read_frame(tmp_path / "none.cbf")
    for writer, suffix in ((CbfImage, "cbf"), (EdfImage, "edf"), (TifImage, "tif")):
        path = tmp_path / f"frame.{suffix}"
        writer(data=counts()).write(str(path))
        whole = path.read_bytes()
        with pytest.raises(FrameError, match="was asked for, but this is no HDF5 file"):
            read_frame(path, "data")
        for length in (0, 100, len(whole) * 2 // 3):
            path.write_bytes(whole[:length])
            with pytest.raises(FrameError, match=rf"frame.{suffix}: (not a readable|the image is damaged)"):
                read_frame(path)
    path = nexus(tmp_path / "frame.h5", counts())
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(FrameError, match=r"frame.h5: not a readable HDF5 file"):
        read_frame(path)
    (tmp_path / "notes.txt").write_text("no image\n")
    with pytest.raises(FrameError, match=r"notes.txt: not a readable image"):
        read_frame(tmp_path / "notes.txt")


def test_masks_come_from_hdf5_too(tmp_path: Path) -> None:
    path = nexus(tmp_path / "frame.h5", np.full((8, 9), 3))
    with h5py.File(tmp_path / "mask.h5", "w") as file:
        file["mask"] = (np.arange(72).reshape(8, 9) < 5).astype(np.uint8)
    assert read_frame(path, mask=tmp_path / "mask.h5").mask.sum() == 5


def test_a_flipped_bit_in_a_cbf_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "frame.cbf"
    CbfImage(data=counts(), header=CBF_HEADER).write(str(path))
    content = bytearray(path.read_bytes())
    content[content.index(b"\x0c\x1a\x04\xd5") + 500] ^= 1
    path.write_bytes(content)
    with pytest.raises(FrameError, match="checksum is wrong"):
        read_frame(path)
