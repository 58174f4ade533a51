"""What the rule `claims` passes on: values of the runs and metrics that claims need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from latentlab.pipeline.claims.inputs import claims_inputs, judge_of
from latentlab.pipeline.configuration import load_yaml
from latentlab.pipeline.quantities import quantity
from latentlab.studies.gisaxs import metric_names as gisaxs
from latentlab.studies.lines import metric_names as lines
from latentlab.studies.registries import JUDGING, QUANTITIES, REGISTRIES, load

STUDIES = list(REGISTRIES)


@pytest.fixture(scope="module", params=STUDIES)
def study(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def loaded(study: str, repository: Path) -> dict[str, Any]:
    config = {**load_yaml(repository / "config" / "config.yaml"), "scale": "quick"}
    _, _, content, records = load(repository, config, study)
    documents = repository / "config" / "documents" / study
    inputs = claims_inputs(content, records, QUANTITIES[study], JUDGING[study], documents)
    return {"content": content, "records": records, **inputs}


def test_they_are_plain_values(loaded: dict[str, Any]) -> None:
    inputs = {key: value for key, value in loaded.items() if key not in ("content", "records")}
    assert json.loads(json.dumps(inputs)) == inputs
    judge_of({}, **{key: inputs[key] for key in ("seeds", "alike", "baselines", "scores", "quantities")})


def test_seeds_share_their_likeness(loaded: dict[str, Any]) -> None:
    assert loaded["seeds"]
    for run, members in loaded["seeds"].items():
        assert members[0] == run
        trained = [member for member in members if member in loaded["alike"]]  # a scale may leave a run out
        assert len({loaded["alike"][member] for member in trained}) <= 1


def test_each_score_has_a_trivial_answer(loaded: dict[str, Any], study: str) -> None:
    for score in set(loaded["scores"].values()):
        described = quantity(score, QUANTITIES[study])
        assert described.better
        assert described.trivial is not None


def test_each_trivial_answer_is_measured(study: str) -> None:
    """Of a run, or of its baselines: otherwise the rule would end in an error after all trainings."""
    if study == "gisaxs":
        measured = gisaxs.RUN_METRICS | gisaxs.baseline_metrics("clean")
    else:
        labels = ["orientation", "count", "shape", "volume_fraction", "total_length"]
        measured = lines.run_metrics(labels, range(1, 10)) | lines.set_metrics(labels)
    for metric, described in QUANTITIES[study].items():
        if isinstance(described.trivial, str) and metric in measured:
            assert described.trivial in measured, metric
        if described.of and metric in measured:
            assert described.of in measured, metric


def test_the_documents_values_are_those_of_claims(repository: Path) -> None:
    config = {**load_yaml(repository / "config" / "config.yaml"), "scale": "quick"}
    _, _, content, records = load(repository, config, "gisaxs")
    content = {**content, "claims": {"c": {"says": "", "when": "ms_ssim(at-clean) > 0"}}}
    documents = repository / "config" / "documents" / "gisaxs"
    inputs = claims_inputs(content, records, QUANTITIES["gisaxs"], JUDGING["gisaxs"], documents)
    assert inputs["document"]["at-clean"] == {"ms_ssim": 0.982}
    assert inputs["document"]["fp-1-1-mse-plain"] == {}
    assert set(inputs["quantities"]) >= {"ms_ssim", "ms_ssim_mean_image", "mse", "mse_mean_image"}
