"""Metrics of runs and answers without training; the script that trains and measures."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.unit.studies.landcover.micro_landcover import (
    micro_record,
    micro_run_tiles,
    micro_set,
    micro_tiles,
)

from latentlab.artifacts import read_summary
from latentlab.errors import TrainingError
from latentlab.studies.landcover.evaluation_file import read_arrays
from latentlab.studies.landcover.merged import merged
from latentlab.studies.landcover.metric_names import run_metrics
from latentlab.studies.landcover.network.vae import build_vae
from latentlab.studies.landcover.network.vae_file import load_vae
from latentlab.studies.landcover.reconstruction import metric_names
from latentlab.studies.landcover.reconstruction.answers import answers
from latentlab.studies.landcover.reconstruction.components import Components
from latentlab.studies.landcover.reconstruction.evaluation import evaluate, of_history
from latentlab.studies.landcover.reconstruction.quantities import QUANTITIES
from latentlab.studies.landcover.run_tiles import RunTiles
from latentlab.studies.landcover.training.timing_file import read_timing

TILES = micro_run_tiles()
HISTORY = [{"epoch": 1.0, "mae": 0.5, "loss": 0.6}, {"epoch": 2.0, "mae": 0.25, "loss": 0.375}]


@pytest.mark.parametrize(
    "changed",
    [{}, {"variational": False}, {"input": "grey"}, {"input": "bands", "restores": "bands"}],
    ids=["rgb", "autoencoder", "grey", "bands"],
)
def test_the_summary_has_the_names_that_are_declared(architectures: dict, changed: dict[str, Any]) -> None:
    record = micro_record(architectures, **changed)
    model = build_vae(record).eval()
    summary, arrays = merged([of_history(HISTORY, record), evaluate(model, TILES, record)])
    assert set(summary) == metric_names.metrics(record)
    assert set(summary) <= set(QUANTITIES)
    assert arrays["reconstruction/mae"].shape == (40,)
    assert arrays["reconstruction/restored"].shape == arrays["reconstruction/originals"].shape
    assert arrays["history/mae"].tolist() == [0.5, 0.25]
    assert summary["loss_train"] == 0.375


def test_metrics_are_those_of_the_latents_means(architectures: dict) -> None:
    record = micro_record(architectures)
    model = build_vae(record).eval()
    summary, arrays = evaluate(model, TILES, record)
    x = torch.from_numpy(TILES.test.rgb / np.float32(255))
    with torch.no_grad():
        mean, log_variance = model.encode(x)
        restored = model.decode(mean)
        drawn = model.decode(mean + torch.exp(log_variance / 2) * torch.randn(mean.shape))
    assert summary["mae"] == pytest.approx((restored - x).abs().mean().item(), rel=1e-5)
    assert summary["mae_sampled"] == pytest.approx((drawn - x).abs().mean().item(), rel=0.1)
    assert summary["mae_sampled"] != pytest.approx(summary["mae"], rel=1e-4)
    places = arrays["reconstruction/shown"]
    np.testing.assert_array_equal(arrays["reconstruction/originals"], TILES.test.rgb[places])
    np.testing.assert_allclose(
        arrays["reconstruction/restored"], 255 * restored[places].numpy(), atol=0.5 + 1e-3
    )


def test_many_tiles_are_measured_in_parts(architectures: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    from latentlab.studies.landcover.reconstruction import evaluation

    record = micro_record(architectures, variational=False)
    model = build_vae(record).eval()
    whole, _ = evaluate(model, TILES, record)
    monkeypatch.setattr(evaluation, "TOGETHER", 7)
    assert evaluate(model, TILES, record)[0] == pytest.approx(whole, rel=1e-5)


def test_eight_bands_have_their_own_trivial_answer(architectures: dict) -> None:
    record = micro_record(architectures, input="bands", restores="bands")
    summary, _ = evaluate(build_vae(record).eval(), TILES, record)
    bands = np.minimum(TILES.test.bands / 10_000, 1.0)
    expected = np.abs(bands - bands.mean(axis=(2, 3), keepdims=True)).mean()
    assert summary["mae_bands_mean_colour"] == pytest.approx(expected, rel=1e-4)


def test_components_are_those_of_a_singular_value_decomposition() -> None:
    found = Components.of(TILES.train.rgb, 5)
    rows = TILES.train.rgb.reshape(48, -1) / 255
    centred = rows - rows.mean(axis=0)
    directions = np.linalg.svd(centred, full_matrices=False)[2][:5]
    np.testing.assert_allclose(np.abs((found.directions * directions).sum(axis=1)), 1, atol=1e-4)
    np.testing.assert_allclose(found.mean, rows.mean(axis=0), atol=1e-5)


def test_all_components_restore_the_training_tiles() -> None:
    found = Components.of(TILES.train.rgb, 1000)
    rows = TILES.train.rgb.reshape(48, -1).astype(np.float32) / 255
    assert len(found.directions) == 47
    np.testing.assert_allclose(found.restored(rows, 1000), rows, atol=1e-3)
    assert np.abs(found.restored(rows, 2) - rows).mean() > 0.01


def test_equal_pictures_have_no_components() -> None:
    found = Components.of(np.full((4, 3, 2, 2), 51, np.uint8), 3)
    np.testing.assert_allclose(found.restored(np.full((1, 12), 0.2, np.float32), 3), 0.2, rtol=1e-6)


def test_answers_know_what_they_say() -> None:
    summary, _ = answers(TILES, {"2": 2, "full": 20}, [], seed=1)
    assert set(summary) == metric_names.answers(["2", "full"])
    x = TILES.test.rgb / 255
    expected = {
        "mean_colour": np.abs(x - x.mean(axis=(2, 3), keepdims=True)).mean(),
        "mean_image": np.abs(x - TILES.train.rgb.mean(axis=0) / 255).mean(),
    }
    for name, value in expected.items():
        assert summary[f"mae_{name}"] == pytest.approx(value, rel=1e-4)
    # six numbers make a tile: components find them, the mean colour knows three
    assert summary["mse_pca_full"] < summary["mse_mean_colour"] < summary["mse_mean_image"]
    assert summary["mse_pca_full"] < summary["mse_pca_2"]


def test_answers_are_not_fitted_to_the_test_tiles() -> None:
    other = RunTiles(TILES.train, TILES.validation, micro_tiles(8, seed=9))
    first, second = (answers(tiles, {"3": 3}, [], seed=1)[0] for tiles in (TILES, other))
    basis = Components.of(TILES.train.rgb, 3)
    rows = other.test.rgb.reshape(8, -1).astype(np.float32) / 255
    assert second["mae_pca_3"] == pytest.approx(np.abs(basis.restored(rows, 3) - rows).mean(), rel=1e-4)
    assert first["mae_pca_3"] != second["mae_pca_3"]


def test_every_trivial_answer_is_measured() -> None:
    for name in metric_names.metrics({"restores": "rgb"}):
        trivial = QUANTITIES[name].trivial
        assert trivial is None or trivial in metric_names.answers(["full"])


@pytest.fixture
def train(repository: Path) -> Any:
    """What the job of a run does."""
    spec = importlib.util.spec_from_file_location(
        "landcover_train", repository / "workflow/scripts/landcover/train.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.train


def paths(folder: Path) -> dict[str, Path]:
    return {"vae": folder / "vae.h5", "evaluation": folder / "evaluation.h5", "timing": folder / "timing.csv"}


def test_a_job_trains_and_measures(train: Any, architectures: dict, tmp_path: Path) -> None:
    data, record = micro_set(tmp_path / "tiles.h5"), micro_record(architectures)
    for folder in ("first", "again"):
        train(paths(tmp_path / folder), data, tmp_path / "checkpoint", record, code="abc")
    first, again = paths(tmp_path / "first"), paths(tmp_path / "again")
    assert first["vae"].read_bytes() == again["vae"].read_bytes()
    assert read_summary(first["evaluation"]) == read_summary(again["evaluation"])
    assert set(read_summary(first["evaluation"])) == run_metrics(record)
    assert load_vae(first["vae"]).history[-1]["epoch"] == 2
    assert len(read_arrays(first["evaluation"], "history/validation_mae")[0]) == 2
    assert read_timing(first["timing"])["steps"] == 2 * 48 // 8
    assert not (tmp_path / "checkpoint").exists()


def test_a_job_that_fails_leaves_nothing(train: Any, architectures: dict, tmp_path: Path) -> None:
    data, out = micro_set(tmp_path / "tiles.h5"), paths(tmp_path / "out")
    with pytest.raises(TrainingError, match="a batch has 99 pictures, but there are 48 for training"):
        train(out, data, tmp_path / "checkpoint", micro_record(architectures, batch=99))
    assert not any(path.exists() for path in out.values())
