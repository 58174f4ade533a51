"""The document's values of runs are those of its tables, wherever a table shows a run beside them."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from latentlab.pipeline.document_values import document_values
from latentlab.studies.registries import REGISTRIES, load

TABLES: dict[str, Any] = {
    "1": {"document": "a.csv", "columns": ["mse"], "rows": {"x": {"n": 1}, "y": {"n": 2}, "z": {}}},
    "2": {"document": "b.csv", "columns": ["mse", "bpp"], "rows": {"x": {"model": "X"}}},
    "3": {"columns": ["mse"], "rows": {"z": {}}},
    "4": {"document": "a.csv", "source": "other"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text("n,mse\n1,0.5\n2,5.87e-5\n")
    (tmp_path / "b.csv").write_text("model,mse,bpp\nX,9,\nY,8,2\n")
    return tmp_path


def test_the_first_table_decides_and_an_empty_cell_is_no_value(folder: Path) -> None:
    assert document_values(TABLES, folder) == {"x": {"mse": 0.5}, "y": {"mse": 5.87e-5}}


@pytest.mark.parametrize("study", sorted(REGISTRIES))
def test_values_are_those_of_the_shipped_tables(repository: Path, study: str) -> None:
    config = yaml.safe_load((repository / "config" / "config.yaml").read_text())
    content = load(repository, {**config, "scale": "paper"}, study)[2]
    folder = repository / "config" / "documents" / study
    values = document_values(content["tables"], folder)
    # a lecture without tables has none
    assert bool(values) == any("document" in entry for entry in content["tables"].values())
    seen: set[tuple[str, str]] = set()
    for entry in content["tables"].values():
        known = {run: cells for run, cells in entry.get("rows", {}).items() if cells}
        for run, cells in known.items():
            frame = pd.read_csv(folder / entry["document"])
            for name, cell in cells.items():
                frame = frame[frame[name] == cell]
            for metric in entry["columns"]:
                value = float(frame[metric].iloc[0])
                if (run, metric) not in seen and not math.isnan(value):
                    assert values[run][metric] == value, (run, metric)
                    seen.add((run, metric))
    assert seen == {(run, metric) for run, found in values.items() for metric in found}


def test_they_agree_with_what_claims_say(repository: Path) -> None:
    """The thesis says of its table 4.7 that the mean-scale hyperprior is best: on these values it is."""
    config = yaml.safe_load((repository / "config" / "config.yaml").read_text())
    content = load(repository, {**config, "scale": "paper"}, "gisaxs")[2]
    values = document_values(content["tables"], repository / "config" / "documents" / "gisaxs")
    named = re.findall(r"ms_ssim\(([a-z0-9-]+)\)", content["claims"]["msh-best-under-ms-ssim"]["when"])
    assert set(named) == set(content["groups"]["models"])
    assert max(named, key=lambda run: values[run]["ms_ssim"]) == "msh"
    assert values["msh"]["ms_ssim"] == 0.996
