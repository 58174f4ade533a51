"""Tables of the lines study: the document's values beside ours, in the right rows and columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.unit.studies.lines.tiny_lines import DOCUMENTS, RECORDS, STUDY, LinesStudy, script

from latentlab.artifacts import read_summary
from latentlab.errors import ArtifactError, ConfigError
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.references import runs_named
from latentlab.pipeline.study_functions import study_function
from latentlab.pipeline.tables import read_document
from latentlab.studies.lines.evaluation.evaluation_file import read_line_scores
from latentlab.studies.lines.outputs import TABLES as TABLES_BY_SOURCE
from latentlab.studies.lines.tables import OF_DOCUMENT, PAIR_METRICS

TABLES = STUDY["tables"]


def inputs_of(study: LinesStudy, spec: dict[str, Any]) -> Inputs:
    document = DOCUMENTS / spec["document"] if "document" in spec else None
    return Inputs(
        evaluations={run: study.evaluations[run] for run in runs_named(spec)},
        artifacts={name: study.baselines[name] for name in spec.get("sets", [])},
        document=None if document is None else read_document(document),
        source=str(document),
    )


def made(study: LinesStudy, spec: dict[str, Any]) -> tuple[pd.DataFrame, str]:
    """A table and its note."""
    return study_function("lines", TABLES_BY_SOURCE[spec["source"]])(inputs_of(study, spec), spec)


def table(study: LinesStudy, spec: dict[str, Any]) -> pd.DataFrame:
    return made(study, spec)[0]


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
        artifacts=[lines_study.baselines[data] for data in spec.get("sets", [])],
        document=[DOCUMENTS / spec["document"]] if "document" in spec else [],
        study="lines",
        function=TABLES_BY_SOURCE[spec["source"]],
        title=spec["title"],
        spec=spec,
        runs=runs,
        names=spec.get("sets", []),
    )
    written = pd.read_csv(outputs["csv"])
    assert len(written) > 0
    assert list(written.columns) == list(table(lines_study, spec).columns)
    assert spec["title"] in outputs["md"].read_text()
    assert "<table>" in outputs["html"].read_text()


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
    note = made(lines_study, spec)[1]
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
        found = table(lines_study, spec)
        assert list(found.columns) == ["run", "kl", "latent_shift"]
        assert list(found["run"]) == ["statistics", "vanilla-3-6"]
        assert found["kl"][1] == read_summary(lines_study.evaluations["vanilla-3-6"])["kl"]

    def test_what_is_not_measured_is_refused(self, lines_study: LinesStudy) -> None:
        spec = {"source": "runs", "rows": {"statistics-random-field": {}}, "ours": ["lines_right"]}
        with pytest.raises(ConfigError, match="'statistics-random-field' has no metric 'lines_right', only"):
            table(lines_study, spec)

    def test_a_row_that_the_document_lacks_is_refused(self, lines_study: LinesStudy) -> None:
        spec = {**TABLES["b"], "rows": {"statistics": {"loss": "perceptual"}}}
        with pytest.raises(ConfigError, match=r"scores\.csv: 0 rows fit .*'perceptual'.* expected one"):
            table(lines_study, spec)

    def test_a_row_to_look_up_needs_a_document(self, lines_study: LinesStudy) -> None:
        spec = {"source": "runs", "rows": {"statistics": {"loss": "statistics"}}, "columns": ["lines_right"]}
        with pytest.raises(
            ConfigError, match="the row of 'statistics' has cells to look up, but no document"
        ):
            table(lines_study, spec)

    def test_the_note_says_how_lines_are_counted(self, lines_study: LinesStudy) -> None:
        assert made(lines_study, TABLES["b"])[1] == PAIR_METRICS


class TestErrors:
    """B.4: errors in both spaces, intervals over seeds, baselines."""

    @pytest.fixture
    def found(self, lines_study: LinesStudy) -> pd.DataFrame:
        return table(lines_study, by_source("errors")).set_index(["set", "model"])

    def test_means_and_intervals_over_seeds(self, found: pd.DataFrame, lines_study: LinesStudy) -> None:
        groups = by_source("errors")["groups"]
        assert max(map(len, groups.values())) >= 3
        for group, members in groups.items():
            row = found.loc[(RECORDS[members[0]]["data"], group)]
            assert row["seeds"] == len(members)
            for space in ("images", "statistics"):
                values = [read_summary(lines_study.evaluations[run])[f"mse_{space}"] for run in members]
                assert row[f"mse_{space}, ours"] == pytest.approx(np.mean(values))
                if len(members) == 1:
                    assert np.isnan(row[f"mse_{space}, ci"])
                    continue
                low, high = stats.t.interval(
                    0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values)
                )
                assert row[f"mse_{space}, ci"] == pytest.approx((high - low) / 2)
                assert row[f"mse_{space}, ci"] > 0

    def test_document_stands_beside_its_own_groups_alone(self, found: pd.DataFrame) -> None:
        document = read_document(DOCUMENTS / by_source("errors")["document"])
        beside = []
        for group, members in by_source("errors")["groups"].items():
            record = RECORDS[members[0]]
            row = found.loc[(record["data"], group)]
            reported = row[["mse_images, document", "mse_statistics, document"]].to_numpy(dtype=float)
            if group not in OF_DOCUMENT:
                assert np.isnan(reported).all()
                continue
            fits = document[(document["data"] == record["data"]) & (document["loss"] == record["loss"])]
            assert reported == pytest.approx(fits[["mse_images", "mse_statistics"]].to_numpy()[0])
            beside.append(group)
        assert len(beside) == len(document)  # every value of the document is shown

    def test_baselines_stand_below_each_set(self, found: pd.DataFrame, lines_study: LinesStudy) -> None:
        for name in by_source("errors")["sets"]:
            summary = read_summary(lines_study.baselines[name])
            rows = {
                "mean image": ("mean_image", "mean_image"),
                "mean autocorrelation": (None, "mean_autocorrelation"),
                "components": (None, "pca"),
                "chance": ("chance", "chance"),
            }
            for model, (images, statistics) in rows.items():
                row = found.loc[(name, model)]
                assert row["mse_statistics, ours"] == summary[f"mse_statistics_{statistics}"]
                expected = np.nan if images is None else summary[f"mse_images_{images}"]
                assert row["mse_images, ours"] == pytest.approx(expected, nan_ok=True)
                assert np.isnan(row["seeds"])

    def test_a_group_of_another_set_finds_no_value(self, lines_study: LinesStudy) -> None:
        spec = {
            **by_source("errors"),
            "groups": {"statistics": ["statistics-random-field"]},
            "sets": ["lines-3-6"],
        }
        found = table(lines_study, spec)
        assert np.isnan(found["mse_images, document"][0])
        assert list(found["set"]) == ["random-field", *["lines-3-6"] * 4]


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
    for name in spec["sets"]:
        summary = read_summary(lines_study.baselines[name])
        for metric, value in found[name].items():
            assert value == pytest.approx(summary.get(metric, np.nan), nan_ok=True)
        assert set(summary) <= set(found.index)
    assert np.isnan(found.loc["lines_right_retrieval", "random-field"])
