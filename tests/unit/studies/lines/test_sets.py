"""Sets of microstructures as artifacts, and all images of one in memory, a bit a pixel."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.lines.micro_vae import LINES

from latentlab.artifacts import write_artifact
from latentlab.errors import ArtifactError
from latentlab.microstructures import Microstructures, generate
from latentlab.studies.lines import set_file, sets
from latentlab.studies.lines.set_file import KIND, write_split
from latentlab.studies.lines.sets import MicrostructureSet, PackedImages

COUNTS = {"train": 9, "validation": 4}


def drawn(first: int, count: int) -> Microstructures:
    return generate(LINES, count=count, side=20, seed=5, first=first)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with write_artifact(tmp_path / "set.h5", kind=KIND, rule="test", record={}) as file:
        write_split(file, "train", COUNTS["train"], 20, drawn)
        write_split(file, "validation", COUNTS["validation"], 20, lambda first, n: drawn(9 + first, n))
    return tmp_path / "set.h5"


def test_what_is_written_comes_back(path: Path) -> None:
    for split, first in (("train", 0), ("validation", 9)):
        expected = drawn(first, COUNTS[split])
        found = MicrostructureSet(path, split)
        assert (len(found), found.side) == (COUNTS[split], 20)
        images = found.images()
        assert images.dtype == torch.uint8
        assert np.array_equal(images.numpy(), expected.images)
        assert set(found.labels) == set(expected.labels)
        for name, values in expected.labels.items():
            assert np.array_equal(found.labels[name], values), name
            assert found.labels[name].dtype == values.dtype


def test_parts_of_a_set(path: Path) -> None:
    found = MicrostructureSet(path, "train")
    images = found.images()
    assert torch.equal(found.images(2, 5), images[2:5])
    assert torch.equal(found.images(7), images[7:])
    assert torch.equal(torch.cat(list(found.blocks())), images)
    assert torch.equal(torch.cat(list(found.blocks(4))), images[:4])
    assert torch.equal(torch.cat(list(found.blocks(99))), images)


def test_blocks_change_nothing(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither those that are written, nor those that are read."""
    for module in (set_file, sets):
        monkeypatch.setattr(module, "BLOCK", 4)
    asked: list[tuple[int, int]] = []

    def watched(first: int, count: int) -> Microstructures:
        asked.append((first, count))
        return drawn(first, count)

    with write_artifact(tmp_path / "blocks.h5", kind=KIND, rule="test", record={}) as file:
        write_split(file, "train", 9, 20, watched)
    assert asked == [(0, 4), (4, 4), (8, 1)]
    blocks, whole = MicrostructureSet(tmp_path / "blocks.h5", "train"), MicrostructureSet(path, "train")
    assert [len(block) for block in blocks.blocks()] == [4, 4, 1]
    assert [len(block) for block in blocks.blocks(6)] == [4, 2]
    assert torch.equal(blocks.images(), whole.images())
    assert all(np.array_equal(blocks.labels[name], whole.labels[name]) for name in whole.labels)
    assert torch.equal(PackedImages(blocks)[list(range(9))], whole.images().float())


def test_viewers_find_the_images(path: Path) -> None:
    with h5py.File(path) as file:
        assert file.attrs["default"] == "train"
        assert (file["train"].attrs["signal"], list(file["train"].attrs["axes"])) == (
            "image",
            ["n", "y", "x"],
        )
        assert file["train/image"].attrs["long_name"] == "0 inclusions (lines), 1 matrix"
        assert file["train/x"].attrs["units"] == "px"
        assert json.loads(file.attrs["inputs"]) == {}


def test_what_is_no_set(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"set\.h5: dataset 'test/image' is missing"):
        MicrostructureSet(path, "test")
    with pytest.raises(ArtifactError, match=r"absent\.h5: there is no such file"):
        MicrostructureSet(tmp_path / "absent.h5", "train")
    with h5py.File(path, "a") as file:
        file.attrs["kind"] = "patterns"
    with pytest.raises(
        ArtifactError, match="expected an artifact of kind 'microstructures', found 'patterns'"
    ):
        MicrostructureSet(path, "train")


class Blocks:
    """Images of any side, in blocks of 3."""

    def __init__(self, images: torch.Tensor) -> None:
        self.images, self.side = images, images.shape[-1]

    def blocks(self) -> tuple[torch.Tensor, ...]:
        return self.images.split(3)


@given(side=st.integers(1, 35), count=st.integers(1, 8), seed=st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_packed_images_are_the_images(side: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    images = torch.from_numpy(rng.integers(0, 2, (count, side, side), dtype=np.uint8))
    packed = PackedImages(Blocks(images))
    assert len(packed) == count
    indices = rng.integers(0, count, 5).tolist()
    assert packed[indices].dtype == torch.float32
    assert torch.equal(packed[indices], images[indices].float())


@pytest.mark.parametrize(("side", "bytes_a_row"), [(224, 28), (32, 4), (20, 3)])
def test_a_pixel_takes_a_bit(side: int, bytes_a_row: int) -> None:
    packed = PackedImages(Blocks(torch.ones(6, side, side, dtype=torch.uint8)))
    assert packed._packed.nbytes == 6 * side * bytes_a_row
