"""Stages on digits at a small size: trainings, evaluations, ensemble, few labels, tables, figures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentlab.artifacts import read_summary
from latentlab.pipeline.configuration import load_yaml
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.runs import declare_runs
from latentlab.pipeline.study_functions import study_function
from latentlab.studies.microscopy.digits.data import draw
from latentlab.studies.microscopy.digits.metric_names import (
    ENSEMBLE,
    INTERVAL,
    LABELS,
    label_metrics,
    metrics,
    subjects,
)
from latentlab.studies.microscopy.digits.tables import ensemble_table, labels_table
from latentlab.studies.microscopy.evaluation_file import read_arrays
from latentlab.studies.microscopy.outputs import FIGURES
from latentlab.studies.microscopy.quantities import QUANTITIES
from latentlab.studies.microscopy.set_file import write_set

SIZES = {"side": 16, "train": 200, "test": 100}
EPOCHS = 6
SHOWN = {  # a run of each kind
    "ae-digits": "digits",
    "vae-digits": "digits",
    "cvae-digits": "digits",
    "rvae-digits": "digits-rotated",
    "jvae-balanced": "digits",
    "ssvae-digits": "digits",
    "denoise-digits": "digits-noisy",
    "colourise-digits": "digits-coloured",
}
FIGURES_SHOWN = {
    "digits-latent": {"runs": ["ae-digits", "vae-digits"]},
    "digits-manifolds": {"runs": ["cvae-digits", "jvae-balanced"]},
    "digits-restored": {"runs": ["denoise-digits", "colourise-digits"]},
    "digits-angles": {"run": "rvae-digits"},
    "digits-ensemble": {},
    "digits-labels": {},
}


def script(repository: Path, name: str) -> Callable[..., None]:
    """The function of a script of the study."""
    folder = str(repository / "workflow" / "scripts" / "microscopy")
    sys.path.insert(0, folder)
    try:
        module = __import__(name)
    finally:
        sys.path.remove(folder)
    return getattr(module, {"digits_ensemble": "ensemble", "digits_labels": "few_labels"}.get(name, name))


@pytest.fixture(scope="module")
def study(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "microscopy.yaml")


@pytest.fixture(scope="module")
def made(
    repository: Path, study: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Inputs, dict[str, dict[str, Any]]]:
    """Evaluations of the runs and the artifacts of the stages; the runs' records."""
    folder = tmp_path_factory.mktemp("digits")
    declared, _ = declare_runs(study, "config/microscopy.yaml")
    records = {run: {**declared[run], "epochs": EPOCHS} for run in SHOWN}
    data = {name: folder / f"{name}.h5" for name in dict.fromkeys(SHOWN.values())}
    for name, path in data.items():
        write_set(path, draw(study["sets"][name], SIZES, 1), rule="test", record={})
    train = script(repository, "train")
    for run, record in records.items():
        outputs = {name: folder / run / f"{name}.h5" for name in ("vae", "evaluation")}
        train(outputs, data[SHOWN[run]], record, "digits.evaluation.evaluate", device="cpu")
    stages = {ENSEMBLE: folder / "ensemble.h5", LABELS: folder / "labels.h5"}
    ensemble, labels = script(repository, "digits_ensemble"), script(repository, "digits_labels")
    ensemble(stages[ENSEMBLE], data["digits"], records["jvae-balanced"], 3, EPOCHS, device="cpu")
    labels(stages[LABELS], data["digits"], records["ssvae-digits"], [10, 50], [1, 2], device="cpu")
    evaluations = {run: folder / run / "evaluation.h5" for run in records}
    return Inputs(evaluations, {**stages, **data}), records


def test_each_run_measures_what_its_names_promise(
    made: tuple[Inputs, dict[str, Any]], study: dict[str, Any]
) -> None:
    inputs, records = made
    for run, path in inputs.evaluations.items():
        found = read_summary(path)
        assert set(found) == metrics(study["sets"][SHOWN[run]], records[run]), run
        assert set(found) <= set(QUANTITIES), run
        assert np.isfinite(list(found.values())).all(), run


def test_models_have_begun_to_learn(made: tuple[Inputs, dict[str, Any]]) -> None:
    inputs, _ = made
    for run in ("denoise-digits", "colourise-digits"):
        baseline = read_summary(inputs.artifacts[SHOWN[run]])["reconstruction_mean_image"]
        assert read_summary(inputs.evaluations[run])["reconstruction"] < 0.9 * baseline, run


def test_manifolds_have_an_image_for_each_place(made: tuple[Inputs, dict[str, Any]]) -> None:
    inputs, _ = made
    (one, x), (several,) = (
        read_arrays(inputs.evaluations["vae-digits"], "manifold", "manifold_x"),
        read_arrays(inputs.evaluations["cvae-digits"], "manifold"),
    )
    assert one.shape == (len(x), len(x), 16, 16)
    assert x[0] == -x[-1]
    assert several.shape[0] == 10
    (confusion,) = read_arrays(inputs.evaluations["jvae-balanced"], "confusion")
    assert confusion.sum() == SIZES["test"]


def test_stages_measure_what_their_names_promise(made: tuple[Inputs, dict[str, Any]]) -> None:
    inputs, _ = made
    stages = {"digits": {"ensemble": {}, "labels": {"counts": [10, 50]}}}
    for subject, names in subjects(stages).items():
        found = read_summary(inputs.artifacts[subject])
        assert set(names) == set(found)
        known = {f"{name}{end}" for name in QUANTITIES for end in INTERVAL}
        assert set(found) <= known | label_metrics([10, 50])
    drawn, order = read_arrays(inputs.artifacts[ENSEMBLE], "drawn", "class_digit")
    assert drawn.shape == (3, 10, 16, 16)
    assert sorted(order) == list(range(10))


def test_an_ensemble_repeats_itself(
    repository: Path, made: tuple[Inputs, dict[str, Any]], tmp_path: Path
) -> None:
    inputs, records = made
    ensemble = script(repository, "digits_ensemble")
    ensemble(
        tmp_path / "again.h5", inputs.artifacts["digits"], records["jvae-balanced"], 3, EPOCHS, device="cpu"
    )
    assert read_summary(tmp_path / "again.h5") == read_summary(inputs.artifacts[ENSEMBLE])


def test_tables_show_every_row(made: tuple[Inputs, dict[str, Any]]) -> None:
    inputs, _ = made
    labels = labels_table(inputs, {})
    assert [cell.text for cell in labels.parts[0].columns[0].cells] == [
        "ssVAE",
        "nearest neighbours",
        "logistic regression",
    ]
    assert [column.heading for column in labels.parts[0].columns[1:]] == ["10 labels (%)", "50 labels (%)"]
    ensemble = ensemble_table(inputs, {})
    assert len(ensemble.parts[0].columns[1].cells) == len(ensemble.data)


@pytest.mark.parametrize("kind", FIGURES_SHOWN)
def test_figures_are_drawn_with_labelled_axes(made: tuple[Inputs, dict[str, Any]], kind: str) -> None:
    inputs, _ = made
    figure = study_function("microscopy", FIGURES[kind])(inputs, FIGURES_SHOWN[kind])
    assert figure.get_size_inches()[0] <= 7.1
    parts = [figure, *figure.subfigs]
    axes = [axis for part in parts for axis in part.axes if axis.axison]
    for axis in axes:
        if not axis.images and axis.get_label() != "<colorbar>":
            assert axis.get_xlabel() or figure.get_supxlabel()
    assert any(axis.get_ylabel() or axis.get_title() for axis in axes)
    figure.canvas.draw()
