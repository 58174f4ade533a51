"""Tables of trained runs: the document's values beside ours, one row per model, trivial answers below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from latentlab.artifacts import read_artifact, read_summary, record_of
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.quantities import Quantity, quantity
from latentlab.pipeline.tables.number_text import mean_and_range, number_text
from latentlab.pipeline.tables.shown_table import Cell, Column, Part, ShownTable
from latentlab.pipeline.tables.side_by_side import DOCUMENT, OURS, run_table

Record = Mapping[str, Any]
Summaries = Mapping[str, Mapping[str, float]]
NUMBER = "number"  # the answer that is a number of its quantity, not measured
BESIDE, ALONE = "beside the document's values", "ours alone"
SEEDS_NOTE = "Where a model was trained with several seeds: mean (lowest to highest)."
BELOW_NOTE = "Below the line: answers that need no trained network."


@dataclass(frozen=True)
class Words:
    """How a study speaks of its runs.

    Attributes
    ----------
    quantities : by metric. answers : titles of the answers that need no training, by their name, which ends
        the metric's name in the baselines: "mse_mean_image" is the metric "mse" of the answer "mean_image".
    baseline_of : the subject whose baselines a run is judged against, from its record.
    """

    quantities: Mapping[str, Quantity]
    answers: Mapping[str, str]
    baseline_of: Callable[[Record], str]


@dataclass(frozen=True)
class Row:
    """A model of the table: its runs, which differ in their seeds alone, and the subject of its baselines."""

    title: str
    runs: tuple[str, ...]
    subject: str


@dataclass(frozen=True)
class Answer:
    """What is known of a subject without training: a value for each metric that has one."""

    name: str
    subject: str
    values: Mapping[str, float]


def runs_table(
    inputs: Inputs,
    spec: Mapping[str, Any],
    words: Words,
    note: str,
    kind: str | None = None,
    more: Summaries | None = None,
) -> ShownTable:
    """A table of runs from their evaluations.

    The CSV has a row for each run, with the subject of its baselines, and below them one for each answer that
    needs no training. People see one row per model, with mean and range over its seeds, in two parts: what is
    compared with the document, and what is ours alone.

    Parameters
    ----------
    inputs : evaluations by run, baselines by subject as artifacts. spec : the table's entry, written out:
        "rows", "titles", "columns", "ours". note : below the table. kind : of the evaluations' artifacts.
    more : by run, values that are not in its evaluation, for columns of their names.

    Raises
    ------
    ConfigError : no row or several rows of the document fit a run, or a metric was not measured.
    ArtifactError : an artifact is not what it should be.
    """
    records = {run: _record(inputs.evaluations[run], kind) for run in spec["rows"]}
    metrics = {
        run: {**read_summary(inputs.evaluations[run]), **(more or {}).get(run, {})} for run in spec["rows"]
    }
    columns, ours = list(spec.get("columns", [])), list(spec.get("ours", []))
    data = run_table(spec["rows"], metrics, columns, ours, inputs.document, inputs.source)
    rows = rows_of(records, spec["titles"], words.baseline_of)
    baselines = {subject: read_summary(path) for subject, path in inputs.artifacts.items()}
    answers = answers_of(rows, metrics, baselines, [*columns, *ours], words)
    parts = []
    if columns:
        parts.append(_part(data, rows, answers, columns, words, BESIDE if ours else ""))
    if ours:
        parts.append(_part(data, rows, answers, ours, words, ALONE if columns else ""))
    notes = [
        note,
        *([SEEDS_NOTE] if any(len(row.runs) > 1 for row in rows) else []),
        *([BELOW_NOTE] if answers else []),
    ]
    return ShownTable(_with_answers(data, rows, answers), tuple(parts), " ".join(filter(None, notes)))


def rows_of(
    records: Mapping[str, Record], titles: Mapping[str, str], baseline_of: Callable[[Record], str]
) -> list[Row]:
    """One row for the runs whose records are equal but for the seed, in the order of the first of them."""
    alike: list[tuple[dict[str, Any], list[str]]] = []
    for run, record in records.items():
        settings = {key: value for key, value in record.items() if key != "seed"}
        same = next((runs for other, runs in alike if other == settings), None)
        if same is None:
            alike.append((settings, [run]))
        else:
            same.append(run)
    return [Row(titles[runs[0]], tuple(runs), baseline_of(records[runs[0]])) for _, runs in alike]


def answers_of(
    rows: Sequence[Row],
    metrics: Summaries,
    baselines: Summaries,
    names: Iterable[str],
    words: Words,
) -> list[Answer]:
    """The answers that need no training, for each subject; those that have no value are left out.

    Looked up for a metric and an answer: "<metric>_<answer>" in the baselines of the subject, then the
    trivial answer of the metric's quantity if it is of this name, in a run's own summary or the baselines.
    """
    found = []
    for subject in dict.fromkeys(row.subject for row in rows):
        own = metrics[next(row.runs[0] for row in rows if row.subject == subject)]
        known = {**own, **baselines.get(subject, {})}
        for answer in (*words.answers, NUMBER):
            values = {name: _answer(name, answer, known, words) for name in names}
            if values := {name: value for name, value in values.items() if value is not None}:
                found.append(Answer(answer, subject, values))
    return found


def _answer(metric: str, answer: str, known: Mapping[str, float], words: Words) -> float | None:
    """What an answer that needs no training scores in a metric; None where it has no value."""
    trivial = quantity(metric, words.quantities).trivial
    if answer == NUMBER:
        return trivial if isinstance(trivial, (int, float)) else None
    if f"{metric}_{answer}" in known:
        return known[f"{metric}_{answer}"]
    if isinstance(trivial, str):
        # "by_chance" ends in "_chance", which is another answer
        fits = [name for name in words.answers if trivial.endswith(f"_{name}")]
        if fits and max(fits, key=len) == answer:
            return known.get(trivial)
    return None


def _record(path: Any, kind: str | None) -> Record:
    with read_artifact(path, kind=kind) as file:
        return record_of(file)


def _part(
    data: pd.DataFrame,
    rows: Sequence[Row],
    answers: Sequence[Answer],
    names: Sequence[str],
    words: Words,
    about: str,
) -> Part:
    shown = [answer for answer in answers if set(names) & set(answer.values)]
    several = len({row.subject for row in rows}) > 1
    titles = [
        *(Cell(row.title, _runs_text(row.runs)) for row in rows),
        *(
            Cell(words.answers.get(answer.name, "without learning"), answer.subject if several else "")
            for answer in shown
        ),
    ]
    columns = [Column("model", tuple(titles), text=True)]
    by_run = data.set_index("run")
    for name in names:
        described = quantity(name, words.quantities)
        style = (described.whole, described.score)
        below = [Cell(number_text(answer.values.get(name), *style)) for answer in shown]
        paired = f"{name}, {DOCUMENT}" in data
        if paired:
            reported = [
                Cell(number_text(float(by_run[f"{name}, {DOCUMENT}"][row.runs[0]]), *style)) for row in rows
            ]
            columns.append(Column(described.heading, (*reported, *[Cell("")] * len(below)), DOCUMENT))
        values = by_run[f"{name}, {OURS}" if f"{name}, {OURS}" in data else name]
        measured = [
            Cell(*mean_and_range([float(values[run]) for run in row.runs], *style), kind="range")
            for row in rows
        ]
        columns.append(Column(described.heading, (*measured, *below), OURS if paired else ""))
    return Part(tuple(columns), about, len(shown))


def _runs_text(runs: Sequence[str]) -> str:
    return runs[0] if len(runs) == 1 else f"{runs[0]}, {len(runs)} seeds"


def _with_answers(data: pd.DataFrame, rows: Sequence[Row], answers: Sequence[Answer]) -> pd.DataFrame:
    """The data with the columns "baseline" and "answer", and a row for each answer."""
    subjects = {run: row.subject for row in rows for run in row.runs}
    data = data.copy()
    data.insert(1, "baseline", [subjects[run] for run in data["run"]])
    data.insert(2, "answer", "")
    if not answers:
        return data
    lines = [
        {
            "run": "",
            "baseline": answer.subject,
            "answer": answer.name,
            **{
                (f"{name}, {OURS}" if f"{name}, {OURS}" in data else name): value
                for name, value in answer.values.items()
            },
        }
        for answer in answers
    ]
    return pd.concat([data, pd.DataFrame(lines)], ignore_index=True)
