"""A table's files: full precision as CSV; headings in words, one or two parts, escaped texts for people."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pandas as pd
import pytest

from latentlab.pipeline.tables.files import write_table
from latentlab.pipeline.tables.shown_table import Cell, Column, Part, ShownTable, part_of, single

FRAME = pd.DataFrame(
    {
        "run": ["fp", "at"],
        "bpp, document": [0.357, 0.072],
        "bpp, ours": [0.11321, float("nan")],
        "file_bytes": [1083.4, 77.0],
    }
)
HEADINGS = {"run": "model", "bpp": "rate (bits per pixel)", "file_bytes": "whole file (bytes)"}


def written(content: pd.DataFrame | ShownTable, folder: Path, title: str = "Title") -> dict[str, str]:
    paths = {kind: folder / f"table.{kind}" for kind in ("csv", "md", "html")}
    write_table(content if isinstance(content, ShownTable) else single(content, {}), paths, title)
    return {kind: path.read_text(encoding="utf-8") for kind, path in paths.items()}


def shown(**options: object) -> ShownTable:
    return ShownTable(FRAME, (part_of(FRAME, HEADINGS, whole=["file_bytes"], **options),), "A note.")


def fragment(html: str) -> ElementTree.Element:
    """The fragment's elements; fails if it is not well formed."""
    return ElementTree.fromstring(f"<div>{html}</div>")


def rows(table: ElementTree.Element) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]


def test_csv_has_full_precision_and_the_names_of_the_program(tmp_path: Path) -> None:
    values = [1 / 3, 2**-40, 123456789.123456789, 1e-300, 0.1 + 0.2]
    text = written(pd.DataFrame({"log_rmse": values}), tmp_path)["csv"]
    assert text.split()[0] == "log_rmse"
    assert [float(cell) for cell in text.split()[1:]] == values
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "table.csv"), pd.DataFrame({"log_rmse": values}))


def test_a_pair_stands_under_one_heading_in_two_header_rows(tmp_path: Path) -> None:
    html = written(shown(), tmp_path)["html"]
    (table,) = fragment(html).iter("table")
    assert table.get("class") == "data"
    above, below = table.find("thead")
    assert [cell.text for cell in above] == ["model", "rate (bits per pixel)", "whole file (bytes)"]
    assert [cell.get("colspan") for cell in above] == [None, "2", None]
    assert [cell.get("rowspan") for cell in above] == ["2", None, "2"]
    assert [cell.text for cell in below] == ["document", "ours"]
    assert rows(table)[2:] == [["fp", "0.357", "0.113", "1083"], ["at", "0.072", "", "77"]]


def test_without_pairs_there_is_one_header_row(tmp_path: Path) -> None:
    (table,) = fragment(written(FRAME[["run", "file_bytes"]], tmp_path)["html"]).iter("table")
    assert len(table.find("thead")) == 1


def test_html_is_a_fragment(tmp_path: Path) -> None:
    html = written(shown(), tmp_path)["html"]
    for tag in ("<html", "<head>", "<body", "<style", "<!DOCTYPE"):
        assert tag not in html
    assert html.startswith("<table")
    assert html.rstrip().endswith('<p class="note">A note.</p>')


def test_two_parts_have_their_own_captions(tmp_path: Path) -> None:
    parts = (
        part_of(FRAME[["run", "bpp, ours"]], HEADINGS, "beside"),
        part_of(FRAME[["run"]], {}, "ours alone"),
    )
    texts = written(ShownTable(FRAME, parts, ""), tmp_path, "Table 4.7")
    captions = [caption.text for caption in fragment(texts["html"]).iter("caption")]
    assert captions == ["Table 4.7, beside", "Table 4.7, ours alone"]
    assert [line for line in texts["md"].splitlines() if line.startswith("**")] == [
        "**Table 4.7, beside**",
        "**Table 4.7, ours alone**",
    ]
    assert len(texts["csv"].splitlines()) == 1 + len(FRAME)  # one file
    assert "<p" not in texts["html"]


