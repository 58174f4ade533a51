"""Scripts of the lines study that draw a set and train on it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import h5py
import imagecodecs
import numpy as np
import pytest
import torch
from tests.unit.studies.lines.micro_vae import LINES, micro_record
from tests.unit.studies.lines.tiny_lines import script

from latentlab.errors import ArtifactError, ConfigError, TrainingError
from latentlab.microstructures import generate
from latentlab.models.resnet import ResNet
from latentlab.studies.lines.own_set import training_first
from latentlab.studies.lines.set_file import DRAWN, read_details
from latentlab.studies.lines.sets import MicrostructureSet
from latentlab.studies.lines.shares import least_images, training_images
from latentlab.studies.lines.vae_file import load_vae


def recorded(path: Path) -> str:
    """A file's path as artifacts name it."""
    return Path(os.path.relpath(path)).as_posix()


def draw(path: Path, number: int = 40, side: int = 32, seed: int = 5) -> Path:
    script("dataset")(path, [], LINES, number=number, side=side, seed=seed)
    return path


@pytest.mark.parametrize(("number", "training"), [(40, 28), (20, 14), (25, 18), (7, 5)])
def test_a_set_is_split_70_to_30_and_goes_on(tmp_path: Path, number: int, training: int) -> None:
    """Validation images are the next ones of the sequence: no image is in both by construction."""
    path = draw(tmp_path / "set.h5", number)
    expected = generate(LINES, count=number, side=32, seed=5)
    first = 0
    for split, count in (("train", training), ("validation", number - training)):
        found = MicrostructureSet(path, split)
        assert (len(found), found.side) == (count, 32)
        rows = slice(first, first + count)
        assert np.array_equal(found.images().numpy(), expected.images[rows])
        assert all(np.array_equal(found.labels[name], expected.labels[name][rows]) for name in found.labels)
        first += count


def test_equal_parameters_give_equal_bytes(tmp_path: Path) -> None:
    one, two, other = (draw(tmp_path / name, seed=seed) for name, seed in (("1", 5), ("2", 5), ("3", 6)))
    assert one.read_bytes() == two.read_bytes()
    images = [MicrostructureSet(path, "train").images() for path in (one, other)]
    assert not torch.equal(*images)


def test_a_set_says_what_it_is(tmp_path: Path) -> None:
    with h5py.File(draw(tmp_path / "set.h5")) as file:
        record = {"spec": LINES, "count": 40, "side": 32, "seed": 5}
        assert json.loads(file.attrs["record"]) == record
        assert (file.attrs["rule"], file.attrs["side"]) == ("lines_dataset", 32)


def micrograph(path: Path, height: int, width: int, seed: int) -> np.ndarray:
    """Write a PNG of two grey levels with noise; where it is dark."""
    rng = np.random.default_rng(seed)
    dark = rng.random((height, width)) < 0.3
    grey = np.where(dark, 60, 180) + rng.integers(-20, 21, (height, width))
    path.write_bytes(imagecodecs.png_encode(grey.astype(np.uint8)))
    return dark


@pytest.mark.parametrize("invert", [False, True])
def test_micrographs_are_cut_into_a_set(tmp_path: Path, invert: bool) -> None:
    paths = [tmp_path / "a.png", tmp_path / "other" / "a.png"]  # two of one name
    paths[1].parent.mkdir()
    dark = [micrograph(paths[0], 70, 100, 1), micrograph(paths[1], 32, 64, 2)]
    spec = {"threshold": "otsu", "invert": invert}
    script("dataset")(tmp_path / "set.h5", paths, spec, number=99, side=32, seed=5)
    tiles = [dark[0][y : y + 32, x : x + 32] for y in (0, 32) for x in (0, 32, 64)]
    tiles += [dark[1][:, :32], dark[1][:, 32:]]
    tiles = np.stack(tiles) if invert else ~np.stack(tiles)
    splits = [MicrostructureSet(tmp_path / "set.h5", split) for split in ("train", "validation")]
    # 4 of 6 tiles of the first image are for training, and 2 of 2 of the second, in turns
    expected = tiles[[0, 6, 1, 2, 7, 3]], tiles[[4, 5]]
    for split, wanted in zip(splits, expected, strict=True):
        assert np.array_equal(split.images().numpy(), wanted)
        np.testing.assert_allclose(split.labels["volume_fraction"], 1 - wanted.mean(axis=(1, 2)), rtol=1e-6)
    assert [split.labels["file"].tolist() for split in splits] == [[0, 1, 0, 0, 1, 0], [0, 0]]
    with h5py.File(tmp_path / "set.h5") as file:
        assert set(json.loads(file.attrs["inputs"])) == set(map(recorded, paths))
        assert json.loads(file.attrs["record"])["count"] == 8


