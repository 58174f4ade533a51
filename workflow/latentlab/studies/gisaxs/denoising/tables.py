"""The table of all denoisers: codecs, transitions, networks without a code, and what needs no network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.quantities import quantity
from latentlab.pipeline.tables.number_text import mean_and_range, number_text
from latentlab.pipeline.tables.of_runs import rows_of
from latentlab.pipeline.tables.shown_table import Cell, Column, Part, ShownTable
from latentlab.studies.gisaxs.denoising.metric_names import REFERENCES
from latentlab.studies.gisaxs.denoising.settings import TEST_INPUT
from latentlab.studies.gisaxs.judging import baseline_of
from latentlab.studies.gisaxs.quantities import QUANTITIES

SHOWN = ("ms_ssim", "ms_ssim_log", "log_rmse", "log_rmse_gaps", "log_rmse_outside", "bpp_streams")
BASELINES = "small"  # of the thesis's clean test patterns
ANSWERS = {"mean_image": "mean of the training images", "pca_8_bytes": "PCA of the clean pattern, 8 bytes"}
NOTE = (
    "Codecs with several seeds: mean (lowest to highest). Transitions, networks, references: mean over the "
    "test patterns and its 95 % bootstrap interval. The networks have no code; a transition sends its first "
    "codec's stream. Below the line: answers that need no network; the last one has seen the clean pattern."
)


def denoisers_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """All denoisers of the same noisy patterns with gaps.

    Parameters
    ----------
    inputs : evaluations of `spec["runs"]`; artifacts: those of `spec["restored"]` that the scale has, and
        "noisy-input" and "small", the references and the baselines.
    spec : "runs" with their "titles", "restored" with what the table calls each.
    """
    rows: list[tuple[Cell, list[Mapping[str, float]], Mapping[str, float]]] = []
    records = {}
    for run in spec["runs"]:
        with read_artifact(inputs.evaluations[run], kind="evaluation") as file:
            records[run] = record_of(file)
    for row in rows_of(records, spec["titles"], baseline_of):
        summaries = [read_summary(inputs.evaluations[run]) for run in row.runs]
        rows.append((Cell(row.title, row.runs[0]), summaries, {}))
    for subject, title in spec["restored"].items():
        if subject in inputs.artifacts:
            summary = read_summary(inputs.artifacts[subject])
            rows.append((Cell(title, subject), [summary], summary))
    first_below = len(rows)
    references, baselines = (read_summary(inputs.artifacts[name]) for name in (TEST_INPUT, BASELINES))
    for found, answers in ((references, REFERENCES), (baselines, ANSWERS)):
        for name, title in answers.items():
            own = {_without(key, name): value for key, value in found.items() if f"_{name}" in key}
            rows.append((Cell(title), [own], own))
    data = pd.DataFrame(
        {"denoiser": title.text, "subject": title.detail} | {name: _mean(summaries, name) for name in SHOWN}
        for title, summaries, _ in rows
    )
    columns = [Column("denoiser", tuple(title for title, _, _ in rows), text=True)]
    columns += [
        Column(quantity(name, QUANTITIES).heading, tuple(_cell(name, *row[1:]) for row in rows))
        for name in SHOWN
    ]
    return ShownTable(data, (Part(tuple(columns), below=len(rows) - first_below),), NOTE)


def _without(key: str, answer: str) -> str:
    """ "log_rmse" of "log_rmse_mean_image", "log_rmse_low" of "log_rmse_mean_image_low"."""
    return key.replace(f"_{answer}", "")


def _mean(summaries: list[Mapping[str, float]], name: str) -> float:
    values = [summary.get(name, float("nan")) for summary in summaries]
    return sum(values) / len(values)


def _cell(name: str, summaries: list[Mapping[str, float]], interval: Mapping[str, float]) -> Cell:
    """Mean and range over seeds, or the mean and its interval where that was measured."""
    score = quantity(name, QUANTITIES).score
    if len(summaries) > 1:
        return Cell(*mean_and_range([summary[name] for summary in summaries], score=score), kind="range")
    ends = [interval[f"{name}_{end}"] for end in ("low", "high") if f"{name}_{end}" in interval]
    text = " to ".join(number_text(end, score=score) for end in ends)
    return Cell(number_text(_mean(summaries, name), score=score), text, kind="range")
