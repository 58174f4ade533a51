"""Evaluation of a network's latents, and answers without training, on small tiles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from sklearn.decomposition import PCA

from latentlab.studies.landcover.latent_space.answers import answers
from latentlab.studies.landcover.latent_space.evaluation import evaluate
from latentlab.studies.landcover.latent_space.latents import encode, principal_components, sample
from latentlab.studies.landcover.latent_space.metric_names import answers as answer_names
from latentlab.studies.landcover.latent_space.metric_names import embedded, metrics
from latentlab.studies.landcover.latent_space.quantities import QUANTITIES
from latentlab.studies.landcover.network.vae import build_vae
from latentlab.studies.landcover.run_tiles import RunTiles, pictures


@pytest.fixture(scope="module")
def record(repository: Path) -> dict[str, Any]:
    layers = yaml.safe_load((repository / "config" / "landcover.yaml").read_text())["architectures"]["8"]
    sizes = {"latent": 6, "side": 16, "input": "rgb", "restores": "rgb", "variational": True}
    chosen = {"architecture": "8", "initialisation": "glorot", "seed": 5}
    return {**sizes, **chosen, "layers": {part: layers[part] for part in ("encoder", "decoder")}}


def test_a_run_has_its_metrics_and_latents(small_tiles: RunTiles, record: dict[str, Any]) -> None:
    summary, arrays = evaluate(build_vae(record), small_tiles, record)
    assert set(summary) == metrics(record)
    assert summary["knn_balanced_low"] <= summary["knn_balanced"] <= summary["knn_balanced_high"]
    shapes = {name: values.shape for name, values in arrays.items()}
    assert shapes == {
        "latent_mean": (48, 6),
        "latent_sampled": (48, 6),
        "latent_train": (64, 6),
        "active": (6,),
        "knn_class": (48,),
        "cluster": (48,),
    }
    again, same = evaluate(build_vae(record), small_tiles, record)
    assert again == pytest.approx(summary, nan_ok=True, abs=0)
    assert all(np.array_equal(same[name], values) for name, values in arrays.items())


def test_samples_spread_about_the_mean_as_the_encoder_says(record: dict[str, Any]) -> None:
    mean, log_variance = np.full((20_000, 2), 3.0, np.float32), np.tile(np.float32([0.0, -4.0]), (20_000, 1))
    drawn = sample(mean, log_variance, np.random.default_rng(0))
    assert drawn.mean(axis=0) == pytest.approx([3, 3], abs=0.05)
    assert drawn.std(axis=0) == pytest.approx([1, np.exp(-2)], rel=0.03)
    assert sample(mean, None, np.random.default_rng(0)) is mean


def test_an_autoencoder_has_its_means_as_codes(small_tiles: RunTiles, record: dict[str, Any]) -> None:
    plain = {**record, "variational": False}
    summary, arrays = evaluate(build_vae(plain), small_tiles, plain)
    assert np.array_equal(arrays["latent_sampled"], arrays["latent_mean"])
    assert summary["knn_balanced_sampled"] == summary["knn_balanced"]


def test_latents_that_do_not_move_are_collapsed(small_tiles: RunTiles, record: dict[str, Any]) -> None:
    model = build_vae(record)
    with torch.no_grad():
        model.mean.weight[:4] = 0.0
        model.mean.weight[4:] *= 100.0
    summary, arrays = evaluate(model, small_tiles, record)
    assert arrays["active"].tolist() == [False] * 4 + [True] * 2
    assert summary["active_units"] == 2
    assert summary["collapsed_share"] == pytest.approx(2 / 3)


def test_encoding_in_parts_changes_nothing(small_tiles: RunTiles, record: dict[str, Any]) -> None:
    model = build_vae(record)
    mean, log_variance = encode(model, small_tiles.test, "rgb")
    with torch.no_grad():
        known = model.encode(torch.from_numpy(pictures(small_tiles.test, "rgb")))
    assert np.allclose(mean, known[0])
    assert np.allclose(log_variance, known[1])


def test_components_are_those_of_scikit_learn(small_tiles: RunTiles) -> None:
    train, test = principal_components(small_tiles.train, small_tiles.test)
    rows, new = (
        pictures(each, "rgb").reshape(len(each), -1) for each in (small_tiles.train, small_tiles.test)
    )
    known = PCA(5, svd_solver="full").fit(rows)
    assert train.shape == (64, 63)
    assert test.shape == (48, 63)
    assert np.abs(train[:, :5]) == pytest.approx(np.abs(known.transform(rows)), abs=1e-3)
    assert np.abs(test[:, :5]) == pytest.approx(np.abs(known.transform(new)), abs=1e-3)


def test_each_metric_has_a_title_and_a_direction(record: dict[str, Any]) -> None:
    labels = ["2", "10", "50", "128", "512", "full"]
    for name in metrics(record) | answer_names(labels) | embedded(["convolution-50", "architecture-14"]):
        assert QUANTITIES[name].title
        assert QUANTITIES[name].better == ("" if name in ("active_units", "collapsed_share") else "higher")


def test_answers_without_training(small_tiles: RunTiles, record: dict[str, Any]) -> None:
    sizes = {"2": 2, "full": 6}
    untrained = [
        {**record, "architecture": name, "latent": size} for name in ("8", "14") for size in sizes.values()
    ]
    summary, arrays = answers(small_tiles, sizes, untrained, 1)
    assert set(summary) == answer_names(list(sizes))
    assert not arrays
    assert summary["colour_r2_mean_colour"] == pytest.approx(1.0, abs=1e-6)
    assert summary["knn_balanced_mean_colour"] > 0.9  # each class has its colour
    assert summary["knn_balanced_majority"] <= 0.5
    assert summary["knn_balanced_shuffled"] < summary["knn_balanced_pca_full"]
    assert -0.1 < summary["kmeans_ari_shuffled"] < 0.2 < summary["kmeans_ari_pca_full"]
    assert summary["city_accuracy_majority"] == 0.5
