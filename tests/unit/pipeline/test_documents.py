"""The documents' tables are looked at before any job starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.documents import check_documents


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "table_1.csv").write_text("model,n,lambda,mse\nFP,1,2.40,3.5\nFP,2,4.58,1.5\nSH,2,,\n")
    return tmp_path


def check(folder: Path, **entry: Any) -> None:
    content = {"tables": {"1": {"document": "table_1.csv", **entry}}, "figures": {}}
    check_documents(content, folder, "s.yaml")


def test_what_is_right(folder: Path) -> None:
    check(folder)
    check(folder, rows={"a": {"model": "FP", "n": 1}, "b": {"lambda": 4.58}, "c": {}}, columns=["mse"])


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            {"document": "tabel_1.csv"},
            r"document: there is no file 'tabel_1\.csv'; did you mean 'table_1\.csv'",
        ),
        ({"rows": {"a": {"modell": "FP"}}}, r"rows\.a: there is no column of table_1\.csv 'modell'; did you"),
        ({"rows": {"a": {"n": 1}}, "columns": ["msee"]}, r"columns: .* 'msee'; did you mean 'mse'"),
        ({"rows": {"a": {"model": "FP"}}}, r"rows\.a: 2 rows of table_1\.csv fit .* expected one"),
        ({"rows": {"a": {"n": 3}}}, r"rows\.a: 0 rows of table_1\.csv fit"),
        ({"rows": {"a": {"lambda": 2.41}}}, r"rows\.a: 0 rows"),
    ],
)
def test_what_is_wrong(folder: Path, entry: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=rf"^s\.yaml: tables\.1\.{message}"):
        check(folder, **entry)


def test_a_figures_document_is_looked_at_too(folder: Path) -> None:
    content = {"tables": {}, "figures": {"2": {"document": "absent.csv"}}}
    with pytest.raises(ConfigError, match=r"figures\.2\.document: there is no file 'absent\.csv'"):
        check_documents(content, folder, "s.yaml")


def test_a_matched_setting_that_the_document_lacks_stands_alone(folder: Path) -> None:
    rows = {"a": {"lambda": 2.4}, "b": {"lambda": 9.0}}
    content = {"tables": {"1": {"document": "table_1.csv", "rows": rows, "match": {"lambda": "lambda"}}}}
    check_documents({**content, "figures": {}}, folder, "s.yaml")
    assert content["tables"]["1"]["rows"] == {"a": {"lambda": 2.4}, "b": {}}
