"""A caption is no part of what makes a table or a figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from latentlab.pipeline.configuration import load_yaml
from latentlab.pipeline.tables.captions import CAPTION, without_caption
from latentlab.studies.registries import REGISTRIES

ENTRY = {"title": "Codecs", "made": "So.", "units": "Bytes.", "look": "There.", "rows": {"a": {}}, "run": "a"}


@pytest.mark.parametrize(("section", "kept"), [("tables", {"title"}), ("figures", set())])
def test_captions_are_left_out_and_a_tables_title_is_kept(section: str, kept: set[str]) -> None:
    before = dict(ENTRY)
    assert set(without_caption(section, ENTRY)) == {"rows", "run"} | kept
    assert before == ENTRY


@pytest.mark.parametrize("section", ["tables", "figures"])
@pytest.mark.parametrize("key", ["made", "units", "look"])
def test_another_wording_changes_nothing(section: str, key: str) -> None:
    assert without_caption(section, {**ENTRY, key: "Other."}) == without_caption(section, ENTRY)
    assert without_caption(section, {**ENTRY, "run": "b"}) != without_caption(section, ENTRY)


@pytest.mark.parametrize("study", sorted(REGISTRIES))
def test_every_table_has_a_short_title_and_a_caption_of_sentences(repository: Path, study: str) -> None:
    for name, entry in load_yaml(repository / "config" / f"{study}.yaml")["tables"].items():
        assert len(entry["title"].split()) <= 10, name
        for key in CAPTION:
            assert entry[key].endswith("."), (name, key)
            assert entry[key][0].isupper(), (name, key)
