"""The network: the thesis's weight counts, shapes, start, and its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from latentlab.errors import ArtifactError, ConfigError
from latentlab.studies.landcover.network.initialisation import initialise
from latentlab.studies.landcover.network.vae import LandcoverVAE, build_vae, sampled
from latentlab.studies.landcover.network.vae_file import load_vae, save_vae

NUMBERS = [str(number) for number in range(1, 19)]
WEIGHTS = {"1": 3_935_651, "2": 9_440_579, "8": 25_188_099, "13": 50_397_187}  # the thesis, figure 8 and 8.1
FLATTENED = {  # values between encoder and dense layers at 128 px: the "Flatten" of each table
    **{"1": 1024, "2": 2048, "3": 2048, "4": 4096, "5": 4096, "6": 8192, "7": 4096, "8": 8192, "9": 8192},
    **{"10": 16384, "11": 32768, "12": 8192, "13": 16384, "14": 8192, "15": 16384, "16": 2048, "17": 8192},
    "18": 8192,
}


def record(layers: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {
        "layers": layers,
        "latent": 8,
        "side": 64,
        "input": "rgb",
        "restores": "rgb",
        "variational": True,
        "initialisation": "glorot",
        "seed": 1,
        **changed,
    }


def test_there_are_eighteen(architectures: dict) -> None:
    assert list(architectures) == NUMBERS
    assert len({each["title"] for each in architectures.values()}) == len(NUMBERS)


@pytest.mark.parametrize("number", WEIGHTS)
def test_the_weights_are_as_many_as_the_thesis_counts(architectures: dict, number: str) -> None:
    with torch.device("meta"):  # counted, not drawn
        model = LandcoverVAE(architectures[number], latent=1024, side=128)
    assert model.weights() == WEIGHTS[number]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_flattened_values_are_those_of_the_tables(architectures: dict, number: str) -> None:
    with torch.device("meta"):
        model = LandcoverVAE(architectures[number], latent=2, side=128)
    assert model.mean.in_features == FLATTENED[number] == model.decoder[0].out_features


@pytest.mark.parametrize("side", [64, 128])
@pytest.mark.parametrize("number", NUMBERS)
def test_pictures_come_back_in_their_shape(architectures: dict, number: str, side: int) -> None:
    model = build_vae(record(architectures[number], latent=2, side=side)).eval()
    x = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        mean, log_variance = model.encode(x)
        restored = model.decode(mean)
    assert mean.shape == log_variance.shape == (2, 2)
    assert restored.shape == x.shape
    assert restored.min() > 0
    assert restored.max() < 1


def test_other_pictures_may_be_given_and_restored(architectures: dict) -> None:
    model = build_vae(record(architectures["8"], input="grey", restores="bands"))
    with torch.no_grad():
        assert model.decode(model.encode(torch.rand(2, 1, 64, 64))[0]).shape == (2, 8, 64, 64)


def test_a_plain_autoencoder_has_no_variances(architectures: dict) -> None:
    plain = build_vae(record(architectures["8"], variational=False))
    mean, log_variance = plain.encode(torch.rand(2, 3, 64, 64))
    assert log_variance is None
    assert torch.equal(sampled(mean, None, torch.ones_like(mean)), mean)
    assert build_vae(record(architectures["8"])).weights() - plain.weights() == (8 * 8 * 32 + 1) * 8


def test_latents_are_drawn_with_the_standard_deviation() -> None:
    mean, log_variance = torch.tensor([[1.0]]), torch.tensor([[4.0]]).log()
    assert torch.allclose(sampled(mean, log_variance, torch.tensor([[3.0]])), torch.tensor([[7.0]]))


def test_the_start_is_keras_s(architectures: dict) -> None:
    model = build_vae(record(architectures["10"], latent=64))
    dense, convolution = model.mean.weight, model.encoder[0][2].weight  # 32 filters of 16 x 3 x 3
    for weight, inputs, outputs in ((dense, 4096, 64), (convolution, 16 * 9, 32 * 9)):
        limit = np.sqrt(6 / (inputs + outputs))
        assert weight.abs().max() <= limit
        assert weight.std().item() == pytest.approx(limit / np.sqrt(3), rel=0.03)
    assert all((values == 0).all() for name, values in model.named_parameters() if name.endswith("bias"))


def test_selu_s_own_start_keeps_the_variance(architectures: dict) -> None:
    """SELU keeps mean 0 and variance 1 of values that come in so, also through deconvolutions of stride 2."""
    model = build_vae(record(architectures["10"], latent=512, initialisation="lecun"))
    with torch.no_grad():
        values = model.decoder[:3](torch.randn(16, 512, generator=torch.Generator().manual_seed(2)))
        deeper = model.decoder[3][:2](values)
    # the border, which has fewer inputs, left out
    for found in (values, deeper[:, :, 2:-2, 2:-2]):
        assert abs(found.mean().item()) < 0.15
        assert found.var().item() == pytest.approx(1, abs=0.25)


def test_the_start_comes_from_the_seed(architectures: dict) -> None:
    torch.manual_seed(5)  # the global generator has no part in it
    first, same, other = (
        torch.cat([each.flatten() for each in build_vae(record(architectures["1"], seed=seed)).parameters()])
        for seed in (1, 1, 2)
    )
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_another_start_is_refused() -> None:
    with pytest.raises(ValueError, match="found 'zeros', expected one of glorot, lecun"):
        initialise(torch.nn.Linear(1, 1), "zeros", 1)


def test_a_decoder_of_another_side_is_refused(architectures: dict) -> None:
    layers = {**architectures["8"], "decoder": architectures["11"]["decoder"]}
    with pytest.raises(ConfigError, match="gives pictures of 32 px, expected 64 px"):
        LandcoverVAE(layers, latent=2, side=64)


def test_a_network_is_read_as_it_was_written(architectures: dict, tmp_path: Path) -> None:
    wanted, path = record(architectures["14"]), tmp_path / "vae.h5"
    model = build_vae(wanted)
    with torch.no_grad():
        model.mean.bias += 0.5
    history = [{"epoch": 1.0, "mae": 0.25}, {"epoch": 2.0, "mae": 0.125}]
    save_vae(path, model, wanted, history, rule="test")
    found = load_vae(path)
    x = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(found.model.encode(x)[0], model.eval().encode(x)[0])
    assert (found.record, found.history) == (wanted, history)
    assert not found.model.training


def test_a_file_of_other_weights_is_refused(architectures: dict, tmp_path: Path) -> None:
    path = tmp_path / "vae.h5"
    model = build_vae(record(architectures["8"], latent=4))
    save_vae(path, model, record(architectures["8"]), [{"epoch": 1.0}], rule="test")
    with pytest.raises(ArtifactError, match="the weights in 'state' do not fit the record"):
        load_vae(path)
