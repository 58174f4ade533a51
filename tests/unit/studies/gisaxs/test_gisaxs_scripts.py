"""Scripts that simulate the libraries and combine them: called one after another, on a small grid."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import yaml
from tests.unit.studies.gisaxs.tiny_space import CROP, ROOT, experiment, script

from latentlab.artifacts import read_summary, write_artifact
from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.compression.codec_file import load_codec
from latentlab.studies.gisaxs.compression.plain_loop import train_codec_plainly
from latentlab.studies.gisaxs.factor_libraries import Libraries
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.gisaxs.metric_names import PATTERN_METRICS
from latentlab.studies.gisaxs.patterns import StoredPatterns
from latentlab.studies.gisaxs.simulation import COLUMNS, small_set
from latentlab.training.checkpoint import fingerprint

BINNING = 4
STUDY: dict[str, Any] = yaml.safe_load((ROOT / "config" / "gisaxs.yaml").read_text())
OTHER = [3.14, 0.25, 10.0, 0.15]  # no pattern of the small set
CODE = "c0de"


def simulate(folder: Path, library: str, singles: Sequence[Sequence[float]]) -> dict[str, Path]:
    """Both libraries, by the names that scripts take them under."""
    paths = {name: folder / f"{name}.h5" for name in ("form_factors", "structure_factors")}
    for name, path in paths.items():
        function = getattr(script(name), name)
        function(path, experiment(), library=library, singles=singles, large=1, code=CODE)
    return paths


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The libraries that the small set needs, and no example."""
    return simulate(tmp_path_factory.mktemp("data"), "needed", [])


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Libraries of patterns that are named one by one."""
    singles = [*STUDY["examples"], OTHER, *STUDY["patterns"].values()]
    return simulate(tmp_path_factory.mktemp("shown"), "singles", singles)


@pytest.fixture(scope="module")
def small(data: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    script("gaps").gaps(folder / "gaps.h5", experiment(), {**STUDY["detector"], "binning": 1}, code=CODE)
    script("small_set").small(
        folder / "small.h5",
        **data,
        gaps=folder / "gaps.h5",
        crop=CROP,
        binning=BINNING,
        raw_mean_square=STUDY["raw_mean_square"],
        code=CODE,
    )
    return folder / "small.h5"


@pytest.fixture(scope="module")
def examples(shown: dict[str, Path], small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("examples") / "examples.h5"
    script("examples").examples(path, **shown, small=small, examples=[*STUDY["examples"], OTHER], code=CODE)
    return path


def row_of(patterns: StoredPatterns, wanted: Sequence[float]) -> int:
    (row,) = np.flatnonzero((patterns.parameters.round(6) == wanted).all(axis=1))
    return int(row)


def test_the_small_set_is_table_4_1_and_no_example(small: Path) -> None:
    table = small_set()
    for name in ("train", "test"):
        expected = table.loc[table.split == name, COLUMNS].to_numpy()
        np.testing.assert_array_equal(StoredPatterns(small, name).parameters, expected)
    with h5py.File(small) as file:
        assert set(file) == {"gaps", "train", "test"}
        assert "examples" not in json.loads(file.attrs["record"])


def test_examples_are_the_small_sets_own_images(small: Path, examples: Path) -> None:
    """Bit for bit, though they were simulated apart: all of the shipped ones are patterns of table 4.1."""
    train, found = StoredPatterns(small, "train"), StoredPatterns(examples, "examples")
    assert found.parameters.tolist() == [*STUDY["examples"], OTHER]
    for image, wanted in zip(found.images, STUDY["examples"], strict=False):
        assert np.array_equal(image, train.images[row_of(train, wanted)])


def test_an_example_beside_the_small_set_is_in_its_unit(
    shown: dict[str, Path], small: Path, examples: Path
) -> None:
    with Libraries(**shown, crop=CROP) as libraries, h5py.File(small) as file:
        image = libraries.patterns(np.array([OTHER]))[0].astype(np.float64) * file.attrs["raw_per_nm6"]
    side = CROP // BINNING
    expected = image.reshape(side, BINNING, side, BINNING).mean(axis=(1, 3))
    np.testing.assert_allclose(StoredPatterns(examples, "examples").images[-1], expected, rtol=1e-5)


def test_examples_share_what_the_small_set_says(small: Path, examples: Path) -> None:
    with h5py.File(small) as whole, h5py.File(examples) as file:
        assert file.attrs["kind"] == whole.attrs["kind"] == "patterns"
        for name in ("side", "raw_per_nm6", "exposure"):
            assert file.attrs[name] == whole.attrs[name]
        assert np.array_equal(file["gaps"], whole["gaps"])
        for name in ("alpha_f", "two_theta_f"):
            assert np.array_equal(file[f"examples/{name}"], whole[f"train/{name}"])
            assert file[f"examples/{name}"].attrs["units"] == "deg"


def test_an_example_that_no_library_holds(shown: dict[str, Path], small: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"form_factors\.h5: .* holds no entry \(9\.0, 0\.3\)"):
        script("examples").examples(
            tmp_path / "e.h5", **shown, small=small, examples=[[9.0, 0.3, 10.0, 0.1]], code=CODE
        )
    assert not list(tmp_path.iterdir())


def test_each_artifact_names_its_code_and_inputs(
    data: dict[str, Path], shown: dict[str, Path], small: Path, examples: Path
) -> None:
    expected = {
        data["form_factors"]: [],
        data["structure_factors"]: [],
        small: [*data.values(), small.with_name("gaps.h5")],
        examples: [*shown.values(), small],
    }
    for path, inputs in expected.items():
        with h5py.File(path) as file:
            assert file.attrs["code"] == CODE
            assert set(json.loads(file.attrs["inputs"])) == {
                Path(os.path.relpath(name)).as_posix() for name in inputs
            }


def test_features_of_one_pattern(shown: dict[str, Path], tmp_path: Path) -> None:
    """The side maximum lies near 2 pi / D, and disorder widens it."""
    found = {}
    for name, pattern in STUDY["patterns"].items():
        path = tmp_path / f"{name}.h5"
        script("features").features(path, **shown, pattern=pattern, code=CODE)
        found[name] = read_summary(path, "features")
        assert set(found[name]) == PATTERN_METRICS
    for name, (_, _, distance, _) in STUDY["patterns"].items():
        assert found[name]["side_maximum_q"] == pytest.approx(2 * np.pi / distance, rel=0.2)
    widths = [found[name]["side_maximum_width"] for name in ("narrow-distances", "wide-distances")]
    assert widths[0] < widths[1]


def train(
    folder: Path, data: Path, record: dict[str, Any], output: str = "codec.h5", code: str = CODE
) -> Path:
    paths = {"data": data, "libraries": [], "checkpoint": folder / "last.ckpt"}
    script("train").train(folder / output, **paths, record=record, code=code, device="cpu")
    return folder / output


@pytest.fixture(scope="module")
def patterns(make_patterns: Callable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of 64 px that stores its images."""
    path = tmp_path_factory.mktemp("patterns") / "patterns.h5"
    with write_artifact(path, kind="patterns", rule="test", record={}) as file:
        for split, count in (("train", 6), ("test", 2)):
            synthetic = make_patterns(count, 0)
            file[f"{split}/intensity"] = synthetic.images.numpy()
            file[f"{split}/parameters"] = synthetic.parameters
        file.attrs["side"], file["gaps"] = synthetic.images.shape[-1], synthetic.gaps.numpy()
    return path


