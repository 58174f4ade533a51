"""Samples, interpolations, and how much each latent says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from latentlab.studies.landcover.generation import interpolation, metric_names, samples
from latentlab.studies.landcover.generation.answers import answers, component_samples, components
from latentlab.studies.landcover.generation.collapse import kl_per_latent
from latentlab.studies.landcover.generation.evaluation import evaluate
from latentlab.studies.landcover.network.vae import build_vae
from latentlab.studies.landcover.run_tiles import RunTiles, pictures


def test_pairs_are_of_different_classes_and_the_same_each_time() -> None:
    dominant = np.array([0] * 40 + [1] * 3 + [4])
    found = interpolation.pairs(dominant)
    assert found.shape == (interpolation.PAIRS, 2)
    assert (dominant[found[:, 0]] != dominant[found[:, 1]]).all()
    np.testing.assert_array_equal(found, interpolation.pairs(dominant))
    assert 43 in found  # the only tile of its class
    few = interpolation.pairs(dominant, count=4)
    assert len(set(few.ravel())) == 8  # each tile once
    alone = interpolation.pairs(np.zeros(5, int))
    assert (alone[:, 0] != alone[:, 1]).all()


def test_a_line_is_straight_and_has_its_ends() -> None:
    first, second = np.zeros((2, 3), np.float32), np.full((2, 3), 7, np.float32)
    path = interpolation.line(first, second)
    assert path.shape == (2, 8, 3)
    np.testing.assert_allclose(path[0, :, 0], np.arange(8), rtol=1e-6)


def test_blended_pixels_go_evenly_and_lose_sharpness() -> None:
    noise = np.random.default_rng(0).uniform(size=(2, 4, 3, 16, 16)).astype(np.float32)
    paths = interpolation.line(*noise)
    assert interpolation.unevenness(paths) == pytest.approx(1, rel=1e-4)
    # of unrelated textures half the energy is left half-way, a little more at 3/7 and 4/7
    assert interpolation.middle_sharpness(paths, paths[:, [0, -1]]) == pytest.approx((9 + 16) / 49, rel=0.05)
    jump = np.concatenate([paths[:, :1]] * 4 + [paths[:, -1:]] * 4, axis=1)
    assert interpolation.unevenness(jump) == pytest.approx(7, rel=1e-4)
    assert interpolation.middle_sharpness(jump, paths[:, [0, -1]]) == pytest.approx(1)
    plain = np.full_like(paths, 0.5)
    assert interpolation.middle_sharpness(plain, paths[:, [0, -1]]) == 0


def test_real_tiles_are_nearer_than_mean_images(coloured_tiles: RunTiles) -> None:
    train, test = (pictures(each, "rgb") for each in (coloured_tiles.train, coloured_tiles.test))
    natural = samples.Naturalness(test)
    assert natural.distance(test) == pytest.approx(0, abs=1e-12)
    assert natural.sharpness(test) == pytest.approx(1)
    plain = np.broadcast_to(train.mean(axis=0), test.shape)
    assert natural.distance(train) < 0.05 < 0.3 < natural.distance(plain) <= 1
    assert natural.sharpness(plain) < 0.1


def test_the_prior_is_standard_normal_and_seeded() -> None:
    drawn = samples.prior(2000, 5, seed=1)
    assert abs(drawn.mean()) < 0.05
    assert drawn.std() == pytest.approx(1, abs=0.03)
    np.testing.assert_array_equal(drawn, samples.prior(2000, 5, seed=1))
    assert (drawn != samples.prior(2000, 5, seed=2)).any()


def test_samples_of_components_have_the_mean_and_variance_of_the_pictures() -> None:
    random = np.random.default_rng(0)
    directions = random.standard_normal((2, 3, 8, 8))
    train = 0.5 + 0.02 * np.einsum("nk,kchw->nchw", random.standard_normal((60, 2)), directions)
    found = component_samples(*components(train, 10), count=4000, seed=1)
    np.testing.assert_allclose(found.mean(axis=0), train.mean(axis=0), atol=0.005)
    np.testing.assert_allclose(found.std(axis=0), train.std(axis=0), atol=0.005)


def test_the_divergence_of_a_collapsed_latent_is_0() -> None:
    mean, log_variance = np.zeros((50, 3)), np.zeros((50, 3))
    mean[:, 1], log_variance[:, 2] = 2.0, np.log(0.25)
    expected = [0, 2, (0.25 - 1 - np.log(0.25)) / 2]
    np.testing.assert_allclose(kl_per_latent(mean, log_variance), expected)


@pytest.mark.parametrize(
    "changes",
    [{}, {"variational": False}, {"input": "grey"}],
    ids=["vae", "autoencoder", "grey"],
)
def test_an_evaluation_has_what_the_names_say(
    coloured_tiles: RunTiles, small_record: dict[str, Any], changes: dict[str, Any]
) -> None:
    record = {**small_record, **changes}
    model = build_vae(record)
    summary, arrays = evaluate(model, coloured_tiles, record)
    assert set(summary) == metric_names.metrics(record)
    assert all(np.isfinite(value) for value in summary.values())
    assert arrays["generation/samples"].shape == (samples.SHOWN, 3, 32, 32)
    assert arrays["generation/paths"].shape == (interpolation.SHOWN, 8, 3, 32, 32)
    assert arrays["generation/ends"].shape == (interpolation.SHOWN, 2, 3, 32, 32)
    assert ("generation/kl_per_latent" in arrays) == record["variational"]
    again, _ = evaluate(model, coloured_tiles, record)
    assert again == summary


def test_bands_are_not_measured(coloured_tiles: RunTiles, small_record: dict[str, Any]) -> None:
    record = {**small_record, "input": "bands", "restores": "bands"}
    assert evaluate(None, coloured_tiles, record) == ({}, {})
    assert metric_names.metrics(record) == set()


def test_answers_have_what_the_names_say(coloured_tiles: RunTiles) -> None:
    summary, arrays = answers(coloured_tiles, {"2": 2, "full": 16}, [], 1)
    assert set(summary) == metric_names.answers(["2", "full"])
    assert {each.shape for each in arrays.values()} == {(samples.SHOWN, 3, 32, 32)}
    real = summary["sample_distance_training_tiles"]
    assert real < summary["sample_distance_pca_full"] < summary["sample_distance_mean_image"]
    assert summary["interpolation_unevenness_blending"] == pytest.approx(1, rel=1e-4)