def test_rows_below_the_line_have_a_body_of_their_own(tmp_path: Path) -> None:
    cells = (Cell("FP (43, 64)", "fp, 3 seeds"), Cell("zero image"))
    values = (Cell("0.986", "0.979 to 0.991", "range"), Cell("0.2"))
    part = Part((Column("model", cells, text=True), Column("MS-SSIM", values)), below=1)
    texts = written(ShownTable(FRAME, (part,)), tmp_path)
    bodies = list(fragment(texts["html"]).iter("tbody"))
    assert [body.get("class") for body in bodies] == [None, "trivial"]
    assert [rows(body) for body in bodies] == [
        [["FP (43, 64) fp, 3 seeds", "0.986 (0.979 to 0.991)"]],
        [["zero image", "0.2"]],
    ]
    small = [(span.get("class"), span.text) for span in bodies[0].iter("span")]
    assert small == [("run", "fp, 3 seeds"), ("range", "(0.979 to 0.991)")]
    assert "| FP (43, 64) (fp, 3 seeds) | 0.986 (0.979 to 0.991) |" in texts["md"]


def test_numbers_are_to_the_right_and_texts_to_the_left(tmp_path: Path) -> None:
    texts = written(pd.DataFrame({"run": ["a"], "mse": [0.5]}), tmp_path)
    assert '<td class="text">a</td><td>0.5</td>' in texts["html"]
    assert "| :-- | --: |" in texts["md"]


def test_markdown_has_a_row_for_each_row(tmp_path: Path) -> None:
    lines = written(shown(), tmp_path)["md"].splitlines()
    assert lines[0] == "**Title**"
    assert (
        lines[2]
        == "| model | rate (bits per pixel), document | rate (bits per pixel), ours | whole file (bytes) |"
    )
    assert lines[4:6] == ["| fp | 0.357 | 0.113 | 1083 |", "| at | 0.072 |  | 77 |"]
    assert lines[-1] == "A note."


def test_a_bar_in_a_cell_does_not_end_it_in_markdown(tmp_path: Path) -> None:
    assert r"| x\|y |" in written(pd.DataFrame({"a": ["x|y"]}), tmp_path)["md"]


def test_html_escapes(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a<b>": ["<script>alert('x')</script>", 'x & "y"']})
    cells = (Cell("<b>t</b>", "<i>run</i>"),)
    parts = (part_of(frame, {}), Part((Column("<u>h</u>", cells, text=True),), "<s>"))
    html = written(ShownTable(frame, parts, "1 < 2 & 3"), tmp_path, "<em>title</em>")["html"]
    fragment(html)
    for raw in ("<script>", "<em>", "a<b>", "1 < 2", "<b>", "<i>", "<u>", "<s>"):
        assert raw not in html
    for escaped in ("&lt;script&gt;alert(", "x &amp; &quot;y&quot;", "&lt;i&gt;run", "1 &lt; 2 &amp; 3"):
        assert escaped in html


def test_a_column_without_heading_keeps_its_name(tmp_path: Path) -> None:
    texts = written(single(pd.DataFrame({"a": ["x"], "b": [1.5]}), {"b": "B"}, "Why."), tmp_path)
    assert "| a | B |" in texts["md"]
    assert '<p class="note">Why.</p>' in texts["html"]
    assert texts["md"].endswith("\nWhy.\n")


def test_writing_twice_gives_equal_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert written(shown(), tmp_path / "a") == written(shown(), tmp_path / "b")


@pytest.mark.parametrize("value", [float("nan"), None])
def test_what_has_no_value_is_empty(tmp_path: Path, value: float | None) -> None:
    html = written(pd.DataFrame({"a": [1.0, value]}), tmp_path)["html"]
    assert "nan" not in html.lower()
    assert "none" not in html.lower()
