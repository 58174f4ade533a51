"""A user's own images: files are read, atoms found, and each mistake has its sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tifffile

from latentlab.errors import ConfigError, FrameError
from latentlab.pipeline.configuration import load_yaml
from latentlab.studies.microscopy.atoms.columns import Columns, lattice_points
from latentlab.studies.microscopy.atoms.image_files import read_images
from latentlab.studies.microscopy.atoms.image_formation import Microscope, scanned
from latentlab.studies.microscopy.atoms.metric_names import set_metrics
from latentlab.studies.microscopy.atoms.own_images import check_images, draw_own, own_frames
from latentlab.studies.microscopy.atoms.own_runs import OWN, RUN, own_runs, with_own_images
from latentlab.studies.registries import load

SIZES = {"patches": 60}


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    x, y, _, _ = lattice_points((9.3, 1.1), (-1.1, 9.3), 144, 10)
    microscope = Microscope(dose=200, background=0.1)
    return scanned(Columns(x, y, np.ones(len(x))), 144, microscope, np.random.default_rng(0))[0]


@pytest.fixture
def options(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "config.yaml")["atoms"]


def stored(folder: Path, name: str, image: np.ndarray) -> Path:
    path = folder / name
    if path.suffix in (".tif", ".tiff"):
        tifffile.imwrite(path, image.astype(np.float32), photometric="minisblack")
    elif path.suffix == ".npy":
        np.save(path, image)
    else:
        with h5py.File(path, "w") as file:
            if path.suffix == ".hspy":
                file["Experiments/sample/data"] = image
                file["Experiments/sample/original_metadata/calibration"] = np.zeros((5, 5))
            else:
                file["entry/data/image"] = image
    return path


@pytest.mark.parametrize("suffix", [".tif", ".npy", ".h5", ".hspy"])
def test_images_and_stacks_of_each_format_are_read(tmp_path: Path, counts: np.ndarray, suffix: str) -> None:
    image = read_images(stored(tmp_path, f"one{suffix}", counts))
    np.testing.assert_array_equal(image, counts[None])
    stack = np.stack([counts, counts[::-1], counts.T, counts + 1])
    np.testing.assert_array_equal(read_images(stored(tmp_path, f"stack{suffix}", stack)), stack)


@pytest.mark.parametrize(
    ("name", "image", "message"),
    [
        (
            "small.npy",
            np.random.default_rng(0).random((40, 90)),
            r"small\.npy: expected images of at least 64 x 64",
        ),
        ("flat.npy", np.ones((80, 80)), r"flat\.npy: the image is constant"),
        ("gaps.npy", np.full((80, 80), np.nan), r"gaps\.npy: 100% of the values are not finite"),
        ("many.npy", np.zeros((65, 64, 64)), r"many\.npy: expected a stack of at most 64 images, found 65"),
        ("deep.npy", np.zeros((2, 2, 64, 64)), r"deep\.npy: expected an image or a stack"),
        ("text.npy", np.array(["a"]), r"text\.npy: expected numbers"),
    ],
)
def test_what_is_no_image_is_refused(tmp_path: Path, name: str, image: np.ndarray, message: str) -> None:
    with pytest.raises(FrameError, match=message):
        read_images(stored(tmp_path, name, image))


def test_damaged_and_missing_files_are_refused(tmp_path: Path) -> None:
    for name in ("a.tif", "a.npy", "a.hspy"):
        (tmp_path / name).write_bytes(b"II*\x00nothing")
        with pytest.raises(FrameError, match=rf"a\{name[1:]}: "):
            read_images(tmp_path / name)
    with pytest.raises(FrameError, match="there is no such file"):
        read_images(tmp_path / "b.tif")


def test_atoms_of_an_image_become_patches(
    tmp_path: Path, counts: np.ndarray, options: dict[str, Any]
) -> None:
    path = stored(tmp_path, "lattice.tif", counts)
    check_images([str(path)], options)
    drawn = draw_own(options, SIZES, 1, [path])
    side = drawn.test.images.shape[-1]
    assert side == 2 * round(2.6 * drawn.summary["atoms_spacing_px"] / 2)
    assert drawn.summary["atoms_found"] == pytest.approx(144**2 / 87.7, rel=0.1)
    assert len(drawn.train) == 60
    assert len(drawn.test) > 100
    centre = drawn.test.images[:, 0, side // 2 - 1 : side // 2 + 1, side // 2 - 1 : side // 2 + 1].mean()
    assert centre > 1.5 * drawn.test.images.mean()
    assert set(drawn.summary) == set_metrics({"kind": "lattice", "scene": "own"})


def test_dark_atoms_are_found_if_inverted(
    tmp_path: Path, counts: np.ndarray, options: dict[str, Any]
) -> None:
    path = stored(tmp_path, "dark.npy", counts.max() - counts)
    bright = draw_own({**options, "invert": True}, SIZES, 1, [path])
    assert bright.summary["atoms_spacing_px"] == pytest.approx(9.36, rel=0.05)
    np.testing.assert_array_equal(own_frames([path], {**options, "invert": True})[0], counts - counts.max())


def test_images_that_do_not_do_are_refused_with_the_key(
    tmp_path: Path, counts: np.ndarray, options: dict[str, Any]
) -> None:
    noise = stored(tmp_path, "noise.npy", np.random.default_rng(0).random((96, 96)))
    with pytest.raises(FrameError, match=r"config\.yaml: atoms\.paths: .*noise\.npy: no atoms were found"):
        draw_own(options, SIZES, 1, [noise])
    whole = stored(tmp_path, "whole.npy", counts)
    with pytest.raises(ConfigError, match=r"atoms: only \d+ patches of 48 px .* expected at least 50"):
        draw_own({**options, "patch": 48, "spacing": 24}, SIZES, 1, [whole])
    with pytest.raises(ConfigError, match=r"atoms\.patch: expected at most a third of the image \(48 px\)"):
        draw_own({**options, "patch": 60}, SIZES, 1, [whole])
    other = stored(tmp_path, "other.npy", counts[:100])
    with pytest.raises(
        ConfigError, match=r"expected images of one shape, found 144 x 144 px .* and 100 x 144"
    ):
        check_images([str(whole), str(other)], options)


def test_paths_alone_bring_the_run_its_table_and_figure(
    repository: Path, tmp_path: Path, counts: np.ndarray
) -> None:
    config = load_yaml(repository / "config" / "config.yaml") | {"scale": "tiny"}
    _, _, study, records = load(repository, config, "microscopy")
    assert RUN not in records
    assert OWN not in study["sets"]
    config["atoms"] = {**config["atoms"], "paths": [str(stored(tmp_path, "own.npy", counts))]}
    _, _, study, records = load(repository, config, "microscopy")
    assert own_runs(records) == [RUN]
    assert study["tables"][OWN]["rows"]
    assert study["figures"][OWN]["run"] == RUN


def test_the_names_of_own_outputs_are_kept(options: dict[str, Any]) -> None:
    study = {"sets": {}, "runs": {RUN: {}}, "tables": {}, "figures": {}}
    assert with_own_images(study, options, "s.yaml") == study
    with pytest.raises(ConfigError, match=r"s\.yaml: runs\.own-rvae: this name is kept for your own images"):
        with_own_images(study, {**options, "paths": ["a.tif"]}, "s.yaml")
