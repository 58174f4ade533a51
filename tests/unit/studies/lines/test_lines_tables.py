"""Tables of the lines study: the document's values beside ours, in the right rows and columns."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.unit.studies.lines.tiny_lines import DOCUMENTS, RECORDS, STUDY, LinesStudy, script

from latentlab.artifacts import read_summary
from latentlab.errors import ArtifactError, ConfigError
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.references import runs_named
from latentlab.pipeline.study_functions import study_function
from latentlab.pipeline.tables.shown_table import Part, ShownTable
from latentlab.pipeline.tables.side_by_side import read_document
from latentlab.studies.lines.evaluation.evaluation_file import read_line_scores
from latentlab.studies.lines.judging import baseline_of
from latentlab.studies.lines.outputs import TABLES as TABLES_BY_SOURCE
from latentlab.studies.lines.tables import PAIRS_NOTE

TABLES = STUDY["tables"]


def inputs_of(study: LinesStudy, spec: dict[str, Any]) -> Inputs:
    document = DOCUMENTS / spec["document"] if "document" in spec else None
    return Inputs(
        evaluations={run: study.evaluations[run] for run in runs_named(spec)},
        artifacts={name: study.baselines[name] for name in subjects(spec)},
        document=None if document is None else read_document(document),
        source=str(document),
    )


def subjects(spec: dict[str, Any]) -> list[str]:
    """The sets whose baselines a table gets: of a table of runs those that these are judged against."""
    judged = [baseline_of(RECORDS[run]) for run in spec.get("rows", {})]
    return list(dict.fromkeys([*spec.get("sets", []), *judged]))


def made(study: LinesStudy, spec: dict[str, Any]) -> ShownTable:
    return study_function("lines", TABLES_BY_SOURCE[spec["source"]])(inputs_of(study, spec), spec)


def table(study: LinesStudy, spec: dict[str, Any]) -> pd.DataFrame:
    """The data of a table; of a table of runs the rows of the runs alone."""
    data = made(study, spec).data
    return data[data["run"] != ""] if "rows" in spec else data


def shown(part: Part) -> dict[str, list[str]]:
    """A part's cells by heading and side, without what is small."""
    return {
        ", ".join(filter(None, (column.heading, column.side))): [cell.text for cell in column.cells]
        for column in part.columns
    }


def titled(spec: dict[str, Any]) -> dict[str, Any]:
    """A table of runs as the registry writes it out."""
    return {**spec, "titles": {run: f"title of {run}" for run in runs_named(spec)}}


def by_source(source: str) -> dict[str, Any]:
    """The first shipped table of a source."""
    return next(spec for spec in TABLES.values() if spec["source"] == source)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_shipped_table_is_written(lines_study: LinesStudy, tmp_path: Path, name: str) -> None:
    spec = TABLES[name]
    runs = runs_named(spec)
    outputs = {kind: tmp_path / f"{name}.{kind}" for kind in ("csv", "md", "html")}
    script("table", "study")(
        outputs,
        evaluations=[lines_study.evaluations[run] for run in runs],
        artifacts=[lines_study.baselines[data] for data in subjects(spec)],
        document=[DOCUMENTS / spec["document"]] if "document" in spec else [],
        study="lines",
        function=TABLES_BY_SOURCE[spec["source"]],
        title=spec["title"],
        spec=spec,
        runs=runs,
        names=subjects(spec),
    )
    written = pd.read_csv(outputs["csv"])
    assert len(written) > 0
    assert list(written.columns) == list(table(lines_study, spec).columns)
    for kind in ("md", "html"):
        text = outputs[kind].read_text()
        assert spec["title"].split(":")[0] in text
        assert not re.search(r"[a-z]_[a-z]", text)  # no name of the program as a heading


def test_setup_stands_beside_the_documents(lines_study: LinesStudy) -> None:
    spec = by_source("setup")
    found = table(lines_study, spec).set_index("quantity")
    document = read_document(DOCUMENTS / spec["document"]).set_index("quantity")["value"]
    assert list(found.index) == list(document.index)
    assert not found.isna().any().any()
    assert found["value, document"].to_dict() == document.to_dict()
    record = RECORDS[spec["run"]]
    ours = found["value, ours"]
    assert (ours["images"], ours["training_share"], ours["side_px"]) == (40, 0.7, 32)
    assert (ours["resnet_depth"], ours["epochs"]) == (record["depth"], record["epochs"])
    assert ours["threshold"] == document["threshold"]
    assert "images of the set" in shown(made(lines_study, spec).parts[0])["quantity"]
    note = made(lines_study, spec).note
    assert f"{record['alpha']:g}" in note
    assert record["schedule"] in note


