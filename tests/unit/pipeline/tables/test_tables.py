"""The data of tables: the document's value and ours side by side."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.tables.side_by_side import read_document, run_table, side_by_side

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
    ours = table(rows={run: {} for run in ROWS}, document=None, columns=[], ours=["bpp", "mse"])
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


def test_a_row_to_look_up_needs_a_document() -> None:
    with pytest.raises(ConfigError, match="the row of 'fp-43' has cells to look up, but no document"):
        table(document=None)


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
