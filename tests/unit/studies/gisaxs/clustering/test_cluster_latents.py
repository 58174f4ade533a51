"""Latents: what leaves a codec's denoiser, components of patterns, the file."""

from collections import OrderedDict

import h5py
import numpy as np
import pytest
import torch
from torch import nn

from latentlab.codecs.models import build_codec
from latentlab.errors import ArtifactError
from latentlab.studies.gisaxs.clustering.codec_latents import codec_latents
from latentlab.studies.gisaxs.clustering.latents import (
    LatentSet,
    averaged,
    components_of,
    read_latents,
    write_latents,
)


@pytest.fixture(scope="module")
def codec():
    torch.manual_seed(0)
    model = build_codec("mean-scale-hyperprior", [4, 6]).eval()
    model.update(force=True)
    return model


def test_latents_are_those_that_enter_the_syntheses(codec):
    images = torch.rand(3, 1, 64, 64)
    z_hat = codec.entropy_bottleneck(codec.h_a(codec.g_a(images)))[0].flatten(1)
    found = codec_latents(codec, images, ["z_hat", "y_hat"])
    assert found.dtype == np.float32
    assert found.shape == (3, 4 + 6 * 16)
    np.testing.assert_array_equal(found[:, :4], z_hat.detach().numpy())


def test_a_denoiser_in_front_of_the_synthesis_is_applied(codec):
    class Double(nn.Module):
        def forward(self, latents):
            return 2 * latents + 1

    images, plain = torch.rand(2, 1, 64, 64), codec.h_s
    before = codec_latents(codec, images, ["z_hat"])
    codec.h_s = nn.Sequential(OrderedDict([("denoiser", Double()), ("layers", plain)]))
    try:
        np.testing.assert_allclose(codec_latents(codec, images, ["z_hat"]), 2 * before + 1)
    finally:
        codec.h_s = plain


def test_batches_do_not_matter_and_no_hook_is_left(codec):
    images = torch.rand(40, 1, 64, 64)
    together = codec_latents(codec, images, ["y_hat"])
    np.testing.assert_array_equal(together[35:], codec_latents(codec, images[35:], ["y_hat"]))
    assert not codec.g_s._forward_pre_hooks


def test_a_codec_without_hyperprior_has_no_z_hat():
    with pytest.raises(ValueError, match="this codec has no 'z_hat'"):
        codec_latents(build_codec("factorized", [2, 2]), torch.rand(1, 1, 64, 64), ["z_hat"])


def test_components_are_those_of_the_training_patterns_logarithm():
    draws = np.random.default_rng(0)
    images = np.exp(draws.normal(size=(9, 4, 4))).astype(np.float32)
    train = np.arange(9) < 6
    logs = np.log10(images).reshape(9, -1).astype(float)
    logs -= logs[train].mean(axis=0)
    axes = np.linalg.svd(logs[train])[2][:3]
    np.testing.assert_allclose(np.abs(components_of(images, train, 3)), np.abs(logs @ axes.T), rtol=1e-4)


def test_averaging_leaves_gaps_out():
    images, gaps = np.arange(16, dtype=np.float32).reshape(1, 4, 4), np.zeros((4, 4), dtype=bool)
    gaps[0, 0] = True
    gaps[2:, 2:] = True
    found = averaged(images, gaps, 2)
    np.testing.assert_allclose(found[0], [[(1 + 4 + 5) / 3, 4.5], [10.5, 0]])
    with pytest.raises(ValueError, match="4 px cannot be averaged to 3"):
        averaged(images, gaps, 3)


@pytest.fixture
def latents() -> LatentSet:
    draws = np.random.default_rng(1)
    return LatentSet(
        draws.normal(3, 2, (8, 3)).astype(np.float32), draws.normal(size=(8, 4)), np.arange(8) > 4
    )


def test_file_brings_everything_back(latents, tmp_path):
    write_latents(tmp_path / "latents.h5", latents, rule="test", record={})
    back = read_latents(tmp_path / "latents.h5")
    for name in ("vectors", "parameters", "test"):
        np.testing.assert_array_equal(getattr(back, name), getattr(latents, name))


def test_scaled_by_the_training_split_alone(latents):
    train = latents.scaled[~latents.test]
    np.testing.assert_allclose(train.mean(axis=0), 0, atol=1e-6)
    assert np.mean(train**2) == pytest.approx(1, rel=1e-5)


def test_equal_vectors_stay_finite():
    equal = LatentSet(np.ones((4, 2), np.float32), np.ones((4, 4)), np.array([False, False, True, True]))
    assert np.array_equal(equal.scaled, np.zeros((4, 2)))


def test_another_part_may_name_its_vectors(latents, tmp_path):
    write_latents(tmp_path / "latents.h5", latents, rule="test", record={})
    with h5py.File(tmp_path / "latents.h5", "a") as file:
        file.move("latents", "form")
    np.testing.assert_array_equal(read_latents(tmp_path / "latents.h5", "form").vectors, latents.vectors)
    with pytest.raises(ArtifactError, match="dataset 'latents' is missing"):
        read_latents(tmp_path / "latents.h5")


@pytest.mark.parametrize(
    ("split", "message"),
    [(np.zeros(8), r"expected 0 \(train\) and 1 \(test\)"), (np.array([0, 1]), "expected equal numbers")],
)
def test_a_wrong_split_is_refused(latents, tmp_path, split, message):
    write_latents(tmp_path / "latents.h5", latents, rule="test", record={})
    with h5py.File(tmp_path / "latents.h5", "a") as file:
        del file["split"]
        file["split"] = split
    with pytest.raises(ArtifactError, match=message):
        read_latents(tmp_path / "latents.h5")
