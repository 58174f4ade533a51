"""The part's jobs at scale tiny: what is trained is measured as promised, and tables and figures show it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from latentlab.artifacts import read_summary
from latentlab.pipeline.configuration import load_yaml
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.study_functions import study_function
from latentlab.studies.microscopy.outputs import FIGURES
from latentlab.studies.microscopy.plasmonics.metric_names import metrics, set_metrics, subjects
from latentlab.studies.microscopy.plasmonics.quantities import QUANTITIES
from latentlab.studies.microscopy.plasmonics.tables import dual as dual_table

SETS = ("plasmonics-pixels", "plasmonics-spectra", "plasmonics-particles", "molecules")
RUNS = ("im2spec", "spec2im", "molecules-skip", "molecules-enumerated")
DUALS = ("dual-vae", "dual-vae-upright")
SHOWN = (
    "plasmonics-scenes",
    "plasmonics-maps",
    "plasmonics-energies",
    "plasmonics-pairs",
    "dual-latents",
    "dual-predictions",
    "molecules-latents",
)


@pytest.fixture(scope="module")
def study(repository: Path) -> dict[str, Any]:
    return load_yaml(repository / "config" / "microscopy.yaml")


@pytest.fixture(scope="module")
def made(repository: Path, study: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All artifacts of the part at scale tiny, one epoch each."""
    folder = tmp_path_factory.mktemp("plasmonics")
    sizes = load_yaml(repository / "config" / "scales" / "tiny.yaml")["microscopy"]["plasmonics"]

    def script(name: str) -> ModuleType:
        path = repository / "workflow" / "scripts" / "microscopy" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    for name in SETS:
        script("dataset").dataset(
            folder / f"{name}.h5", [], "plasmonics.data.draw", study["sets"][name], sizes, 42
        )
    for run in RUNS:
        entry = {key: value for key, value in study["runs"][run].items() if key != "seeds"}
        record = {**study["defaults"], **entry, "epochs": 1}
        outputs = {"vae": folder / f"{run}-vae.h5", "evaluation": folder / f"{run}.h5"}
        evaluate = "plasmonics.evaluation.evaluate"
        script("train").train(outputs, folder / f"{record['data']}.h5", record, evaluate, device="cpu")
    for name in DUALS:
        record = {**study["plasmonics"]["duals"][name], "epochs": 1, "seeds": [1, 2]}
        outputs = {"vae": folder / f"{name}-vae.h5", "evaluation": folder / f"{name}.h5"}
        script("dual").dual(outputs, folder / f"{record['data']}.h5", record)
    return folder


def test_metrics_are_those_that_are_promised(made: Path, study: dict[str, Any]) -> None:
    for name in SETS:
        assert set(read_summary(made / f"{name}.h5")) == set_metrics(study["sets"][name])
    for run in RUNS:
        record = {**study["defaults"], **study["runs"][run]}
        promised = metrics(study["sets"][record["data"]], record)
        assert set(read_summary(made / f"{run}.h5")) == promised
        bare = {name.removesuffix("_low").removesuffix("_high").removesuffix("_null") for name in promised}
        assert bare - {"reconstruction"} <= set(QUANTITIES)
    promised = subjects(study)
    assert set(promised) == set(DUALS)
    for name in DUALS:
        summary = read_summary(made / f"{name}.h5")
        assert set(summary) == promised[name]
        assert summary["r2_low"] <= summary["r2"] <= summary["r2_high"]


def test_the_dual_table_has_models_above_answers(made: Path, study: dict[str, Any]) -> None:
    entry = study["tables"]["dual-vae"]
    names = [*entry["subjects"], *entry["sets"]]
    shown = dual_table(Inputs({}, {name: made / f"{name}.h5" for name in names}), entry)
    (part,) = shown.parts
    assert len(shown.data) == len(DUALS) + part.below
    summary = read_summary(made / "dual-vae.h5")
    assert shown.data.loc[0, "structure_error"] == summary["structure_error"]
    known = read_summary(made / "plasmonics-particles.h5")
    assert known["structure_error_nearest"] in set(shown.data["structure_error"])


@pytest.mark.parametrize("name", SHOWN)
def test_figures_are_drawn_with_labels(made: Path, study: dict[str, Any], name: str) -> None:
    spec = dict(study["figures"][name])
    runs = [run.removeprefix("@") for run in spec.get("runs", [spec["run"]] if "run" in spec else [])]
    spec["runs"] = runs
    names = [*spec.get("sets", []), *spec.get("subjects", [])]
    inputs = Inputs({run: made / f"{run}.h5" for run in runs}, {each: made / f"{each}.h5" for each in names})
    figure = study_function("microscopy", FIGURES[spec["kind"]])(inputs, spec)
    figure.canvas.draw()
    assert any(axis.get_xlabel() for axis in figure.axes)
    assert any(axis.has_data() for axis in figure.axes)
