"""Artifacts: whole or not at all, equal bytes, provenance, and damage that is found and named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from latentlab.artifacts import (
    atomic_path,
    compression,
    create_images,
    create_nxdata,
    git_commit,
    read_artifact,
    read_summary,
    record_of,
    sha256,
    versions,
    write_artifact,
)
from latentlab.errors import ArtifactError

# smooth but with noisy low bits, as patterns are: no chunk is stored as one repeated value
IMAGES = np.exp(-np.linspace(0, 9, 3 * 48 * 48)).reshape(3, 48, 48) * np.random.default_rng(0).uniform(
    0.9, 1.1, (3, 48, 48)
)
SHAPES = {"entry/intensity": (None, 48, 48)}


def write(path: Path, source: Path) -> None:
    axes = [("n", np.arange(3), ""), ("y", np.arange(48.0), "deg"), ("x", np.arange(48.0), "deg")]
    record = {"b": 1, "a": [2.5]}
    with write_artifact(
        path, kind="patterns", rule="rule", record=record, inputs=[source], code="c0de"
    ) as file:
        group = create_nxdata(file, "entry", signal="intensity", axes=axes, default=True)
        create_images(group, "intensity", IMAGES.shape, units="counts")[...] = IMAGES


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.txt"
    path.write_text("what it was made from")
    return path


@pytest.fixture
def artifact(tmp_path: Path, source: Path) -> Path:
    path = tmp_path / "folder" / "artifact.h5"
    write(path, source)
    return path


def read(path: Path) -> np.ndarray:
    with read_artifact(path, kind="patterns", datasets=SHAPES) as file:
        return file["entry/intensity"][()]


def test_equal_inputs_give_equal_bytes(artifact: Path, source: Path) -> None:
    again = artifact.with_name("again.h5")
    write(again, source)
    assert again.read_bytes() == artifact.read_bytes()
    source.write_text("something else")
    write(again, source)
    assert again.read_bytes() != artifact.read_bytes()


def test_equal_bytes_from_another_process(artifact: Path, source: Path) -> None:
    """Nothing in the file depends on the process, the day or the file's name."""
    other = artifact.with_name("other.h5")
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from pathlib import Path; from test_artifacts import write\n"
        f"write(Path({str(other)!r}), Path({str(source)!r}))"
    )
    environment = {**os.environ, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)
    assert other.read_bytes() == artifact.read_bytes()


def test_content_comes_back(artifact: Path) -> None:
    np.testing.assert_array_equal(read(artifact), IMAGES.astype(np.float32))


def test_provenance(artifact: Path, source: Path) -> None:
    with read_artifact(artifact, kind="patterns") as file:
        assert file.attrs["rule"] == "rule"
        assert record_of(file) == {"a": [2.5], "b": 1}
        assert json.loads(file.attrs["inputs"]) == {Path(os.path.relpath(source)).as_posix(): sha256(source)}
        assert file.attrs["code"] == "c0de"
        recorded = json.loads(file.attrs["versions"])
        assert recorded == versions()
        assert recorded["numpy"] == np.__version__
        assert file.attrs["git_commit"] == (git_commit() or "")


