"""Models and rivals trained for a few steps: metrics, table, figure, file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.studies.landcover.invariants.drawn_tiles import SIDE, drawn_tiles
from tests.unit.studies.lines.tiny_lines import script  # of any study

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.evaluation_file import KIND, read_arrays
from latentlab.studies.landcover.invariants.evaluation import Measured, evaluate, summary_of
from latentlab.studies.landcover.invariants.figures import draw_models
from latentlab.studies.landcover.invariants.metric_names import GAINS, metrics
from latentlab.studies.landcover.invariants.models import encoded, train_model
from latentlab.studies.landcover.invariants.records import resolved
from latentlab.studies.landcover.invariants.small_tiles import small_splits
from latentlab.studies.landcover.invariants.tables import models
from latentlab.studies.landcover.tile_set import TileSet, write_tiles

SCALE = {"side": SIDE, "invariant_epochs": 1.0}
COMMON = {"latent": 3, "hidden": [16], "likelihood": "gaussian", "beta_continuous": 0.3, "batch": 16}
MODELS = {
    "vae": {},
    "untrained": {"trained": False},
    "jrvae": {"classes": 5, "rotation": "enumerated", "orientations": 4, "discrete": "enumerated"},
    "ssvae": {"classes": 5, "labelled": 20, "discrete": "enumerated"},
}
ENTRY = {
    "seeds": [1, 2],
    "side": 8,
    "input": "rgb",
    "defaults": {**COMMON, "epochs": 4, "learning_rate": 5e-3},
    "models": MODELS,
}
RECORD: dict[str, Any] = resolved({"some": ENTRY}, SCALE, "s.yaml")["some"]
TRAIN, TEST = drawn_tiles((0, 1, 2, 3), seed=1), drawn_tiles((4, 5, 6, 7), seed=2)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artifact that the script writes."""
    folder = tmp_path_factory.mktemp("invariants")
    splits = {"train": TRAIN, "validation": drawn_tiles((9, 10)), "test": TEST}
    tiles = TileSet(splits, attributes={"pixel_m": 4.0})
    write_tiles(folder / "tiles.h5", tiles, rule="test", record={}, inputs=[], code="")
    made = script("invariant", "landcover")
    made(folder / "models.h5", folder / "tiles.h5", RECORD, code="c", device="cpu")
    return folder / "models.h5"


def test_the_summary_has_the_promised_metrics(path: Path) -> None:
    summary = read_summary(path)
    assert set(summary) == metrics(RECORD)
    for name, value in summary.items():
        assert np.isfinite(value), name
        if f"{name}_low" in summary:
            assert summary[f"{name}_low"] - 1e-12 <= value <= summary[f"{name}_high"] + 1e-12, name
    with read_artifact(path, kind=KIND) as file:
        assert record_of(file) == RECORD


def test_quarter_turns_move_only_models_that_are_not_invariant(path: Path) -> None:
    summary = read_summary(path)
    assert summary["moved_turned_jrvae"] < 1e-3
    assert summary["class_kept_jrvae"] == 1
    assert summary["moved_turned_colour"] < 1e-4
    assert summary["moved_turned_vae"] > 0.01
    assert summary["moved_turned_untrained"] > 0.1


def test_gains_are_differences_of_means(path: Path) -> None:
    summary = read_summary(path)
    for metric in GAINS:
        difference = summary[f"{metric}_colour"] - summary[f"{metric}_vae"]
        assert summary[f"gain_{metric}_colour"] == pytest.approx(difference)


def test_colours_tell_tiles_that_differ_in_colour(path: Path) -> None:
    summary = read_summary(path)
    assert summary["knn_balanced_colour"] > 0.9
    assert summary["label_balanced_colour"] > 0.9
    assert summary["knn_balanced_chance"] == 0.2


def test_equal_records_give_equal_results() -> None:
    entry = {**RECORD, "seeds": [5], "models": {"jrvae": RECORD["models"]["jrvae"]}}
    first, second = (evaluate(entry, TRAIN, TEST) for _ in range(2))
    assert first[0] == second[0]
    for name, values in first[1].items():
        np.testing.assert_array_equal(values, second[1][name])
    assert not [name for name in first[0] if name.startswith("gain")]  # there is no control


def test_a_training_without_a_value_is_left_out() -> None:
    values = (0.25, float("nan"), 0.75)
    summary = summary_of({"rvae": [Measured({"moved_turned": each}, {}) for each in values]}, seed=0)
    assert summary == {
        "moved_turned_rvae": 0.5,
        "moved_turned_rvae_low": 0.25,
        "moved_turned_rvae_high": 0.75,
    }
    nothing = summary_of({"rvae": [Measured({"moved_turned": float("nan")}, {})]}, seed=0)
    assert np.isnan(list(nothing.values())).all()


def test_an_untrained_model_keeps_its_first_weights() -> None:
    small, _ = small_splits(TRAIN, TEST, "rgb", 8)
    record = RECORD["models"]["untrained"]
    model = train_model(record, small.images, TRAIN.factors["dominant"], seed=1)
    assert model.history == []
    assert encoded(model, small.images).latents.shape == (len(TRAIN), 3)


def test_latents_of_a_joint_model_hold_its_class_probabilities() -> None:
    small, _ = small_splits(TRAIN, TEST, "rgb", 8)
    model = train_model(RECORD["models"]["ssvae"], small.images, TRAIN.factors["dominant"], seed=1)
    found = encoded(model, small.images)
    assert found.latents.shape == (len(TRAIN), 3 + 5)
    np.testing.assert_allclose(found.latents[:, 3:].sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(found.latents[:, 3:].argmax(axis=1), found.classes)


def test_the_table_shows_models_above_rivals(path: Path) -> None:
    spec = {"subjects": ["some"], "ours": ["knn_balanced", "gain_fractions_r2", "class_explained"]}
    table = models(Inputs({}, {"some": path}), spec)
    (part,) = table.parts
    assert part.below == 2
    assert [cell.text for cell in part.columns[0].cells][:2] == ["VAE, the control", "VAE, random weights"]
    assert list(table.data.model) == [*MODELS, "colour", "components"]
    summary = read_summary(path)
    assert table.data.knn_balanced[0] == summary["knn_balanced_vae"]
    gains = part.columns[2].cells
    assert gains[0].text == ""  # the control has no gain over itself
    assert " to " in gains[3].detail
    assert part.columns[3].cells[0].text == ""  # nor a class


def test_the_figure_shows_every_model(path: Path) -> None:
    figure = draw_models(Inputs({}, {"some": path}), {"subjects": ["some"]})
    titles = [axis.get_title() for each in figure.subfigs for axis in each.axes if axis.get_title()]
    assert len(titles) == 1 + len(MODELS)
    shown, met = read_arrays(path, "shown/jrvae", "met/jrvae")
    assert shown.shape == (5, 10, 32, 32, 3)
    assert met.sum() == len(TEST)
