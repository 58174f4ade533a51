"""Every metric has a title in words, a unit and a direction; scores and counts are known as such."""

from __future__ import annotations

import re

import pytest

from latentlab.pipeline.quantities import Quantity, quantity
from latentlab.studies.gisaxs.metric_names import PATTERN_METRICS, RUN_METRICS
from latentlab.studies.gisaxs.quantities import QUANTITIES as GISAXS
from latentlab.studies.lines.metric_names import CLASSES, run_metrics, set_metrics
from latentlab.studies.lines.quantities import QUANTITIES as LINES

LABELS = {*CLASSES, "volume_fraction", "total_length", "angle_deg", "anisotropy", "correlation_length"}
METRICS = {
    "gisaxs": (RUN_METRICS | PATTERN_METRICS, GISAXS),
    "lines": (run_metrics(LABELS, range(1, 7)) | set_metrics(LABELS), LINES),
}


@pytest.mark.parametrize("study", sorted(METRICS))
def test_every_metric_is_described(study: str) -> None:
    metrics, quantities = METRICS[study]
    assert len(metrics) > 20
    assert sorted(metrics - set(quantities)) == []


@pytest.mark.parametrize("study", sorted(METRICS))
def test_headings_are_words_and_differ(study: str) -> None:
    headings = [each.heading for each in METRICS[study][1].values()]
    assert len(set(headings)) == len(headings)
    assert not [heading for heading in headings if re.search(r"[a-z]_[a-z]", heading)]


def test_a_heading_has_the_unit() -> None:
    assert GISAXS["log_rmse"].heading == "rms error of log10 intensity (decades)"
    assert Quantity("epochs").heading == "epochs"


def test_a_metric_without_description_is_shown_under_its_name() -> None:
    assert quantity("new_metric", GISAXS) == Quantity("new metric")
    assert quantity("mse", GISAXS) is GISAXS["mse"]


@pytest.mark.parametrize(
    ("better", "value", "other", "beats"),
    [
        ("higher", 2.0, 1.0, True),
        ("higher", 1.0, 1.0, False),
        ("lower", 1.0, 2.0, True),
        ("lower", 2.0, 1.0, False),
        ("", 2.0, 1.0, False),
        ("", 1.0, 2.0, False),
    ],
)
def test_which_of_two_values_is_better(better: str, value: float, other: float, beats: bool) -> None:
    assert Quantity("q", better=better).beats(value, other) is beats


def test_scores_and_counts() -> None:
    assert GISAXS["ms_ssim"].score
    assert not GISAXS["psnr_log"].score  # in dB, without a best value
    assert not GISAXS["mse"].score
    assert not GISAXS["bpp"].score
    assert GISAXS["epochs"].whole
    assert GISAXS["bytes_streams"].whole
    assert not GISAXS["bpp"].whole