def test_inputs_are_named_by_their_path_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal base names stay apart; a file outside is found through "..", however it was given."""
    names = ["run/a/set.h5", "run/b/set.h5", "outside.h5"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.chdir(tmp_path / "run")
    given = ["a/set.h5", tmp_path / "run" / "b" / "set.h5", tmp_path / "outside.h5", "./a/set.h5"]
    with write_artifact("made.h5", kind="k", rule="r", record={}, inputs=given) as file:
        found = json.loads(file.attrs["inputs"])
    paths = ["../outside.h5", "a/set.h5", "b/set.h5"]
    assert found == {path: sha256(path) for path in paths}
    assert list(found) == paths  # sorted
    with write_artifact("again.h5", kind="k", rule="r", record={}, inputs=given[::-1]):
        pass
    assert Path("again.h5").read_bytes() == Path("made.h5").read_bytes()


def test_the_layout_not_the_place_decides_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = []
    for folder in (tmp_path / "one", tmp_path / "another"):
        folder.mkdir()
        monkeypatch.chdir(folder)
        Path("source").write_text("x")
        with write_artifact(folder / "made.h5", kind="k", rule="r", record={}, inputs=[folder / "source"]):
            pass
        files.append(Path("made.h5").read_bytes())
    assert files[0] == files[1]


def test_metrics_come_back(tmp_path: Path, artifact: Path) -> None:
    summary = {"mse": 0.25, "bpp": 3.0}
    with write_artifact(tmp_path / "m.h5", kind="evaluation", rule="r", record={}, summary=summary):
        pass
    assert read_summary(tmp_path / "m.h5") == read_summary(tmp_path / "m.h5", "evaluation") == summary
    with pytest.raises(ArtifactError, match=r"m\.h5: expected .* kind 'codec', found 'evaluation'"):
        read_summary(tmp_path / "m.h5", "codec")
    with pytest.raises(ArtifactError, match=r"artifact\.h5: attribute 'summary' is missing"):
        read_summary(artifact)
    with pytest.raises(ArtifactError, match=r"absent\.h5: there is no such file; expected an artifact$"):
        read_summary(tmp_path / "absent.h5")


def test_sha256_of_known_bytes(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, example 1
    assert sha256(tmp_path / "abc") == expected


def test_nxdata_attributes(artifact: Path) -> None:
    with read_artifact(artifact, kind="patterns") as file:
        assert file.attrs["NX_class"] == "NXroot"
        assert file.attrs["default"] == "entry"
        group = file["entry"]
        assert group.attrs["NX_class"] == "NXdata"
        assert group.attrs["signal"] == "intensity"
        assert list(group.attrs["axes"]) == ["n", "y", "x"]
        for axis, length in zip(group.attrs["axes"], group["intensity"].shape, strict=True):
            assert group[axis].shape == (length,)
        assert [group[axis].attrs["units"] for axis in ("n", "y", "x")] == ["", "deg", "deg"]
        assert group["intensity"].attrs["units"] == "counts"
        assert group["intensity"].dtype == np.float32


def test_one_compressed_image_a_chunk(artifact: Path) -> None:
    with read_artifact(artifact, kind="patterns") as file:
        dataset = file["entry/intensity"]
        assert dataset.chunks == (1, 48, 48)
        assert dataset.id.get_storage_size() < 0.95 * dataset.nbytes


def fail_half_way(path: Path) -> None:
    with write_artifact(path, kind="k", rule="r", record={}) as file:
        file["data"] = np.zeros(10)
        raise RuntimeError("half way")


def test_failing_block_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way(tmp_path / "new.h5")
    assert list(tmp_path.iterdir()) == []


def test_failing_block_keeps_the_former_file(artifact: Path) -> None:
    before = artifact.read_bytes()
    with pytest.raises(KeyboardInterrupt), write_artifact(artifact, kind="k", rule="r", record={}):
        raise KeyboardInterrupt
    assert artifact.read_bytes() == before
    assert list(artifact.parent.iterdir()) == [artifact]


def test_killed_block_leaves_no_artifact(tmp_path: Path) -> None:
    """A process that is killed cannot clean up; what it leaves is never under the artifact's name."""
    path = tmp_path / "killed.h5"
    code = (
        "import os, signal\n"
        "from latentlab.artifacts import write_artifact\n"
        f"with write_artifact({str(path)!r}, kind='k', rule='r', record={{}}) as file:\n"
        "    file['data'] = [1, 2]; file.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], timeout=60)
    assert result.returncode == -9
    assert not path.exists()
    assert not [left for left in tmp_path.iterdir() if not left.name.startswith(".")]


def test_atomic_path_makes_folders_and_cleans_up(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file.txt"
    with atomic_path(path) as temporary:
        assert temporary.parent == path.parent  # the same file system, so that the rename is one step
        temporary.write_text("x")
        assert not path.exists()
    assert path.read_text() == "x"
    assert list(path.parent.iterdir()) == [path]


def test_missing_file(tmp_path: Path) -> None:
    with (
        pytest.raises(ArtifactError, match=r"absent\.h5: there is no such file.*'patterns'"),
        read_artifact(tmp_path / "absent.h5", kind="patterns"),
    ):
        pass


def test_wrong_kind(artifact: Path) -> None:
    with (
        pytest.raises(ArtifactError, match=r"artifact\.h5: expected .* kind 'codec', found 'patterns'"),
        read_artifact(artifact, kind="codec"),
    ):
        pass


def test_foreign_hdf5_file(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "foreign.h5", "w") as file:
        file["x"] = 1
    with (
        pytest.raises(ArtifactError, match="kind 'codec', found 'None'"),
        read_artifact(tmp_path / "foreign.h5", kind="codec"),
    ):
        pass
    with (
        pytest.raises(ArtifactError, match="expected an artifact, found 'None'"),
        read_artifact(tmp_path / "foreign.h5", kind=None),
    ):
        pass


@pytest.mark.parametrize(
    ("datasets", "message"),
    [
        ({"entry/other": (None,)}, r"artifact\.h5: dataset 'entry/other' is missing"),
        ({"entry": (None,)}, r"artifact\.h5: dataset 'entry' is missing"),  # a group is no dataset
        (
            {"entry/intensity": (None, 48, 64)},
            r"artifact\.h5: dataset 'entry/intensity' has shape \(3, 48, 48\), expected any x 48 x 64",
        ),
        ({"entry/intensity": (None, None)}, r"'entry/intensity' has shape \(3, 48, 48\), expected any x any"),
    ],
)
def test_missing_dataset_and_wrong_shape(artifact: Path, datasets: dict, message: str) -> None:
    with (
        pytest.raises(ArtifactError, match=message),
        read_artifact(artifact, kind="patterns", datasets=datasets),
    ):
        pass


def test_truncated_file_is_refused_at_every_length(artifact: Path) -> None:
    whole = artifact.read_bytes()
    cut = artifact.with_name("cut.h5")
    lengths = [0, 1, 7, 8, 100, 2048, *range(4096, len(whole), 4096), len(whole) - 1]
    for length in lengths:
        cut.write_bytes(whole[:length])
        with pytest.raises(ArtifactError, match=r"cut\.h5: "):
            read(cut)


def test_flipped_bytes_in_a_chunk_are_found(artifact: Path) -> None:
    with h5py.File(artifact) as file:
        chunk = file["entry/intensity"].id.get_chunk_info(1)
    whole = artifact.read_bytes()
    flipped = artifact.with_name("flipped.h5")
    for position in range(0, chunk.size, max(1, chunk.size // 40)):
        altered = bytearray(whole)
        altered[chunk.byte_offset + position] ^= 0xFF
        flipped.write_bytes(altered)
        with pytest.raises(ArtifactError, match=r"flipped\.h5: a dataset cannot be read"):
            read(flipped)


def test_overwritten_chunk_is_found(artifact: Path) -> None:
    with h5py.File(artifact) as file:
        chunk = file["entry/intensity"].id.get_chunk_info(1)
    altered = bytearray(artifact.read_bytes())
    altered[chunk.byte_offset : chunk.byte_offset + chunk.size] = bytes(chunk.size)
    artifact.write_bytes(altered)
    with pytest.raises(ArtifactError, match=r"artifact\.h5: a dataset cannot be read, the file is damaged"):
        read(artifact)


def test_another_files_error_is_not_blamed_on_this_one(artifact: Path) -> None:
    with pytest.raises(FileNotFoundError), read_artifact(artifact, kind="patterns"):
        (artifact.parent / "absent.txt").read_text()


def test_compression_is_lossless(tmp_path: Path) -> None:
    values = np.random.default_rng(2).normal(size=(2, 100)).astype(np.float32)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("x", data=values, chunks=(1, 100), **compression())
    with h5py.File(tmp_path / "x.h5") as file:
        np.testing.assert_array_equal(file["x"][()], values)
