"""The two codecs that know the simulator: exact files, small errors, refusals."""

from __future__ import annotations

import math

import h5py
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.gisaxs.tiny_space import exact_patterns, make_space, script

from latentlab.errors import ArtifactError, BitstreamError, TrainingError
from latentlab.metrics import image_metrics
from latentlab.studies.gisaxs.codec_comparison.codecs import (
    PARAMETERS,
    TWO_FACTOR,
    TWO_FACTOR_BYTES,
    learned_codecs,
)
from latentlab.studies.gisaxs.codec_comparison.parameter_codec import ParameterCodec
from latentlab.studies.gisaxs.codec_comparison.two_factor import Quantiser, TwoFactorCodec, load_two_factor
from latentlab.studies.gisaxs.codec_comparison.two_factor_training import fitted_network, isomap
from latentlab.studies.gisaxs.parameter_space.pattern_space import PatternSpace

RECORD = {"dimensions": 3, "neighbours": 8, "units": 60, "seed": 42}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("two-factor")


@pytest.fixture(scope="module")
def space(folder) -> PatternSpace:
    return make_space(folder / "space.h5")


@pytest.fixture(scope="module")
def model(folder, space):
    script("train_two_factor").train(folder / "model.h5", folder / "space.h5", RECORD)
    return load_two_factor(folder / "model.h5")


def test_every_codec_is_named_by_its_numbers(folder, space, model):
    codecs = learned_codecs(space, [folder / "model.h5"], counted=False)
    assert list(codecs) == [PARAMETERS, f"two-factor codec, {model.dimensions} numbers"]
    assert list(codecs[f"{TWO_FACTOR}, 3 numbers"]) == [f"{n} bytes" for n in TWO_FACTOR_BYTES]


def psnr_log(decoded: np.ndarray, truth: np.ndarray) -> float:
    pair = (torch.from_numpy(x)[:, None] for x in (decoded, truth))
    return float(image_metrics(*pair)["psnr_log"].mean())


def test_simulator_codec_is_three_bytes_and_exact(space):
    codec = ParameterCodec(space)
    for pair, image in zip(space.held_out, exact_patterns(space.held_out), strict=True):
        data = codec.encode(image)
        assert len(data) == 3
        np.testing.assert_array_equal(codec.decode(data, 64), space.patterns(pair[None])[0])


def test_simulator_codec_refuses_what_is_no_file_of_its_own(space):
    codec = ParameterCodec(space)
    with pytest.raises(BitstreamError, match="has 3 bytes, found 2"):
        codec.decode(b"ab", 64)
    with pytest.raises(BitstreamError, match="no pair of rows"):
        codec.decode(b"\xff\xff\xff", 64)


def test_more_bytes_are_nearer(space, model):
    truth = exact_patterns(space.held_out)
    values = []
    for n_bytes in (3, 5, 8):
        codec = TwoFactorCodec(space, model, n_bytes)
        data = [codec.encode(image) for image in truth]
        assert {len(file) for file in data} == {n_bytes}
        values.append(psnr_log(np.stack([codec.decode(file, 64) for file in data]), truth))
    assert values[0] < values[1] < values[2]
    assert values[2] > 45


def test_binned_patterns_are_coded_too(space, model):
    codec = TwoFactorCodec(space, model, 8)
    truth = space.patterns(space.held_out[:4], 16)
    decoded = np.stack([codec.decode(codec.encode(image), 16) for image in truth])
    assert psnr_log(decoded, truth) > 40


def test_counts_come_back_nearer_to_the_truth_than_they_are(space, model):
    truth = exact_patterns(space.held_out)
    counts = np.random.default_rng(3).poisson(1e6 * truth / truth.sum(axis=(1, 2), keepdims=True))
    counts = (counts / counts.max(axis=(1, 2), keepdims=True)).astype(np.float32)
    codec = TwoFactorCodec(space, model, 8, counted=True)
    decoded = np.stack([codec.decode(codec.encode(image), 64) for image in counts])
    assert psnr_log(decoded, truth) > psnr_log(counts, truth) + 6


