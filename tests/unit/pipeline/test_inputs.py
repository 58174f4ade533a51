"""A job's lists become artifacts by name, and the document's table."""

from __future__ import annotations

from pathlib import Path

import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.inputs import Inputs


def test_lists_become_names(tmp_path: Path) -> None:
    document = tmp_path / "table.csv"
    document.write_text("a,b\n1,2\n")
    inputs = Inputs.of(
        runs=["x", "y"],
        evaluations=["x.h5", "y.h5"],
        names=["small"],
        artifacts=["s.h5"],
        document=[document],
    )
    assert inputs.evaluations == {"x": "x.h5", "y": "y.h5"}
    assert inputs.artifacts == {"small": "s.h5"}
    assert inputs.document.to_dict("list") == {"a": [1], "b": [2]}
    assert inputs.source == str(document)


def test_without_a_document() -> None:
    inputs = Inputs.of(runs=[], evaluations=[], names=[], artifacts=[], document=[])
    assert inputs.document is None
    assert inputs.source == ""


def test_lists_of_other_lengths_and_an_absent_document_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zip"):
        Inputs.of(runs=["x"], evaluations=[], names=[], artifacts=[], document=[])
    with pytest.raises(ConfigError, match=r"absent\.csv: there is no such table"):
        Inputs.of(runs=[], evaluations=[], names=[], artifacts=[], document=[tmp_path / "absent.csv"])
