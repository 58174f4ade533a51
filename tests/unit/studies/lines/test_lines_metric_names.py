"""The metrics that names are checked against are those that the artifacts carry."""

from __future__ import annotations

from tests.unit.studies.lines.tiny_lines import RECORDS, SIZES, STUDY, LinesStudy

from latentlab.artifacts import read_summary
from latentlab.microstructures import prepare
from latentlab.studies.lines.metric_names import run_metrics, set_metrics


def labels(name: str) -> set[str]:
    fields = prepare(STUDY["sets"][name], SIZES["side"]).fields
    return {"volume_fraction", *(label for label, (_, shape, _) in fields.items() if not shape)}


def test_evaluations_carry_the_metrics_that_are_known(lines_study: LinesStudy) -> None:
    for run, path in lines_study.evaluations.items():
        data = RECORDS[run]["data"]
        low, high = STUDY["sets"][data].get("count", [1, 0])
        known = run_metrics(labels(data), range(low, high + 1))
        found = set(read_summary(path))
        assert found <= known, run
        # of the few images here not every number of lines occurs
        assert not [name for name in known - found if "_of_" not in name and "accuracy" not in name], run


def test_baselines_carry_the_metrics_that_are_known(lines_study: LinesStudy) -> None:
    for name, path in lines_study.baselines.items():
        known, found = set_metrics(labels(name)), set(read_summary(path))
        assert found <= known, name
        assert not [metric for metric in known - found if "accuracy" not in metric], name