class TestRuns:
    """Metrics of runs, with and without a row of the document."""

    def test_document_and_ours_stand_in_the_same_row(self, lines_study: LinesStudy) -> None:
        spec = TABLES["b"]
        found = table(lines_study, spec).set_index("run")
        known = [run for run, cells in spec["rows"].items() if cells]
        assert known
        assert set(found.index) == set(spec["rows"])
        document = read_document(DOCUMENTS / spec["document"])
        for run in spec["rows"]:
            summary = read_summary(lines_study.evaluations[run])
            cells = spec["rows"][run]
            for metric in spec["columns"]:
                assert found.loc[run, f"{metric}, ours"] == summary[metric]
                reported = found.loc[run, f"{metric}, document"]
                if cells:
                    (row,) = [r for _, r in document.iterrows() if all(r[k] == v for k, v in cells.items())]
                    assert reported == row[metric]
                else:
                    assert np.isnan(reported)
            for metric in spec["ours"]:
                assert found.loc[run, f"{metric}, ours"] == summary[metric]

    def test_without_a_document_columns_are_the_metrics(self, lines_study: LinesStudy) -> None:
        spec = {
            "source": "runs",
            "rows": {"statistics": {}, "vanilla-3-6": {}},
            "ours": ["kl", "latent_shift"],
        }
        found = table(lines_study, titled(spec))
        assert list(found.columns) == ["run", "baseline", "answer", "kl", "latent_shift"]
        assert list(found["baseline"]) == ["lines-1-4", "lines-3-6"]
        assert list(found["run"]) == ["statistics", "vanilla-3-6"]
        assert found["kl"][1] == read_summary(lines_study.evaluations["vanilla-3-6"])["kl"]

    def test_what_is_not_measured_is_refused(self, lines_study: LinesStudy) -> None:
        spec = {"source": "runs", "rows": {"statistics-random-field": {}}, "ours": ["lines_right"]}
        with pytest.raises(ConfigError, match="'statistics-random-field' has no metric 'lines_right', only"):
            table(lines_study, titled(spec))

    def test_a_row_that_the_document_lacks_is_refused(self, lines_study: LinesStudy) -> None:
        spec = {**TABLES["b"], "rows": {"statistics": {"loss": "perceptual"}}}
        with pytest.raises(ConfigError, match=r"scores\.csv: 0 rows fit .*'perceptual'.* expected one"):
            table(lines_study, spec)

    def test_a_row_to_look_up_needs_a_document(self, lines_study: LinesStudy) -> None:
        spec = {"source": "runs", "rows": {"statistics": {"loss": "statistics"}}, "columns": ["lines_right"]}
        with pytest.raises(
            ConfigError, match="the row of 'statistics' has cells to look up, but no document"
        ):
            table(lines_study, titled(spec))

    def test_the_note_says_how_lines_are_counted(self, lines_study: LinesStudy) -> None:
        assert made(lines_study, TABLES["b"]).note.startswith(PAIRS_NOTE)
        assert PAIRS_NOTE not in made(lines_study, TABLES["latents"]).note

    def test_seeds_stand_in_one_row(self, lines_study: LinesStudy) -> None:
        spec = TABLES["b"]
        assert "statistics-seed-43" in spec["rows"]
        beside = made(lines_study, spec).parts[0]
        titles = shown(beside)["model"][: -beside.below]
        assert len(set(titles)) == len(titles) < len(spec["rows"])
        first = next(column for column in beside.columns if column.side == "ours").cells[0]
        seeds = [run for run in spec["rows"] if run.startswith("statistics-seed")]
        values = [
            read_summary(lines_study.evaluations[run])["orientation_right"] for run in ["statistics", *seeds]
        ]
        assert float(first.text) == pytest.approx(np.mean(values), rel=5e-3)

    def test_answers_that_need_no_training_stand_below(self, lines_study: LinesStudy) -> None:
        table_b4 = made(lines_study, TABLES["b4"])
        (part,) = table_b4.parts
        below = {name: cells[-part.below :] for name, cells in shown(part).items()}
        assert below["model"].count("mean autocorrelation") == 3  # for each set
        answers = table_b4.data[table_b4.data["answer"] == "mean_autocorrelation"].set_index("baseline")
        for name in ("lines-1-4", "lines-3-6", "random-field"):
            summary = read_summary(lines_study.baselines[name])
            value = summary["mse_statistics_mean_autocorrelation"]
            assert answers.loc[name, "mse_statistics, ours"] == value

    def test_the_commonest_answer_is_no_other_image(self, lines_study: LinesStudy) -> None:
        data = made(lines_study, TABLES["latents"]).data.set_index("answer")
        summary = read_summary(lines_study.evaluations["statistics"])
        assert data.loc["by_chance", "accuracy_count"] == summary["accuracy_count_by_chance"]
        assert np.isnan(data.loc["chance", "accuracy_count"])
        assert data.loc["number", "latent_shift"] == 1.0

    def test_every_value_of_the_documents_errors_is_shown(self, lines_study: LinesStudy) -> None:
        document = read_document(DOCUMENTS / TABLES["b4"]["document"])
        found = table(lines_study, TABLES["b4"])
        for metric in ("mse_images", "mse_statistics"):
            assert set(found[f"{metric}, document"].dropna()) == set(document[metric])


