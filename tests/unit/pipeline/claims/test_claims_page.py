"""The table of claims as CSV, Markdown and an HTML fragment."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pandas as pd
import pytest

from latentlab.pipeline.claims.page import write_claims
from latentlab.pipeline.claims.table import COLUMNS

ROWS = [
    ("one", "<b>A & B</b>", "0.9 > 0.8", "0.7 > 0.8", "does not hold", "", "x(a) > 0.8", "x(a) = 0.7"),
    ("two", "Second", "", "1 < 2", "undecided", "<spread>", "x(b) < x(c)", "x(b) = 1 [0 to 2]; x(c) = 2"),
    ("three", "Ours: so", "", "3 | 4", "holds", "", "x(d) > 0", "x(d) = 3"),
]


def written(rows: list[tuple[str, ...]], folder: Path) -> dict[str, str]:
    paths = {kind: folder / f"claims.{kind}" for kind in ("csv", "md", "html")}
    write_claims(pd.DataFrame(rows, columns=COLUMNS), paths, "Claims of <it>", "A note & more.")
    return {kind: path.read_text(encoding="utf-8") for kind, path in paths.items()}


@pytest.fixture
def html(tmp_path: Path) -> ElementTree.Element:
    text = written(ROWS, tmp_path)["html"].replace("<br>", "<br/>")
    return ElementTree.fromstring(f"<div>{text}</div>")


def test_the_documents_claims_and_ours_are_two_tables(html: ElementTree.Element) -> None:
    assert [child.tag for child in html] == ["table", "table", "p"]
    assert [table.get("class") for table in html.findall("table")] == ["data claims"] * 2
    assert [caption.text for caption in html.iter("caption")] == ["Claims of <it>", "Our own claims"]
    heads = [[head.text for head in table.iter("th")] for table in html.findall("table")]
    assert heads == [["says", "document", "ours", "verdict"], ["says", "ours", "verdict"]]
    assert html.find("p").text == "A note & more."


def test_the_condition_is_folded_and_the_reason_is_seen(html: ElementTree.Element) -> None:
    first, second = html.find("table").findall("tbody/tr")
    assert (first.get("id"), second.get("id")) == ("claim-one", "claim-two")
    assert first.findall("td")[0].text == "<b>A & B</b>"
    assert "".join(first.find("td/details").itertext()) == "conditionone: x(a) > 0.8x(a) = 0.7"
    verdicts = [row.findall("td")[3] for row in (first, second)]
    assert [cell.get("class") for cell in verdicts] == ["text fails", "text undecided"]
    assert ["".join(cell.itertext()) for cell in verdicts] == ["does not hold", "undecided<spread>"]
    assert verdicts[1].find("span").get("class") == "reason"


def test_markdown(tmp_path: Path) -> None:
    text = written(ROWS, tmp_path)["md"]
    assert "| Second" in text
    assert "undecided (<spread>)" in text
    assert "3 \\| 4" in text
    assert text.index("**Claims of <it>**") < text.index("**Our own claims**") < text.index("A note & more.")


def test_the_csv_keeps_everything(tmp_path: Path) -> None:
    written(ROWS, tmp_path)
    table = pd.read_csv(tmp_path / "claims.csv", keep_default_na=False)
    assert [tuple(row) for row in table.itertuples(index=False)] == ROWS


def test_no_claims_leave_an_empty_table(tmp_path: Path) -> None:
    assert written([], tmp_path)["html"].count("<table") == 1
