"""Which files of a folder are taken for US3D's, and what is said of those that are missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.unit.studies.landcover.us3d.tiny_us3d import SITES

from latentlab.errors import ConfigError
from latentlab.studies.landcover.us3d.folder import check_bands_of_runs, us3d_files, us3d_images

KINDS = ("RGB", "CLS", "AGL", "MSI")


def _names(kinds: tuple[str, ...] = KINDS, views: tuple[str, ...] = ("001", "002")) -> list[str]:
    return [f"{'_'.join(site)}_{view}_{kind}.tif" for site in SITES for view in views for kind in kinds]


def _folder(path: Path, names: list[str]) -> str:
    for name in names:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).touch()
    return str(path)


def test_without_a_folder_there_are_no_files() -> None:
    assert us3d_files(None) == []


def test_finds_all_images_in_subfolders_and_ignores_other_files(tmp_path: Path) -> None:
    inside = [f"Train-Track1-{name[-7:-4]}/{name}" for name in _names()]
    others = ["notes.txt", "JAX_004_001_006_LEFT_RGB.tif", "JAX_004_001_DSM.tif", "._JAX_004_001_RGB.tif"]
    found = us3d_files(_folder(tmp_path, inside + others))
    assert found == sorted(tmp_path / name for name in inside)


def test_expands_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    _folder(tmp_path / "us3d", _names())
    assert len(us3d_files("~/us3d")) == len(_names())


def test_bands_may_be_missing_altogether(tmp_path: Path) -> None:
    found = us3d_files(_folder(tmp_path, _names(("RGB", "CLS", "AGL"))))
    assert {file.name[-7:-4] for file in found} == {"RGB", "CLS", "AGL"}


def test_leaves_out_images_that_the_contest_gave_no_labels_and_heights_of(tmp_path: Path) -> None:
    validation = ["Validate-Track1/JAX_501_003_RGB.tif", "Validate-Track1/JAX_501_003_MSI.tif"]
    found = us3d_files(_folder(tmp_path, _names() + validation))
    assert len(found) == len(_names())
    assert not any("501" in file.name for file in found)


def test_labels_and_heights_without_colours_are_no_image() -> None:
    files = [Path(name) for name in [*_names(), "JAX_400_001_CLS.tif", "JAX_400_001_AGL.tif"]]
    assert len(us3d_images(files)) == 2 * len(SITES)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda names: [], "hold images of US3D; expected files named .* JAX_004_006_RGB.tif"),
        (lambda names: ["readme.md", "photo_RGB.tif"], "neither the folder nor its subfolders hold images"),
        (
            lambda names: [name for name in names if "_RGB" not in name],
            "no file is named _RGB.tif; expected JAX_004_006_RGB.tif",
        ),
        (
            lambda names: [name for name in names if name != "JAX_017_002_AGL.tif"],
            "'.*JAX_017_002_CLS.tif' is there, but not JAX_017_002_AGL.tif; expected both",
        ),
        (
            lambda names: [name for name in names if name != "OMA_212_001_CLS.tif"],
            "'.*OMA_212_001_AGL.tif' is there, but not OMA_212_001_CLS.tif",
        ),
        (
            lambda names: [name for name in names if "CLS" not in name and "AGL" not in name],
            "none of the 12 images has labels and heights; expected the files _CLS.tif and _AGL.tif",
        ),
        (
            lambda names: [name for name in names if name != "JAX_163_002_MSI.tif"],
            "1 of 12 images have no bands, the first missing file is JAX_163_002_MSI.tif; expected",
        ),
        (
            lambda names: [name for name in names if name.startswith("JAX")],
            "images with labels and heights of 0 sites named OMA_...; expected at least 3 sites of each city",
        ),
        (
            lambda names: [name for name in names if "JAX_004" not in name],
            "of 2 sites named JAX_...; expected at least 3",
        ),
        (
            lambda names: [*names, "again/OMA_004_001_RGB.tif"],
            "two files have the same name, '.*OMA_004_001_RGB.tif' and '.*again.OMA_004_001_RGB.tif'",
        ),
    ],
)
def test_says_in_one_sentence_what_is_missing(tmp_path: Path, change, message: str) -> None:
    folder = _folder(tmp_path, change(_names()))
    with pytest.raises(ConfigError) as error:
        us3d_files(folder)
    text = str(error.value)
    assert text.startswith("config/config.yaml: us3d.folder: ")
    assert re.search(message, text), text
    assert "\n" not in text


def test_a_folder_that_does_not_exist_is_named() -> None:
    message = "config/config.yaml: us3d.folder: '/nowhere/us3d': there is no such folder"
    with pytest.raises(ConfigError, match=re.escape(message)):
        us3d_files("/nowhere/us3d")


RUNS = {"plain": {"input": "rgb", "restores": "rgb"}, "drawn": {"input": "grey", "restores": "bands"}}


def test_runs_that_want_bands_need_images_with_bands(tmp_path: Path) -> None:
    without = us3d_files(_folder(tmp_path / "without", _names(("RGB", "CLS", "AGL"))))
    with pytest.raises(ConfigError, match=r"restore: drawn; expected .* in config/scales/tiny.yaml"):
        check_bands_of_runs(without, RUNS, "tiny")
    check_bands_of_runs(without, {"plain": RUNS["plain"]}, "tiny")
    check_bands_of_runs(us3d_files(_folder(tmp_path / "with", _names())), RUNS, "tiny")
    check_bands_of_runs([], RUNS, "tiny")