def test_encoding_and_decoding_are_the_same_with_two_threads(space, model):
    codec, image = TwoFactorCodec(space, model, 6), exact_patterns(space.held_out[:1])[0]
    before = torch.get_num_threads()
    try:
        results = []
        for threads in (1, 2):
            torch.set_num_threads(threads)
            data = codec.encode(image)
            results.append((data, codec.quantiser.unpack(data), codec.decode(data, 64)))
    finally:
        torch.set_num_threads(before)
    np.testing.assert_array_equal(results[0][1], results[1][1])
    np.testing.assert_allclose(results[0][2], results[1][2], rtol=1e-4, atol=1e-7)


@settings(max_examples=25, deadline=None)
@given(n_bytes=st.integers(2, 12), seed=st.integers(0, 1000))
def test_codes_pack_and_unpack(n_bytes, seed):
    rng = np.random.default_rng(seed)
    quantiser = Quantiser.of([rng.normal(size=(9, 2)), 3 * rng.normal(size=(9, 1))], n_bytes)
    assert math.prod(quantiser.levels) <= 256**n_bytes
    codes = np.array([int(rng.integers(levels)) for levels in quantiser.levels])
    data = quantiser.pack(codes, n_bytes)
    assert len(data) == n_bytes
    np.testing.assert_array_equal(quantiser.unpack(data), codes)


def test_wrong_files_are_refused(space, model):
    codec = TwoFactorCodec(space, model, 6)
    with pytest.raises(BitstreamError, match="a pattern has 6 bytes here, found 5"):
        codec.decode(b"abcde", 64)
    too_high = math.prod(codec.quantiser.levels).to_bytes(6, "big")
    with pytest.raises(BitstreamError, match="no code of the model"):
        codec.decode(too_high, 64)


def test_too_few_bytes_are_refused():
    with pytest.raises(ValueError, match="1 bytes are too few for 9 coordinates"):
        Quantiser.of([np.random.default_rng(0).normal(size=(5, 9))], 1)


def test_a_model_of_another_space_is_refused(model, tmp_path):
    other = make_space(tmp_path / "space.h5")
    other.form.coefficients.resize_(len(other.form.coefficients) - 1, other.form.coefficients.shape[1])
    with pytest.raises(ValueError, match="the model has"):
        TwoFactorCodec(other, model, 6)


def test_training_is_the_same_twice(folder, space, model):
    script("train_two_factor").train(folder / "again.h5", folder / "space.h5", RECORD)
    assert (folder / "again.h5").read_bytes() == (folder / "model.h5").read_bytes()


def test_damaged_model_is_named(folder, model):
    (folder / "bad.h5").write_bytes((folder / "model.h5").read_bytes())
    with h5py.File(folder / "bad.h5", "a") as file:
        values = file["form/weights"][1:]
        del file["form/weights"]
        file["form/weights"] = values
    with pytest.raises(ArtifactError, match=r"bad\.h5: dataset 'form/weights' has"):
        load_two_factor(folder / "bad.h5")


def test_isomap_unrolls_a_rolled_sheet():
    turn, height = np.meshgrid(np.linspace(0, 4, 40), np.linspace(0, 1, 10))
    rolled = np.stack([np.cos(turn), np.sin(turn), height], axis=-1).reshape(-1, 3)
    coordinates = isomap(rolled, 2, 8, seed=0)
    assert abs(np.corrcoef(coordinates[:, 0], turn.ravel())[0, 1]) > 0.999
    assert np.ptp(coordinates[:, 0]) == pytest.approx(4, rel=0.05)


def test_isomap_says_when_the_graph_falls_apart():
    points = np.concatenate([np.zeros((5, 2)), np.full((5, 2), 100.0)]) + np.arange(10)[:, None] * 1e-3
    with pytest.raises(TrainingError, match="falls into 2 parts"):
        isomap(points, 1, 3, seed=0)


def test_network_of_all_units_meets_its_entries():
    rng = np.random.default_rng(1)
    coordinates, coefficients = rng.uniform(size=(60, 2)), rng.normal(size=(60, 4))
    network = fitted_network(coordinates, coefficients, 60)
    np.testing.assert_allclose(network(coordinates), coefficients, atol=1e-3)
