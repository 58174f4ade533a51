"""The table of the restoration: errors of every method at every photon budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.shown_table import Cell, Column, Part, ShownTable
from latentlab.studies.gisaxs.restoration.evaluated import Evaluation
from latentlab.studies.gisaxs.restoration.evaluation_file import read_evaluation
from latentlab.studies.gisaxs.restoration.methods import METHODS, NETWORK
from latentlab.studies.gisaxs.restoration.metric_names import budget_name
from latentlab.studies.gisaxs.restoration.summary import patterns_of, summaries

PARTS = {  # score: what the part is about
    "gap_error": "inside gaps, rms error of log10 intensity (decades)",
    "outside_error": "outside gaps, rms error of log10 intensity (decades)",
    "gap_error_counting": "inside gaps, rms error in counting errors",
    "outside_error_counting": "outside gaps, rms error in counting errors",
    "gap_correlation": "inside gaps, correlation of intensity",
    "gap_log_correlation": "inside gaps, correlation of log intensity",
}
COVERED = {
    "gap_covered": "inside, within one deviation",
    "gap_covered_2": "inside, within two",
    "outside_covered": "outside, within one deviation",
    "outside_covered_2": "outside, within two",
}
NOTE = (
    "Medians over patterns, in brackets the bootstrap interval of 95 %; {fast} patterns of {side}, "
    "{slow} for the methods marked *. Gaps include dead pixels, not beam stop and shadow. "
    "Expected of a normal distribution are 0.683 within one deviation and 0.954 within two."
)


def restoration_table(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Rows are methods, columns photon budgets; a part per score, and one of the stated deviation."""
    evaluation, shown = read_evaluation(inputs.artifacts["restoration"])
    found = summaries(evaluation)
    number = patterns_of(evaluation)
    most = max(number.values())
    titles = tuple(
        Cell(METHODS[method] + ("" if number[method] == most else " *")) for method in evaluation.methods
    )
    parts = [
        Part((Column("method", titles, text=True), *_columns(evaluation, found, score)), about)
        for score, about in PARTS.items()
    ]
    parts.append(
        Part(_coverage(evaluation, found[NETWORK]), "share of errors that the stated deviation covers")
    )
    height, width = shown[0].measured.counts.shape
    note = NOTE.format(fast=most, side=f"{height} x {width} pixels", slow=min(number.values()))
    return ShownTable(_data(evaluation, found), tuple(parts), note)


def interval_text(summary: Mapping[str, float], name: str, score: bool = False) -> Cell:
    """A median with its interval behind it."""
    middle, low, high = (number_text(summary[f"{name}{end}"], False, score) for end in ("", "_low", "_high"))
    return Cell(middle, f"{low} to {high}", "range")


def _columns(evaluation: Evaluation, found: Mapping[str, Mapping[str, float]], score: str) -> list[Column]:
    return [
        Column(
            f"{photons:.0e} photons".replace("e+0", "e"),
            tuple(
                interval_text(found[method], f"{score}_{budget_name(photons)}", "correlation" in score)
                for method in evaluation.methods
            ),
        )
        for photons in evaluation.budgets
    ]


def _coverage(evaluation: Evaluation, summary: Mapping[str, float]) -> tuple[Column, ...]:
    budgets = Column(
        "photons", tuple(Cell(budget_name(photons)) for photons in evaluation.budgets), text=True
    )
    columns = [
        Column(
            heading,
            tuple(interval_text(summary, f"{score}_{budget_name(n)}", True) for n in evaluation.budgets),
        )
        for score, heading in COVERED.items()
    ]
    return (budgets, *columns)


def _data(evaluation: Evaluation, found: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """One row per method and metric."""
    rows = [(method, name, value) for method, metrics in found.items() for name, value in metrics.items()]
    return pd.DataFrame(rows, columns=["method", "metric", "value"])