@pytest.mark.parametrize("loop", ["lightning", "plain"])
def test_a_training_leaves_its_codec_alone(
    patterns: Path, make_record: Callable, tmp_path: Path, loop: str
) -> None:
    record = make_record(epochs=1, loop=loop)
    path = train(tmp_path, patterns, record)
    found = load_codec(path)
    assert found.record == record
    assert [row["epoch"] for row in found.history] == [0]
    assert [path.name for path in tmp_path.iterdir()] == ["codec.h5"]
    with h5py.File(path) as file:
        assert list(json.loads(file.attrs["inputs"])) == [Path(os.path.relpath(patterns)).as_posix()]
        assert (file.attrs["rule"], file.attrs["code"]) == ("gisaxs_train", CODE)
    assert train(tmp_path, patterns, record, "again.h5").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(("code", "continued"), [(CODE, True), ("other", False)])
def test_only_a_checkpoint_of_the_same_code_is_continued(
    patterns: Path,
    make_record: Callable,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    code: str,
    continued: bool,
) -> None:
    """A checkpoint such as a training leaves that is killed before its artifact is whole."""
    record, state = make_record(epochs=1, loop="plain"), tmp_path / "last.ckpt"
    splits = [StoredPatterns(patterns, name) for name in ("train", "test")]
    transform = IntensityTransform("log", float(splits[0].images.max()))
    stamp = fingerprint(record, [patterns], CODE)
    train_codec_plainly(record, *splits, transform, checkpoint=state, stamp=stamp, device="cpu")
    assert state.exists()
    caplog.set_level("INFO")
    train(tmp_path, patterns, record, code=code)
    assert ("continuing from the checkpoint" in caplog.text) == continued
    assert not state.exists()
