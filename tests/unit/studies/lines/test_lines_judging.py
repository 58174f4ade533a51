"""What a run of the lines study is judged by: names that exist, of subjects that exist."""

from __future__ import annotations

import pytest
from tests.unit.studies.lines.tiny_lines import RECORDS, STUDY

from latentlab.studies.lines.judging import ALIKE, baseline_of, score_of
from latentlab.studies.lines.metric_names import LINE_SET_METRICS, RUN_METRICS, SET_METRICS, set_metrics
from latentlab.studies.lines.quantities import QUANTITIES


@pytest.mark.parametrize("run", list(RECORDS))
def test_every_run_has_a_score_with_a_trivial_answer(run: str) -> None:
    record = RECORDS[run]
    assert baseline_of(record) in STUDY["trained_sets"]
    assert score_of(record) in RUN_METRICS
    assert QUANTITIES[score_of(record)].trivial in set_metrics(["volume_fraction"])
    assert set(ALIKE) <= set(record)


def test_the_score_is_of_the_space_that_was_trained_in() -> None:
    scores = {run: score_of(record) for run, record in RECORDS.items()}
    assert {run for run, score in scores.items() if score == "mse_images"} == {
        run for run in RECORDS if run.startswith("vanilla")
    }
    assert set(scores.values()) == {"mse_images", "mse_statistics"}


def test_every_baseline_is_described() -> None:
    assert set(QUANTITIES) >= SET_METRICS | LINE_SET_METRICS
    trivial = {quantity.trivial for name, quantity in QUANTITIES.items() if name.endswith("_right")}
    assert trivial <= LINE_SET_METRICS
