"""Pages of docs/: every number from a result, one sentence where it is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from latentlab.artifacts import write_artifact
from latentlab.errors import ArtifactError, ConfigError
from latentlab.pipeline.report.docs_pages import Results, render, replace_block


@pytest.fixture
def results(tmp_path: Path) -> Results:
    tables = tmp_path / "quick" / "lines" / "tables"
    tables.mkdir(parents=True)
    (tables / "b.md").write_text("**Title**\n\n| a |\n|---|\n| 1 |\n")
    (tables / "b.csv").write_text("codec,bytes\nours,5.0\nother,123.456\nother,0.5\n")
    (tables / "overview.csv").write_text("quantity,measured\nfirst,mse(x)\nsecond,kl(x)\n")
    (tables / "overview.md").write_text("**T**\n\n| quantity |\n|---|\n| first |\n| second |\n\nNote.\n")
    (tables / "subjects.json").write_text('{"x": "runs/x/evaluation.h5"}\n')
    (tables / "claims.csv").write_text("claim,verdict\na,holds\nb,undecided\nc,holds\n")
    figures = tmp_path / "quick" / "lines" / "figures"
    figures.mkdir()
    (figures / "b4.png").write_bytes(b"picture")
    evaluation = tmp_path / "quick" / "lines" / "runs" / "x" / "evaluation.h5"
    evaluation.parent.mkdir(parents=True)
    with write_artifact(evaluation, kind="evaluation", rule="r", record={}, summary={"mse": 5.871e-5}):
        pass
    (tmp_path / "docs").mkdir()
    return Results(tmp_path / "quick", tmp_path / "docs")


def test_tables_come_without_their_title(results: Results) -> None:
    assert results.markdown("lines", "b") == "| a |\n|---|\n| 1 |"


def test_rows_and_columns_are_chosen_and_numbers_short(results: Results) -> None:
    text = results.rows("lines", "b", {"bytes": "size"}, {"codec": ["other"]})
    assert [line.strip("| ") for line in text.splitlines()[2:]] == ["123", "0.5"]
    assert text.splitlines()[0].strip("| ") == "size"


def test_a_span_is_the_smallest_and_the_largest(results: Results) -> None:
    assert results.span("lines", "b", "bytes", {"codec": ["other"]}) == "0.5 to 123"
    assert results.span("lines", "b", "bytes", {"codec": ["ours"]}) == "5"


@pytest.mark.parametrize(
    ("columns", "where", "message"),
    [
        ({"size": "size"}, None, "table b of lines has no column 'size', only"),
        ({"bytes": "size"}, {"name": ["x"]}, "table b of lines has no column 'name', only"),
        ({"bytes": "size"}, {"codec": ["x"]}, "table b of lines has no row with"),
    ],
)
def test_a_wrong_column_or_row_is_named(
    results: Results, columns: dict[str, str], where: dict[str, list[str]] | None, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        results.rows("lines", "b", columns, where)


def test_a_headline_is_the_row_of_its_term(results: Results) -> None:
    assert results.headline("lines", "kl(x)") == "| second |"
    with pytest.raises(ConfigError, match=r"no row of 'mse\(y\)', only mse\(x\), kl\(x\)"):
        results.headline("lines", "mse(y)")


def test_a_value_is_read_from_its_artifact(results: Results) -> None:
    assert results.value("lines", "mse(x)") == "5.87e-5"
    with pytest.raises(ArtifactError, match=r"kl\(x\) of lines was not measured"):
        results.value("lines", "kl(x)")
    with pytest.raises(ConfigError, match=r"'kl' is not written metric\(subject\)"):
        results.value("lines", "kl")


def test_figures_are_copied_beside_the_page(results: Results) -> None:
    assert results.figure("lines", "b4", "Errors") == "![Errors](lines-b4.png)"
    assert (results.pictures / "lines-b4.png").read_bytes() == b"picture"


def test_a_badge_says_its_text_and_is_escaped(results: Results) -> None:
    assert results.badge("x", "a<b", "1") == "![a<b: 1](docs/badge-x.svg)"
    text = (results.pictures / "badge-x.svg").read_text()
    assert "a&lt;b" in text
    assert "<b:" not in text


def test_verdicts_are_counted(results: Results) -> None:
    assert results.verdicts("lines") == {"holds": 2, "undecided": 1}


def test_what_was_not_made_is_one_sentence(results: Results) -> None:
    with pytest.raises(ArtifactError, match=r"c\.md: there is no such file; run the pipeline first: make"):
        results.markdown("lines", "c")


def test_a_template_is_filled_and_its_errors_name_it(results: Results, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text('{{ results.verdicts("lines") | sentence }}: {{ results.value("lines", "mse(x)") }}\n')
    assert render(page, results) == "2 hold, 1 undecided: 5.87e-5\n"
    page.write_text("{{ unknown }}")
    with pytest.raises(ConfigError, match=r"page\.md: 'unknown' is undefined"):
        render(page, results)


def test_only_what_is_between_the_marks_is_replaced() -> None:
    text = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n"
    new = replace_block(text, "x", "new\n")
    assert new == "a\n<!-- begin x -->\nnew\n<!-- end x -->\nb\n"
    assert replace_block(new, "x", "new\n") == new


@pytest.mark.parametrize("text", ["", "<!-- begin x -->", "<!-- end x --><!-- begin x -->"])
def test_missing_marks_are_named(text: str) -> None:
    with pytest.raises(ConfigError, match="expected one '<!-- begin x -->'"):
        replace_block(text, "x", "new")
