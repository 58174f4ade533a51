"""Tables: the document's value and ours side by side, in three formats."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pandas as pd
import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.tables import read_document, run_table, side_by_side, write_table

DOCUMENT = pd.DataFrame(
    {
        "model": ["FP", "FP", "AT"],
        "n": [43, 64, 64],
        "loss": [0.405, 0.613, 0.114],
        "bpp": [0.357, 0.274, 0.072],
    }
)
METRICS = {"fp-43": {"loss": 0.5, "bpp": 0.25, "mse": 7.0}, "at": {"loss": 0.125, "bpp": 0.0625, "mse": 3.0}}
ROWS = {"fp-43": {"model": "FP", "n": 43}, "at": {"model": "AT"}}


def table(**changes: object) -> pd.DataFrame:
    arguments = {"columns": ["loss", "bpp"], "ours": ["mse"], "document": DOCUMENT, "source": "table.csv"}
    return run_table(**{"rows": ROWS, "metrics": METRICS, **arguments, **changes})


def written(content: pd.DataFrame, folder: Path, title: str = "Title", note: str = "") -> dict[str, str]:
    paths = {kind: folder / f"table.{kind}" for kind in ("csv", "md", "html")}
    write_table(content, paths, title, note)
    return {kind: path.read_text(encoding="utf-8") for kind, path in paths.items()}


def test_document_and_ours_side_by_side() -> None:
    assert list(table().columns) == [
        "run",
        "loss, document",
        "loss, ours",
        "bpp, document",
        "bpp, ours",
        "mse, ours",
    ]
    assert table().to_numpy().tolist() == [
        ["fp-43", 0.405, 0.5, 0.357, 0.25, 7.0],
        ["at", 0.114, 0.125, 0.072, 0.0625, 3.0],
    ]


def test_a_table_of_ours_alone() -> None:
    ours = table(document=None, columns=[], ours=["bpp", "mse"])
    assert list(ours.columns) == ["run", "bpp", "mse"]
    assert ours["bpp"].tolist() == [0.25, 0.0625]


def test_a_run_that_the_document_lacks_stands_alone() -> None:
    found = table(rows={**ROWS, "at": {}})
    of_document = [name for name in found.columns if name.endswith(", document")]
    assert of_document
    row = found.set_index("run").loc["at"]
    assert row[of_document].isna().all()
    assert row.drop(of_document).notna().all()


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"model": "XX"}, r"^table\.csv: 0 rows fit \{'model': 'XX'\} of run 'at', expected one"),
        ({"model": "FP"}, r"^table\.csv: 2 rows fit \{'model': 'FP'\} of run 'at', expected one"),
        ({"modell": "AT"}, r"^table\.csv: there is no column 'modell', by which run 'at'"),
    ],
)
def test_rows_that_do_not_fit(cells: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        table(rows={"at": cells})


def test_a_column_that_the_document_lacks() -> None:
    with pytest.raises(ConfigError, match=r"^table\.csv: .*'mse'"):
        table(columns=["mse"])


@pytest.mark.parametrize("changes", [{"ours": ["psnr_lgo"]}, {"columns": ["n"]}])
def test_a_metric_that_was_not_measured(changes: dict) -> None:
    with pytest.raises(ConfigError, match="'fp-43'"):
        table(**changes)


def test_missing_document(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.csv: there is no such table of the document"):
        read_document(tmp_path / "absent.csv")


def test_documents_shipped_can_be_read(repository: Path) -> None:
    paths = sorted((repository / "config" / "documents" / "gisaxs").glob("*.csv"))
    assert len(paths) >= 6
    for path in paths:
        assert len(read_document(path)) > 0


def test_side_by_side_keeps_every_row_in_the_documents_order() -> None:
    document = pd.DataFrame({"key": ["c", "a", "b"], "unit": ["nm", "", "deg"], "value": [3.0, 1.0, 2.0]})
    ours = pd.DataFrame({"key": ["a", "c", "d"], "value": [1.5, 3.5, 4.5], "extra": [10, 30, 40]})
    merged = side_by_side(document, ours, ["key"])
    assert list(merged.columns) == ["key", "value, document", "value, ours", "unit", "extra"]
    assert merged["key"].tolist() == ["c", "a", "b", "d"]
    assert merged["value, document"].tolist()[:3] == [3.0, 1.0, 2.0]
    assert merged["value, ours"].tolist()[:2] == [3.5, 1.5]
    assert math.isnan(merged["value, ours"][2])
    assert math.isnan(merged["value, document"][3])


def test_csv_has_full_precision(tmp_path: Path) -> None:
    values = [1 / 3, 2**-40, 123456789.123456789, 1e-300, 0.1 + 0.2]
    text = written(pd.DataFrame({"x": values}), tmp_path)["csv"]
    assert [float(cell) for cell in text.split()[1:]] == values


def test_four_digits_are_shown(tmp_path: Path) -> None:
    content = pd.DataFrame(
        {"x": [1 / 3, 12345.678, 5.0, float("nan"), 1.23456e-7], "n": [1, 20, 300, 4000, 50000]}
    )
    texts = written(content, tmp_path)
    for text in (texts["md"], texts["html"]):
        for shown in ("0.3333", "1.235e+04", "1.235e-07", "50000"):
            assert shown in text
        assert "5.0" not in text
        assert "nan" not in text.lower()


def test_title_and_note(tmp_path: Path) -> None:
    texts = written(table(), tmp_path, "Table 4.7: models", "Patterns of 64 x 64 pixels.")
    assert texts["md"].startswith("**Table 4.7: models**\n")
    assert texts["md"].rstrip().endswith("Patterns of 64 x 64 pixels.")
    assert "<caption>Table 4.7: models</caption>" in texts["html"]
    assert '<p class="note">Patterns of 64 x 64 pixels.</p>' in texts["html"]


def test_html_escapes(tmp_path: Path) -> None:
    content = pd.DataFrame({"a<b>": ["<script>alert('x')</script>", 'x & "y"']})
    html = written(content, tmp_path, "<i>title</i>", "1 < 2 & 3")["html"]
    for raw in ("<script>", "<i>", "a<b>", "1 < 2"):
        assert raw not in html
    for escaped in (
        "&lt;script&gt;alert(",
        "x &amp; &quot;y&quot;",
        "a&lt;b&gt;",
        "&lt;i&gt;title",
        "1 &lt; 2 &amp; 3",
    ):
        assert escaped in html


def cells(html: str, tag: str) -> list[ElementTree.Element]:
    body = html[html.index("<table>") : html.index("</table>") + len("</table>")]
    return list(ElementTree.fromstring(body).iter(tag))


def test_verdicts_have_their_class(tmp_path: Path) -> None:
    verdicts = ["holds", "does not hold", "it holds", "holds" + " so" * 20]
    html = written(pd.DataFrame({"verdict": verdicts}), tmp_path)["html"]
    classes = [set(cell.get("class", "").split()) & {"holds", "fails"} for cell in cells(html, "td")]
    assert classes == [{"holds"}, {"fails"}, set(), set()]


def test_numbers_are_to_the_right_and_texts_to_the_left(tmp_path: Path) -> None:
    html = written(pd.DataFrame({"run": ["a"], "mse": [0.5]}), tmp_path)["html"]
    assert '<td class="text">a</td><td>0.5</td>' in html


def test_html_is_read_back_as_the_same_table(tmp_path: Path) -> None:
    html = written(table(), tmp_path)["html"]
    assert [cell.text for cell in cells(html, "th")] == list(table().columns)
    first = [cell.text for cell in cells(html, "td")][:6]
    assert first == ["fp-43", "0.405", "0.5", "0.357", "0.25", "7"]


def test_writing_twice_gives_equal_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert written(table(), tmp_path / "a") == written(table(), tmp_path / "b")
