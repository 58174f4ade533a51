"""A codec's artifact: the same codec comes back, or none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch

from latentlab.artifacts import write_artifact
from latentlab.bitstream import decode, encode
from latentlab.codecs.models import build_codec
from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.compression.codec_file import load_codec, model_id, save_codec
from latentlab.studies.gisaxs.intensity import IntensityTransform


@pytest.fixture
def copied(codec_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(codec_file, tmp_path / "copied.h5"))


def altered_weight(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        name = next(name for name in file["state"] if name.endswith("weight"))
        file[f"state/{name}"][0] += 1e-3


def test_round_trip(trained: Any, make_record: Callable, tmp_path: Path, make_patterns: Callable) -> None:
    """Same id, same bytes, same image, whether coded before or after the file."""
    model = deepcopy(trained.codec)
    transform = IntensityTransform("log", 1.25)
    save_codec(tmp_path / "c.h5", model, transform, make_record(), trained.history, rule="r")
    loaded, again = load_codec(tmp_path / "c.h5"), load_codec(tmp_path / "c.h5")
    assert loaded.model_id == again.model_id == model_id(model.state_dict(), make_record(), 1.25)
    assert len(loaded.model_id) == 8
    assert loaded.transform == transform
    assert loaded.record == make_record()
    assert loaded.history == trained.history
    assert not loaded.model.training
    image = transform.forward(make_patterns(1, 5).images[None])
    coded = [
        encode(codec, image, model_id=loaded.model_id, transform="log")
        for codec in (model.eval(), loaded.model, again.model)
    ]
    assert coded[0] == coded[1] == coded[2]
    images = [
        decode(codec, coded[0], model_id=loaded.model_id) for codec in (loaded.model, again.model, model)
    ]
    assert torch.equal(images[0], images[1])
    # Training leaves its weights in channels-last memory, which adds in another order.
    assert torch.allclose(images[0], images[2], rtol=1e-5, atol=1e-5)


def test_the_auxiliary_loss_is_that_of_the_training(codec_file: Path, trained: Any) -> None:
    """Before the quantiles were solved for, after which it is small."""
    loaded = load_codec(codec_file)
    assert loaded.aux_loss == pytest.approx(float(trained.codec.aux_loss().detach()), rel=1e-6)
    assert float(loaded.model.aux_loss().detach()) < 0.01 * loaded.aux_loss


@pytest.mark.parametrize(
    ("name", "channels", "activation"),
    [
        ("factorized", [4, 6], "relu"),
        ("scale-hyperprior", [4, 6], "gdn"),
        ("mean-scale-hyperprior", [4, 6], "gdn"),
        ("joint-autoregressive", [4, 6], "gdn"),
        ("anchor", [4], "gdn"),
        ("attention", [4], "gdn"),
    ],
)
def test_every_model_comes_back(
    make_record: Callable, tmp_path: Path, name: str, channels: list[int], activation: str
) -> None:
    """With its activation, and a hyperprior with its Gaussian tables."""
    record = make_record(model=name, channels=channels, activation=activation)
    torch.manual_seed(0)
    model = build_codec(name, channels, activation)
    history = [{"epoch": 0, "test_loss": 1.0}]
    save_codec(tmp_path / "c.h5", model, IntensityTransform("raw", 1.0), record, history, rule="r")
    loaded = load_codec(tmp_path / "c.h5")
    image = torch.rand(1, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    coded = [
        encode(codec, image, model_id=loaded.model_id, transform="raw")
        for codec in (model.eval(), loaded.model)
    ]
    assert coded[0] == coded[1]


def test_the_id_names_weights_tables_record_and_transform(make_record: Callable) -> None:
    state = {"a": torch.ones(2, 3), "b": torch.zeros(4, dtype=torch.int32)}
    name = model_id(state, make_record(), 1.0)
    assert model_id(dict(reversed(state.items())), make_record(), 1.0) == name
    assert model_id({**state, "a": torch.ones(3, 2)}, make_record(), 1.0) != name
    assert model_id({**state, "a": torch.ones(2, 3) + 1e-6}, make_record(), 1.0) != name
    assert model_id({**state, "b": state["b"].long()}, make_record(), 1.0) != name
    assert model_id(state, make_record(seed=4), 1.0) != name
    assert model_id(state, make_record(), 2.0) != name


def test_tampered_weights_are_refused(copied: Path) -> None:
    altered_weight(copied)
    with pytest.raises(ArtifactError, match=r"copied\.h5: the weights are not those that the model id"):
        load_codec(copied)


def test_tampered_tables_and_transform_are_refused(codec_file: Path, tmp_path: Path) -> None:
    for number, dataset in enumerate(("entropy_bottleneck._quantized_cdf", "entropy_bottleneck._offset")):
        path = Path(shutil.copy(codec_file, tmp_path / f"{number}.h5"))
        with h5py.File(path, "r+") as file:
            file[f"state/{dataset}"][0] += 1
        with pytest.raises(ArtifactError, match=rf"{number}\.h5: the weights are not those"):
            load_codec(path)
    path = Path(shutil.copy(codec_file, tmp_path / "transform.h5"))
    with h5py.File(path, "r+") as file:
        file.attrs["transform_maximum"] = 3.0
    with pytest.raises(ArtifactError, match="the weights are not those"):
        load_codec(path)


def test_weights_that_do_not_fit_the_record(make_record: Callable, tmp_path: Path) -> None:
    model = build_codec("factorized", [5, 8])
    record = make_record(channels=[5, 9])
    save_codec(tmp_path / "c.h5", model, IntensityTransform("raw", 1.0), record, [{"epoch": 0}], rule="r")
    with pytest.raises(ArtifactError, match=r"c\.h5: the weights in 'state' do not fit the record"):
        load_codec(tmp_path / "c.h5")


def test_weights_of_another_model(make_record: Callable, tmp_path: Path) -> None:
    """The weights of a factorized prior under the record of an attention model."""
    model = build_codec("factorized", [5, 8])
    record = make_record(model="attention", channels=[5])
    save_codec(tmp_path / "c.h5", model, IntensityTransform("raw", 1.0), record, [{"epoch": 0}], rule="r")
    with pytest.raises(ArtifactError, match=r"c\.h5: the weights in 'state' do not fit the record"):
        load_codec(tmp_path / "c.h5")


def test_wrong_kind_is_refused(tmp_path: Path) -> None:
    with write_artifact(tmp_path / "p.h5", kind="patterns", rule="r", record={}):
        pass
    with pytest.raises(ArtifactError, match=r"p\.h5: expected .* kind 'codec', found 'patterns'"):
        load_codec(tmp_path / "p.h5")


@pytest.mark.parametrize("missing", ["state", "history", "history/epoch"])
def test_missing_parts_are_named(copied: Path, missing: str) -> None:
    with h5py.File(copied, "r+") as file:
        del file[missing]
    with pytest.raises(ArtifactError, match=rf"copied\.h5: .*'{missing}"):
        load_codec(copied)


def test_nothing_is_pickled(codec_file: Path) -> None:
    """Numbers and texts only: reading a stranger's codec executes nothing."""
    kinds = []
    with h5py.File(codec_file) as file:
        file.visititems(
            lambda name, item: kinds.append(item.dtype) if isinstance(item, h5py.Dataset) else None
        )
        texts = [value for value in file.attrs.values() if not isinstance(value, (str, np.number))]
    assert len(kinds) > 20
    assert {kind.kind for kind in kinds} <= set("fiub")
    assert texts == []
    content = codec_file.read_bytes()
    assert b"ctorch" not in content
    assert b"PK\x03\x04" not in content  # torch.save's zip
