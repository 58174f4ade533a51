"""Measures of atoms' latents, and that evaluations carry exactly the metrics that are promised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.configuration import load_yaml
from latentlab.pipeline.runs import declare_runs
from latentlab.studies.microscopy.atoms.components import decompose
from latentlab.studies.microscopy.atoms.data import draw
from latentlab.studies.microscopy.atoms.evaluation import evaluate
from latentlab.studies.microscopy.atoms.measures import (
    angle_error_deg,
    defect_scores,
    lattice_fold,
    linear_r2,
    neighbour_r2,
    phase_agreement,
)
from latentlab.studies.microscopy.atoms.metric_names import (
    component_metrics,
    metrics,
    set_metrics,
    subjects,
)
from latentlab.studies.microscopy.atoms.quantities import QUANTITIES
from latentlab.studies.microscopy.model import train_model
from latentlab.studies.microscopy.set_file import write_set

RUNS = ("interface-trvae", "perovskite-rvae", "graphene-jrvae", "domains-tvae")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_the_angles_error_is_modulo_symmetry_and_each_groups_constant(rng: np.random.Generator) -> None:
    truth, groups = rng.uniform(0, 2 * np.pi, 600), rng.integers(2, size=600)
    turns = np.pi / 2 * rng.integers(4, size=600)
    estimate = truth + turns + np.where(groups == 0, 0.3, 1.0) + rng.normal(0, np.radians(2), 600)
    error, shuffled = angle_error_deg(truth, estimate, groups, 4)
    assert error == pytest.approx(2 * 0.6745, rel=0.2)
    assert 18 < shuffled < 27  # a quarter of 90 degrees
    assert angle_error_deg(truth, estimate, groups, 1)[0] > 30


def test_r2_is_1_for_what_is_told_and_about_0_for_what_is_not(rng: np.random.Generator) -> None:
    codes = rng.normal(size=(2, 400, 2))
    truth = codes @ np.array([[1.0, 2.0], [-1.0, 0.5]]) + 3
    assert linear_r2(codes[0], truth[0], codes[1], truth[1]) == pytest.approx(1)
    assert neighbour_r2(codes[0], truth[0], codes[1], truth[1]) > 0.9
    other = rng.normal(size=(2, 400, 2))
    assert linear_r2(other[0], truth[0], other[1], truth[1]) < 0.05
    assert neighbour_r2(other[0], truth[0], other[1], truth[1]) < 0.1


def test_phases_agree_up_to_whole_cells_and_a_constant(rng: np.random.Generator) -> None:
    truth = rng.uniform(-np.pi, np.pi, (500, 2))
    cells = 2 * np.pi * rng.integers(-1, 2, (500, 2))
    assert phase_agreement(truth, truth + cells + 0.7) == pytest.approx(1)
    assert phase_agreement(truth, -truth) < 0.15
    assert phase_agreement(truth, np.zeros_like(truth)) < 0.15


def test_defects_are_what_is_not_in_the_largest_class() -> None:
    defect = np.array([0, 0, 0, 0, 0, 1, 1, 0], bool)
    frames = np.repeat([0, 1], 4)
    assert defect_scores(defect, np.where(defect, 2, 1), frames) == (1.0, pytest.approx(4 / 10), 0.0)
    f1, every, share = defect_scores(defect, np.array([1, 1, 1, 1, 1, 1, 0, 0]), frames)
    assert f1 == pytest.approx(0.5)
    assert every == pytest.approx(0.4)
    assert share == 0.0


@pytest.mark.parametrize("fold", [1, 3, 4, 6])
def test_the_lattices_symmetry_is_seen_in_its_angles(fold: int, rng: np.random.Generator) -> None:
    row, column = (part.ravel().astype(float) for part in np.indices((20, 20)))
    angle = 0.3 + 2 * np.pi / fold * rng.integers(fold, size=400) + rng.normal(0, 0.03, 400)
    assert lattice_fold(angle, row, column, np.zeros(400, int)) == fold


@pytest.fixture
def study(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "microscopy.yaml")


@pytest.fixture
def sizes(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "scales" / "tiny.yaml")["microscopy"]["atoms"]


@pytest.mark.parametrize("run", RUNS)
def test_sets_runs_and_components_carry_their_metrics(
    study: dict[str, Any], sizes: dict[str, Any], run: str, tmp_path: Path
) -> None:
    record = {**declare_runs(study, "s.yaml")[0][run], "epochs": 1}
    spec = study["sets"][record["data"]]
    drawn = draw(spec, sizes, 1)
    assert set(drawn.summary) == set_metrics(spec)
    path = tmp_path / "set.h5"
    write_set(path, drawn, rule="test", record={"spec": spec})
    model, _ = train_model(record, drawn.train, device="cpu", progress=False)
    summary, arrays = evaluate(model, drawn.train, drawn.test, record, path)
    assert set(summary) == metrics(spec, record)
    assert set(summary) - {"reconstruction"} <= set(QUANTITIES)
    assert all(np.isfinite(list(summary.values())))
    assert len(arrays["latents"]) == len(arrays["row"]) == len(drawn.test)
    found, _ = decompose(drawn.train, drawn.test, path, 1)
    assert set(found) == component_metrics(spec)


def test_patches_are_cut_where_their_factors_say(study: dict[str, Any], sizes: dict[str, Any]) -> None:
    drawn = draw(study["sets"]["atoms-graphene"], sizes, 1)
    test, image = drawn.test, drawn.extra["test/scenes/1"]
    for number in np.flatnonzero(test.factors["frame"] == 1)[:10]:
        row, column = (round(float(test.factors[name][number])) for name in ("row", "column"))
        middle = test.images[number, 0, 8:10, 8:10].mean()
        assert middle == pytest.approx(image[row - 1 : row + 2, column - 1 : column + 2].mean(), abs=0.12)
    again = draw(study["sets"]["atoms-graphene"], sizes, 1)
    np.testing.assert_array_equal(drawn.train.images, again.train.images)
    assert not np.array_equal(drawn.extra["train/scenes/0"], drawn.extra["test/scenes/0"])


def test_every_set_of_atoms_has_its_components(study: dict[str, Any]) -> None:
    found = subjects(study)
    assert {
        "components-perovskite",
        "components-interface",
        "components-graphene",
        "components-domains",
    } == set(found)


def test_a_scene_without_a_whole_patch_is_refused(study: dict[str, Any], sizes: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="no faint atom of the train scenes has a whole patch of 20 px"):
        draw(study["sets"]["atoms-perovskite"], {**sizes, "side": 144}, 2026)
