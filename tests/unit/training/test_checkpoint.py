"""Fingerprints of trainings, and which checkpoint may be continued."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch

from latentlab.errors import LatentlabError
from latentlab.training.checkpoint import checkpointed, fingerprint, resumable


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "data.h5", tmp_path / "library.h5"]
    for path in paths:
        path.write_text(path.name)
    return paths


def test_a_fingerprint_names_record_and_contents(inputs: list[Path], tmp_path: Path) -> None:
    record = {"seed": 3, "channels": [5, 8]}
    stamp = fingerprint(record, inputs, "c0de")
    assert len(stamp) == 64
    assert fingerprint(dict(reversed(record.items())), inputs, "c0de") == stamp  # whatever the keys' order
    moved = tmp_path / "moved.h5"
    inputs[0].rename(moved)
    assert fingerprint(record, [moved, inputs[1]], "c0de") == stamp  # contents, not names
    assert fingerprint({**record, "seed": 4}, [moved, inputs[1]], "c0de") != stamp
    assert fingerprint(record, [moved], "c0de") != stamp
    assert fingerprint(record, [moved, inputs[1]], "other") != stamp
    moved.write_text("other contents")
    assert fingerprint(record, [moved, inputs[1]], "c0de") != stamp


def test_a_checkpoint_goes_once_the_artifact_is_whole(inputs: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    path.write_text("state")
    with pytest.raises(KeyboardInterrupt), checkpointed(path, {}, inputs, "c0de"):
        raise KeyboardInterrupt
    assert path.exists()
    with checkpointed(path, {}, inputs, "c0de") as resume:
        assert resume == {"checkpoint": path, "stamp": fingerprint({}, inputs, "c0de")}
        assert path.exists()
    assert not path.exists()
    with checkpointed(str(path), {}, inputs, "c0de"):  # a training of no epochs leaves none
        pass


def test_only_the_same_training_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    assert resumable(path, "stamp") is None
    torch.save({"fingerprint": "stamp", "state_dict": {"x": torch.ones(2)}}, path)
    assert resumable(path, "stamp") == path
    assert resumable(path, "another") is None
    torch.save({"state_dict": {}}, path)
    assert resumable(path, "stamp") is None


class Payload:
    def __reduce__(self) -> tuple:
        return Path.touch, (Path("executed"),)


def test_nothing_is_executed_from_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"fingerprint": "stamp", "payload": Payload()}, "checkpoint")
    with pytest.raises((pickle.UnpicklingError, LatentlabError)):
        resumable(Path("checkpoint"), "stamp")
    assert not Path("executed").exists()


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_damaged_checkpoint_is_named(tmp_path: Path, share: float) -> None:
    path = tmp_path / "checkpoint"
    torch.save({"fingerprint": "stamp", "state_dict": {"x": torch.ones(1000)}}, path)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(LatentlabError, match="checkpoint: "):
        resumable(path, "stamp")
