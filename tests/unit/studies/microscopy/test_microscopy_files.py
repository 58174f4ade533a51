"""Sets and evaluations of the study as files: what is written is read, and mistakes have messages."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from latentlab.artifacts import read_summary
from latentlab.errors import ArtifactError
from latentlab.studies.microscopy.evaluation_file import read_arrays, write_evaluation
from latentlab.studies.microscopy.set_file import (
    Drawn,
    ImageSet,
    read_attributes,
    read_extra,
    read_set,
    write_set,
)

PROVENANCE = {"rule": "test", "record": {"seed": 1}}


def images(n: int, seed: int, **more: np.ndarray) -> ImageSet:
    draws = np.random.default_rng(seed).random((n, 2, 6, 5)).astype(np.float32)
    return ImageSet(draws, {"angle_rad": np.linspace(0, 1, n), "offset": np.ones((n, 2))}, **more)


@pytest.fixture
def drawn() -> Drawn:
    train = images(
        7,
        1,
        targets=np.zeros((7, 1, 9), np.float32),
        conditions=np.eye(7, 3, dtype=np.float32),
        labels=np.arange(7) % 3,
    )
    extra = {"scenes/0": np.arange(12.0).reshape(3, 4), "dose": np.array(5.0)}
    return Drawn(train, images(4, 2), extra, {"classes": ["a", "b"]}, {"reconstruction_mean_image": 0.25})


def test_a_set_comes_back_as_it_was(tmp_path: Path, drawn: Drawn) -> None:
    path = tmp_path / "set.h5"
    write_set(path, drawn, **PROVENANCE)
    for split, expected in (("train", drawn.train), ("test", drawn.test)):
        found = read_set(path, split)
        assert len(found) == len(expected)
        np.testing.assert_array_equal(found.images, expected.images)
        assert found.factors.keys() == expected.factors.keys()
        for name, values in expected.factors.items():
            np.testing.assert_array_equal(found.factors[name], values)
        for name in ("targets", "conditions", "labels"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    np.testing.assert_array_equal(read_extra(path, "scenes/0"), drawn.extra["scenes/0"])
    assert read_extra(path, "dose") == 5.0
    assert list(read_attributes(path)["classes"]) == ["a", "b"]
    assert read_summary(path) == drawn.summary


def test_the_same_set_gives_the_same_bytes(tmp_path: Path, drawn: Drawn) -> None:
    for name in ("a.h5", "b.h5"):
        write_set(tmp_path / name, drawn, **PROVENANCE)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_viewers_find_the_images(tmp_path: Path, drawn: Drawn) -> None:
    path = tmp_path / "set.h5"
    write_set(path, drawn, **PROVENANCE)
    with h5py.File(path) as file:
        group = file[file.attrs["default"]]
        assert group[group.attrs["signal"]].shape == (7, 2, 6, 5)
        assert [len(group[axis]) for axis in group.attrs["axes"]] == [7, 2, 6, 5]


def test_a_missing_array_is_named(tmp_path: Path, drawn: Drawn) -> None:
    path = tmp_path / "set.h5"
    write_set(path, drawn, **PROVENANCE)
    with pytest.raises(ArtifactError, match=r"'extra/scenes/1' is missing; the set has .*scenes/0"):
        read_extra(path, "scenes/1")
    write_evaluation(tmp_path / "evaluation.h5", {"a": 1.0}, {"z": np.ones((2, 3))}, **PROVENANCE)
    with pytest.raises(ArtifactError, match="'arrays/y' is missing"):
        read_arrays(tmp_path / "evaluation.h5", "z", "y")
    with pytest.raises(ArtifactError, match="microscopy-set"):
        read_set(tmp_path / "evaluation.h5", "train")


def test_an_evaluation_comes_back_as_it_was(tmp_path: Path) -> None:
    path, z = tmp_path / "evaluation.h5", np.arange(6).reshape(2, 3)
    write_evaluation(path, {"a": 1.5}, {"maps/z": z, "n": np.array(3)}, {"title": "so"}, **PROVENANCE)
    found, number = read_arrays(path, "maps/z", "n")
    np.testing.assert_array_equal(found, z)
    assert number == 3
    assert read_summary(path) == {"a": 1.5}
    with h5py.File(path) as file:
        assert file.attrs["title"] == "so"