@pytest.mark.parametrize("counts", [[10], [1] * 10, [13, 4, 1, 2], [300, 7]])
def test_every_image_is_divided_alike(counts: list[int]) -> None:
    files = np.repeat(np.arange(len(counts)), counts)
    order, training = training_first(files), training_images(len(files))
    assert sorted(order) == list(range(len(files)))
    for number, count in enumerate(counts):
        own = [tile for tile in order[:training] if files[tile] == number]
        assert abs(len(own) - 0.7 * count) <= 1
        first = int(np.searchsorted(files, number))
        assert own == list(range(first, first + len(own)))  # the last ones are for validation
    if len(counts) == 2:  # in turns, in proportion
        assert 1 <= np.count_nonzero(files[order[: training // 5]]) <= 2


def cut(path: Path, *images: Path, least: int = 4, **options: Any) -> Path:
    spec = {"threshold": "otsu", "invert": False, "binning": 1, "nm_per_pixel": None, **options}
    script("dataset")(path, list(images), spec, number=99, side=32, seed=5, least=least)
    return path


def test_binning_and_nm_per_pixel_are_in_the_set(tmp_path: Path) -> None:
    micrograph(tmp_path / "a.png", 128, 128, 1)
    with h5py.File(cut(tmp_path / "nm.h5", tmp_path / "a.png", binning=2, nm_per_pixel=2.5)) as file:
        assert (file.attrs["pixel_size"], file.attrs["pixel_size_units"]) == (5.0, "nm")
        assert file.attrs["binning"] == 2
        for axis in ("x", "y"):
            assert file[f"train/{axis}"].attrs["units"] == "nm"
            assert np.array_equal(file[f"train/{axis}"], 5.0 * np.arange(32))
        assert "Tiles of 32 px = 160 nm, a px is 2 x 2 image pixels." in file.attrs["note"]
    assert read_details(tmp_path / "nm.h5")[:2] == (5.0, "nm")
    px = cut(tmp_path / "px.h5", tmp_path / "a.png", binning=2)
    assert read_details(px)[:2] == (1.0, "px")
    with h5py.File(px) as file:
        assert file["train/x"].attrs["units"] == "px"
        assert "Tiles of 32 px, a px is 2 x 2" in file.attrs["note"]
    assert read_details(draw(tmp_path / "drawn.h5")) == DRAWN


def test_what_is_wrong_with_tiles_is_in_the_set_and_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    micrograph(tmp_path / "fine.png", 128, 128, 1)
    with h5py.File(cut(tmp_path / "fine.h5", tmp_path / "fine.png")) as file:
        assert (file.attrs["one_phase_share"], file.attrs["undecayed_share"]) == (0.0, 0.0)
        assert "Warning" not in file.attrs["note"]
    assert not caplog.records
    large = np.full((128, 128), 200, dtype=np.uint8)
    large[:, :48] = 50  # tiles: black; black and white, a straight edge; white; white
    (tmp_path / "large.png").write_bytes(imagecodecs.png_encode(large))
    with h5py.File(cut(tmp_path / "large.h5", tmp_path / "large.png")) as file:
        assert (file.attrs["one_phase_share"], file.attrs["undecayed_share"]) == (0.75, 1.0)
        note = file.attrs["note"]
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(said) == 2
    for message, part in zip(
        said, ("75 % of the tiles are all one phase", "In 100 % of the tiles"), strict=True
    ):
        assert message.startswith(f"micrographs: {part}")
        assert "use a larger binning" in message
        assert f"Warning: {message.removeprefix('micrographs: ')}" in note


def test_tiles_of_one_phase_alone_are_refused(tmp_path: Path) -> None:
    image = np.full((64, 70), 200, dtype=np.uint8)
    image[:, 66:] = 50  # to the right of the last tile
    (tmp_path / "a.png").write_bytes(imagecodecs.png_encode(image))
    with pytest.raises(
        ConfigError, match="each of the 4 tiles is all one phase, expected tiles with both; use a"
    ):
        cut(tmp_path / "set.h5", tmp_path / "a.png")
    assert not (tmp_path / "set.h5").exists()


def test_too_few_tiles(tmp_path: Path) -> None:
    micrograph(tmp_path / "a.png", 64, 63, 1)
    for least in (4, 14):
        message = rf"paths: 1 image\(s\) hold 2 tile\(s\) of 32 x 32 pixels, expected {least} or more"
        with pytest.raises(ConfigError, match=message):
            cut(tmp_path / "set.h5", tmp_path / "a.png", least=least)
    assert not (tmp_path / "set.h5").exists()


@pytest.mark.parametrize(("batch", "latent"), [(8, 9), (32, 9), (4, 1), (2, 40)])
def test_the_least_number_of_tiles_is_enough_and_one_less_is_not(batch: int, latent: int) -> None:
    least = least_images(batch, latent)

    def enough(count: int) -> bool:
        training = training_images(count)
        return training >= batch and training > latent and count - training >= 2

    assert enough(least)
    assert not any(enough(count) for count in range(least))


def train(folder: Path, data: Path, output: str = "vae.h5", **changes: Any) -> Path:
    weights = changes.get("weights")
    script("train")(
        folder / output,
        data,
        weights=[weights] if weights else [],
        checkpoint=folder / "last.ckpt",
        record=micro_record(epochs=1, **changes),
        code="c0de",
        device="cpu",
    )
    return folder / output


def test_a_training_leaves_its_vae_alone(tmp_path: Path) -> None:
    data = draw(tmp_path / "set.h5")
    found = load_vae(train(tmp_path, data))
    assert found.record == micro_record(epochs=1)
    assert [row["epoch"] for row in found.history] == [0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set.h5", "vae.h5"]
    with h5py.File(tmp_path / "vae.h5") as file:
        assert list(json.loads(file.attrs["inputs"])) == [recorded(data)]
        assert (file.attrs["rule"], file.attrs["code"]) == ("lines_train", "c0de")
    images = MicrostructureSet(data, "validation").images()
    assert found.model.reconstruct(images).shape == images.shape
    assert train(tmp_path, data, "again.h5").read_bytes() == (tmp_path / "vae.h5").read_bytes()


def test_the_weight_file_is_an_input(tmp_path: Path) -> None:
    torch.save(ResNet(18, width=4).state_dict(), tmp_path / "weights.pth")
    path = train(tmp_path, draw(tmp_path / "set.h5"), weights=str(tmp_path / "weights.pth"), frozen=True)
    with h5py.File(path) as file:
        assert recorded(tmp_path / "weights.pth") in json.loads(file.attrs["inputs"])


def test_too_few_images_to_train_on(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="a batch has 8 images, but the set has 7 for training and 3"):
        train(tmp_path, draw(tmp_path / "set.h5", number=10))
    with pytest.raises(ArtifactError, match=r"absent\.h5: there is no such file"):
        train(tmp_path, tmp_path / "absent.h5")
    assert [path.name for path in tmp_path.iterdir()] == ["set.h5"]
