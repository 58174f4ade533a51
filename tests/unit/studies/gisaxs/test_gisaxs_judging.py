"""What a run of the GISAXS study is judged by: names that exist, of subjects that exist."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.configuration import load_yaml
from latentlab.studies.gisaxs import registry
from latentlab.studies.gisaxs.judging import ALIKE, baseline_of, score_of
from latentlab.studies.gisaxs.metric_names import RUN_METRICS, baseline_metrics
from latentlab.studies.gisaxs.quantities import QUANTITIES

SOURCES = {"study": "gisaxs.yaml", "scale": "tiny.yaml"}


@pytest.fixture
def study(repository: Path) -> dict[str, Any]:
    return deepcopy(load_yaml(repository / "config" / "gisaxs.yaml"))


@pytest.fixture
def resolve(repository: Path) -> Any:
    """study -> (content, records) with every run trained."""
    scale = {**load_yaml(repository / "config" / "scales" / "tiny.yaml")["gisaxs"], "runs": "all"}
    config = load_yaml(repository / "config" / "config.yaml")
    scale["width"] = 1.0
    return lambda study: registry.resolve(study, scale, config, SOURCES)


def test_every_run_has_a_score_with_a_trivial_answer(study: dict[str, Any], resolve: Any) -> None:
    content, records = resolve(study)
    for run, record in records.items():
        score, baselines = score_of(record), content["baselines"][baseline_of(record)]
        assert baselines == {key: record[key] for key in ("dataset", "target")}, run
        assert score in RUN_METRICS
        assert QUANTITIES[score].trivial in baseline_metrics(baselines["target"])
        assert set(ALIKE) <= set(record)
    assert set(content["baselines"]) == {"small", "small-gaps", "large"}


@pytest.mark.parametrize(
    ("loss", "intensity", "score"),
    [
        ("mse", "raw", "mse"),
        ("ms-ssim", "raw", "ms_ssim"),
        ("mse", "log", "log_rmse"),
        ("ms-ssim", "log", "ms_ssim_log"),
    ],
)
def test_the_score_is_what_was_trained_for(loss: str, intensity: str, score: str) -> None:
    assert score_of({"loss": loss, "intensity": intensity}) == score


def test_seeds_of_a_run_are_alike_and_other_trainings_are_not(study: dict[str, Any], resolve: Any) -> None:
    records = resolve(study)[1]

    def kind(run: str) -> list[Any]:
        return [records[run][key] for key in ALIKE]

    assert kind("sound-fp") == kind("sound-fp-seed-43") == kind("sound-at")
    assert kind("fp-quality-1") == kind("at-clean")
    others = ("sound-fp", "fp-quality-1", "at-gap-in", "at-gap-both", "at-mse", "fp-43-64-mse-plain")
    assert len({str(kind(run)) for run in others}) == len(others)


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("mse(at-clean) < mse_mean_image(small)", None),
        ("log_rmse_gaps(at-gap-in) < log_rmse_gaps_interpolation(large)", None),
        ("mse(at-clean) < mse(small)", "no metric of small 'mse'"),
        ("mse(at-clean) < log_rmse_gaps_interpolation(small-gaps)", "no metric of small-gaps"),
        ("mse(at-clean) < mse_mean_image(large-gaps)", "no run 'large-gaps'"),
    ],
)
def test_claims_may_name_baselines(
    study: dict[str, Any], resolve: Any, when: str, message: str | None
) -> None:
    study["claims"]["new"] = {"says": "so", "when": when}
    if message is None:
        resolve(study)
        return
    with pytest.raises(ConfigError, match=r"claims\.new\.when") as raised:
        resolve(study)
    assert message in str(raised.value)


@pytest.mark.parametrize("section", ["runs", "patterns"])
def test_a_name_that_the_baselines_have_is_refused(study: dict[str, Any], resolve: Any, section: str) -> None:
    study[section]["large"] = {"lambda": 7} if section == "runs" else [4.0, 0.05, 10.0, 0.15]
    study["claims"]["new"] = {"says": "so", "when": "mse(large) > 0"}
    with pytest.raises(
        ConfigError,
        match=rf"gisaxs\.yaml: {section}\.large: baselines or another part of the study have this name",
    ):
        resolve(study)
