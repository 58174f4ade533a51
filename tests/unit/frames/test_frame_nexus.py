"""Restored frames are NeXus and can be read back."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from latentlab.artifacts import read_artifact, record_of
from latentlab.frames import Frame, GridCrop, read_frame, write_restored


def restored_arguments(crop: GridCrop) -> dict:
    rng = np.random.default_rng(1)
    measured = rng.poisson(9.0, (4, 4)).astype(np.float32)
    return {
        "frame": Frame(np.ones((40, 40), dtype=int), np.zeros((40, 40), bool), {"Tau": "199 ns"}, "a.cbf"),
        "crop": crop,
        "measured": measured,
        "mask": measured < 5,
        "restored": measured + 1,
        "bitstream": b"\x00latent\xff",
        "fails": measured > 12,
        "verdict": "restoration fails: 31 % of the counts are restored",
        "summary": {"counts_share": 0.31},
        "record": {"codec": "attention"},
    }


def test_restored_frames_are_nexus(tmp_path: Path) -> None:
    crop = GridCrop(slice(23, 31), slice(5, 13), 2)
    arguments = restored_arguments(crop)
    path = tmp_path / "restored.h5"
    write_restored(path, **arguments)
    shapes = {"measured/counts": (4, 4), "restored/counts": (4, 4), "measured/mask": (4, 4)}
    with read_artifact(path, kind="restored-frame", datasets=shapes) as file:
        for name in ("measured", "restored"):
            np.testing.assert_array_equal(file[name]["counts"], arguments[name])
            np.testing.assert_array_equal(file[name]["mask"], arguments["mask"])
            assert file[name].attrs["NX_class"] == "NXdata"
            assert file[name].attrs["signal"] == "counts"
            assert list(file[name].attrs["axes"]) == ["row", "column"]
        np.testing.assert_array_equal(file["restored/row"], crop.row_centres())
        assert file["restored/row"].attrs["units"] == "pixel"
        assert file["bitstream"][()].tobytes() == arguments["bitstream"]
        assert json.loads(file["header"].asstr()[()]) == {"Tau": "199 ns"}
        assert json.loads(file.attrs["crop"])["rows"] == [23, 31]
        assert file.attrs["source"] == "a.cbf"
        np.testing.assert_array_equal(file["restored/fails"], arguments["fails"])
        assert file.attrs["verdict"] == arguments["verdict"]
        assert json.loads(file.attrs["summary"]) == {"counts_share": 0.31}
        assert record_of(file) == {"codec": "attention"}
    np.testing.assert_array_equal(read_frame(path).counts, arguments["restored"])  # the default signal
    first = path.read_bytes()
    write_restored(path, **arguments)
    assert path.read_bytes() == first


def test_axes_in_degrees_where_the_geometry_is_known(tmp_path: Path) -> None:
    arguments = restored_arguments(GridCrop(slice(23, 31), slice(5, 13), 2))
    write_restored(tmp_path / "restored.h5", **arguments, distance_mm=2455.0, pixel_mm=0.172)
    with h5py.File(tmp_path / "restored.h5") as file:
        assert list(file["restored"].attrs["axes"]) == ["alpha_f", "two_theta_f"]
        assert file["restored/alpha_f"].attrs["units"] == "deg"
        expected = np.rad2deg(np.arctan(np.array([0.5, 2.5, 4.5, 6.5]) * 0.172 / 2455))
        np.testing.assert_allclose(file["restored/alpha_f"], expected)
        np.testing.assert_allclose(file["restored/two_theta_f"], expected)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"restored": np.zeros((3, 4))}, r"restored has shape \(3, 4\), expected \(4, 4\)"),
        ({"mask": np.zeros((4, 5))}, r"mask has shape \(4, 5\)"),
        ({"fails": np.zeros((4, 5))}, r"fails has shape \(4, 5\)"),
        ({"distance_mm": 2455.0}, "give both distance_mm and pixel_mm"),
    ],
)
def test_write_restored_refuses(tmp_path: Path, change: dict, message: str) -> None:
    arguments = {**restored_arguments(GridCrop(slice(23, 31), slice(5, 13), 2)), **change}
    with pytest.raises(ValueError, match=message):
        write_restored(tmp_path / "restored.h5", **arguments)
    assert not list(tmp_path.iterdir())
