"""The headline values: ours with the range over the seeds, the document's, trivial answer, verdict."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from tests.unit.studies.lines.tiny_lines import script

from latentlab.artifacts import write_artifact
from latentlab.errors import ConfigError
from latentlab.pipeline.quantities import Quantity
from latentlab.pipeline.report.overview import (
    NO_BETTER,
    NOT_TRAINED,
    OverviewRow,
    overview_rows,
    read_verdicts,
    write_overview,
)
from latentlab.pipeline.report.overview_terms import measured_term, overview_subjects, seeds_of

QUANTITIES = {
    "error": Quantity("error of pixels", "", "lower", "error_mean_image"),
    "error_mean_image": Quantity("error of pixels, mean image"),
    "error_zero": Quantity("error of pixels, zero image"),
    "hits": Quantity("hits", "%", "higher", 50.0),
    "size": Quantity("size", "bytes", whole=True),
}
METRICS: dict[str, dict[str, float]] = {
    "net": {"error": 0.25, "hits": 40.0, "size": 6.4},
    "net-seed-2": {"error": 0.125, "hits": 60.0, "size": 6.0},
    "net-seed-3": {"error": 0.5, "hits": 70.0, "size": 7.0},
    "bad": {"error": float("nan"), "hits": 50.0, "size": 1.0},
    "set": {"error_mean_image": 0.4, "error_zero": 0.3},
}
SEEDS = {"net": ["net", "net-seed-2", "net-seed-3"]}


def rows(*entries: dict[str, Any], metrics: dict[str, dict[str, float]] = METRICS) -> list[OverviewRow]:
    return overview_rows(
        [{"quantity": "q", **entry} for entry in entries],
        metrics,
        QUANTITIES,
        seeds=SEEDS,
        baselines={"net": "set", "bad": "set"},
        documents={"net": {"error": 0.2}},
        verdicts={"smaller": "does not hold", "deeper": "not evaluated at this scale"},
    )


def test_a_run_with_seeds_is_shown_with_their_range() -> None:
    (row,) = rows({"ours": "error(net)"})
    assert row.values == (0.25, 0.125, 0.5)
    assert row.ours == "0.292 (0.125 to 0.5, 3 seeds)"  # the mean


def test_document_trivial_answer_and_verdict() -> None:
    (row,) = rows({"ours": "error(net)", "claim": "smaller"})
    assert (row.reported, row.known, row.verdict) == ("0.2", "0.4 (mean image)", "does not hold")
    assert row.learnt is True  # 0.292 is below 0.4


def test_what_the_row_gives_itself_comes_first() -> None:
    (row,) = rows({"ours": "error(net)", "document": "0.1 to 0.3", "trivial": "error_zero(set)"})
    assert (row.reported, row.known) == ("0.1 to 0.3", "0.3 (zero)")
    (row,) = rows({"ours": "error(net)", "trivial": 0.2})
    assert (row.known, row.learnt) == ("0.2", False)


def test_no_direction_no_trivial_answer() -> None:
    (row,) = rows({"ours": "size(net)"})
    assert (row.known, row.learnt, row.ours) == ("", None, "6 (6 to 7, 3 seeds)")


def test_a_run_that_is_not_trained_and_a_value_that_is_no_number() -> None:
    few = {name: METRICS[name] for name in ("bad", "set")}
    untrained, undefined = rows({"ours": "hits(net)"}, {"ours": "error(bad)"}, metrics=few)
    assert (untrained.ours, untrained.values, untrained.learnt) == (NOT_TRAINED, (), None)
    assert (undefined.ours, undefined.learnt) == ("no number", None)


def test_equal_to_the_trivial_answer_is_not_better() -> None:
    (row,) = rows({"ours": "hits(bad)"})
    assert row.learnt is False


def test_a_metric_that_was_not_measured() -> None:
    with pytest.raises(ConfigError, match=r"^overview\.rows\.0\.ours: 'net' has no metric 'speed', only"):
        rows({"ours": "speed(net)"})


def test_an_answer_beside_a_run_that_is_not_trained() -> None:
    (row,) = rows({"ours": "error_depth_9(set)", "claim": "deeper"})
    assert row.ours == NOT_TRAINED
    (row,) = rows({"ours": "error_zero(set)", "claim": "deeper"})
    assert row.values == (0.3,)
    with pytest.raises(ConfigError, match="'set' has no metric 'error_depth_9'"):
        rows({"ours": "error_depth_9(set)", "claim": "smaller"})


@pytest.mark.parametrize("text", ["error", "error(@all)", "error(net) < 1", "Error(net)", "error(net"])
def test_terms_written_otherwise(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^here: .* is no measured value; these are written metric\(subj"):
        measured_term(text, "here")
    assert measured_term("error( net )", "here") == ("error", "net")


def test_seeds_are_those_of_the_run_alone() -> None:
    assert seeds_of("net", SEEDS) == ["net", "net-seed-2", "net-seed-3"]
    assert seeds_of("all", SEEDS) == ["all"]
    assert seeds_of("bad", SEEDS) == ["bad"]


def test_subjects_are_runs_with_their_seeds_baselines_and_what_trivial_names() -> None:
    entries = [{"ours": "error(net)", "trivial": "x(other)"}, {"ours": "error(bad)", "trivial": 1.0}]
    found = overview_subjects(entries, SEEDS, {"net": "set"})
    assert found == ["net", "net-seed-2", "net-seed-3", "set", "other", "bad"]


def test_files_of_the_overview(tmp_path: Path) -> None:
    paths = {kind: tmp_path / f"overview.{kind}" for kind in ("csv", "md", "html")}
    found = rows(
        {"ours": "hits(net)", "quantity": "hits | <b>", "claim": "smaller"}, {"ours": "error(net-seed-9)"}
    )
    write_overview(found, paths, "study", "A & B", "thesis")
    with open(paths["csv"], newline="") as file:
        first, second = csv.DictReader(file)
    assert (float(first["ours"]), first["lowest"], first["highest"]) == (
        pytest.approx(170 / 3),
        "40.0",
        "70.0",
    )
    assert (second["ours"], second["seeds"], second["verdict"]) == ("", "0", "")
    assert first["seeds"] == "3"
    text = paths["html"].read_text()
    assert "<caption>A &amp; B</caption>" in text
    assert "hits | &lt;b&gt;" in text
    assert NO_BETTER not in text  # 56.7 is above 50
    assert '<a class="fails" href="#study-claim-smaller">does not hold</a>' in text
    assert NOT_TRAINED in text
    assert "<body" not in text
    assert "| hits \\| <b> |" in paths["md"].read_text()


def test_the_script_on_artifacts(tmp_path: Path) -> None:
    summaries = {
        "statistics": {"mse_images": 0.1, "lines_right": 20.0},
        "lines-1-4": {"mse_images_mean_image": 0.05, "lines_right_always_one": 28.0},
    }
    for name, summary in summaries.items():
        with write_artifact(
            tmp_path / f"{name}.h5", kind="test", rule="test", record={}, inputs=[], summary=summary
        ):
            pass
    (tmp_path / "claims.csv").write_text("claim,says,verdict\nnumber-often,so,undecided\n")
    script("overview", "study")(
        {"md": tmp_path / "overview.md"},
        [tmp_path / f"{name}.h5" for name in summaries],
        tmp_path / "claims.csv",
        "lines",
        list(summaries),
        [{"quantity": "number of lines right", "ours": "lines_right(statistics)", "claim": "number-often"}],
        {},
        {"statistics": "lines-1-4"},
        {"statistics": {"lines_right": 63.0}},
        "Lines",
        "document",
    )
    line = f"| number of lines right | 63 | 20, {NO_BETTER} | 28 (always one) | undecided |"
    assert line in (tmp_path / "overview.md").read_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [("claim,held\na,holds\n", "expected the columns"), ("claim,verdict\na,maybe\n", "verdict 'maybe'")],
)
def test_a_table_of_claims_that_is_none(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_verdicts(path)