class TestCounts:
    """B.3: medians of the numbers of lines found."""

    def test_medians_beside_the_documents(self, lines_study: LinesStudy) -> None:
        spec = by_source("counts")
        found = table(lines_study, spec).set_index("lines")
        pairs = read_line_scores(lines_study.evaluations[spec["run"]])
        document = read_document(DOCUMENTS / spec["document"]).set_index("lines")
        assert list(found.index) == list(document.index)
        assert found["pairs"].sum() == len(pairs["score_count"])
        for lines, row in found.iterrows():
            assert row["reconstruction, document"] == document.loc[lines, "reconstruction"]
            assert row["nearest, document"] == document.loc[lines, "nearest"]
            these = pairs["score_true_count"] == lines
            if not these.any():
                assert np.isnan(row["reconstruction, ours"])  # a number that no pair has
                continue
            assert row["pairs"] == these.sum()
            assert row["reconstruction, ours"] == np.median(pairs["score_count"][these])
            assert row["nearest, ours"] == np.median(pairs["score_nearest_to_original"][these])
            mate = np.median(pairs["score_nearest_by_statistics"][these])
            assert row["nearest to reconstruction"] == mate

    def test_more_lines_than_the_document_has(self, lines_study: LinesStudy) -> None:
        found = table(lines_study, {**by_source("counts"), "run": "statistics-3-6"}).set_index("lines")
        assert {1, 2} <= set(found.index[found["pairs"].isna()])
        assert found.loc[5, "pairs"] >= 1
        assert np.isnan(found.loc[5, "reconstruction, document"])

    def test_a_set_without_lines_is_refused(self, lines_study: LinesStudy) -> None:
        spec = {**by_source("counts"), "run": "statistics-random-field"}
        with pytest.raises(ArtifactError, match="lines are not counted in a run whose set has no lines"):
            table(lines_study, spec)


def test_models_are_named_in_words() -> None:
    titles = TABLES["b"]["titles"]
    assert titles["statistics"] == titles["statistics-seed-43"] == "statistics VAE"
    assert titles["alpha-1"] == "statistics VAE, alpha 1"
    assert titles["vanilla-3-6"] == "vanilla VAE, lines-3-6"
    for entry in TABLES.values():
        rows = {name: entry["titles"][name] for name in entry.get("rows", {}) if "-seed-" not in name}
        assert len(set(rows.values())) == len(rows)


def test_overfitting_has_a_row_a_run_and_space(lines_study: LinesStudy) -> None:
    spec = by_source("overfitting")
    found = table(lines_study, spec)
    assert list(found["run"]) == [run for run in spec["runs"] for _ in range(2)]
    assert set(found.columns) == {
        "run",
        "space",
        "statistic",
        "p_value",
        "effect",
        "effect_low",
        "effect_high",
    }
    for _, row in found.iterrows():
        summary = read_summary(lines_study.evaluations[row["run"]])
        for name in ("statistic", "p_value", "effect", "effect_low", "effect_high"):
            assert row[name] == summary[f"overfitting_{row['space']}_{name}"]


def test_baselines_have_a_column_a_set(lines_study: LinesStudy) -> None:
    spec = by_source("baselines")
    found = table(lines_study, spec).set_index("metric")
    assert list(found.columns) == spec["sets"]
    assert found.index.is_unique
    headings = shown(made(lines_study, spec).parts[0])["quantity"]
    assert len(set(headings)) == len(found)
    for name in spec["sets"]:
        summary = read_summary(lines_study.baselines[name])
        for metric, value in found[name].items():
            assert value == pytest.approx(summary.get(metric, np.nan), nan_ok=True)
        assert set(summary) <= set(found.index)
    assert np.isnan(found.loc["lines_right_retrieval", "random-field"])
