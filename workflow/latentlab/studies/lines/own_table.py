"""The table of runs on a user's own micrographs, beside answers that need no learning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from latentlab.artifacts import read_summary
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.of_runs import runs_table
from latentlab.pipeline.tables.shown_table import ShownTable
from latentlab.studies.lines.evaluation.evaluation_file import KIND
from latentlab.studies.lines.set_file import read_details
from latentlab.studies.lines.tables import WORDS

# answers that need no learning, by the end of their metrics' names in the baselines
TRIVIAL = ("mean_image", "mean_autocorrelation", "from_fraction", "chance")
JUDGED = "mse_statistics"


def micrographs(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Metrics of runs on one set and of its trivial answers, and what is known of the tiles.

    Parameters
    ----------
    inputs : evaluations of the runs; one artifact, the baselines of their set.
    spec : the table's entry, written out: "rows", the runs, and "ours", the metrics.
    """
    table = runs_table(inputs, spec, WORDS, "", kind=KIND)
    (path,) = inputs.artifacts.values()
    summaries = {run: read_summary(inputs.evaluations[run]) for run in spec["rows"]}
    return replace(table, note=f"{table.note} {note(inputs, read_summary(path), summaries)}".strip())


def note(inputs: Inputs, answers: Mapping[str, float], summaries: Mapping[str, Mapping[str, float]]) -> str:
    """Which runs are better than all trivial answers, and what is known of the tiles.

    Parameters
    ----------
    answers : metrics of the set's baselines. summaries : metrics of the runs.
    """
    trivial = min(answers[f"{JUDGED}_{answer}"] for answer in TRIVIAL)
    better = [run for run, summary in summaries.items() if summary[JUDGED] < trivial]
    parts = [
        _listed("Closer in statistics than every answer without learning", better),
        _listed("Not closer than all of these answers", [run for run in summaries if run not in better]),
        read_details(next(iter(inputs.evaluations.values()))).note,
    ]
    return " ".join(filter(None, parts))


def _listed(what: str, runs: list[str]) -> str:
    return f"{what}: {', '.join(runs)}." if runs else ""
