"""VAE artifacts: what is written comes back, equal inputs give equal bytes, damage is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import pytest
import torch
from tests.unit.studies.lines.micro_vae import line_images, micro_record

from latentlab.errors import ArtifactError
from latentlab.models.resnet import ResNet
from latentlab.studies.lines.vae import MicrostructureVAE, build_vae
from latentlab.studies.lines.vae_file import load_vae, save_vae

HISTORY = [{"epoch": epoch, "train_loss": 3.5 - epoch, "train_kl": 0.25} for epoch in range(3)]


def trained(**changes: Any) -> MicrostructureVAE:
    """A VAE whose weights and batch statistics are not those of a new one."""
    torch.manual_seed(2)
    vae = build_vae(micro_record(**changes))
    vae(line_images(4))
    return vae


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save_vae(tmp_path / "vae.h5", trained(), micro_record(), HISTORY, rule="test")
    return tmp_path / "vae.h5"


def test_what_is_written_comes_back(path: Path) -> None:
    vae = trained()
    torch.rand(3)
    found = load_vae(path)
    assert found.record == micro_record()
    assert found.history == HISTORY
    assert [module for module in found.model.modules() if module.training] == []
    state = found.model.state_dict()
    assert list(state) == list(vae.state_dict())
    for name, value in vae.state_dict().items():
        assert torch.equal(state[name], value), name
        assert state[name].dtype == value.dtype
    images = line_images(5, first=9)
    assert torch.equal(found.model.reconstruct(images), vae.reconstruct(images))


def test_equal_inputs_give_equal_bytes(path: Path, tmp_path: Path) -> None:
    model = load_vae(path).model
    save_vae(tmp_path / "two.h5", model, micro_record(), HISTORY, rule="test")
    assert (tmp_path / "two.h5").read_bytes() == path.read_bytes()


def test_the_weight_file_is_not_needed_again(tmp_path: Path) -> None:
    weights = tmp_path / "weights.pth"
    torch.save(ResNet(18, width=4).state_dict(), weights)
    record = micro_record(weights=str(weights), frozen=True)
    torch.manual_seed(2)
    vae = build_vae(record)
    save_vae(tmp_path / "vae.h5", vae, record, HISTORY, rule="test", inputs=[weights])
    weights.unlink()
    found = load_vae(tmp_path / "vae.h5")
    assert found.record == record
    assert torch.equal(found.model.encoder.resnet.conv1.weight, vae.encoder.resnet.conv1.weight)


def test_another_kind_of_artifact(path: Path) -> None:
    with h5py.File(path, "a") as file:
        file.attrs["kind"] = "codec"
    with pytest.raises(ArtifactError, match=r"vae\.h5: expected an artifact of kind 'vae', found 'codec'"):
        load_vae(path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("history/epoch", "dataset 'history/epoch' is missing"),
        ("state", "group 'state' is missing"),
        ("state/decoder.to_grey.bias", "the weights in 'state' do not fit the record .*to_grey.bias"),
    ],
)
def test_what_is_missing_is_named(path: Path, name: str, message: str) -> None:
    with h5py.File(path, "a") as file:
        del file[name]
    with pytest.raises(ArtifactError, match=rf"(?s)vae\.h5: {message}"):
        load_vae(path)


def test_weights_of_another_size(path: Path) -> None:
    with h5py.File(path, "a") as file:
        del file["state/encoder.mean.bias"]
        file["state/encoder.mean.bias"] = [0.0] * 5
    with pytest.raises(ArtifactError, match=r"(?s)do not fit the record .*encoder\.mean\.bias"):
        load_vae(path)


def test_no_such_file_and_a_damaged_one(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"absent\.h5: there is no such file"):
        load_vae(tmp_path / "absent.h5")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ArtifactError, match=r"vae\.h5: not a readable HDF5 file"):
        load_vae(path)
