"""The GISAXS study's tables: models in the thesis's words, runs beside its values, bytes, the set-up."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from tests.unit.studies.gisaxs.tiny_space import ROOT

from latentlab.artifacts import read_summary, write_artifact
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.number_text import number_text
from latentlab.pipeline.tables.shown_table import Part, ShownTable
from latentlab.pipeline.tables.side_by_side import read_document
from latentlab.studies.gisaxs import tables
from latentlab.studies.gisaxs.metric_names import RUN_METRICS
from latentlab.studies.gisaxs.titles import titles
from latentlab.studies.registries import load

CONFIG = {**yaml.safe_load((ROOT / "config" / "config.yaml").read_text()), "scale": "quick"}
STUDY, RECORDS = load(ROOT, CONFIG, "gisaxs")[2:]
TABLES = STUDY["tables"]
DOCUMENTS = ROOT / "config" / "documents" / "gisaxs"
OF_RUNS = sorted(name for name, entry in TABLES.items() if entry["source"] == "runs")


def inputs_of(folder: Path, name: str, artifacts: dict[str, Path] | None = None) -> Inputs:
    """Evaluations of a table's runs: each metric of the nth run is n + 0.25."""
    entry = TABLES[name]
    evaluations = {run: folder / f"{run}.h5" for run in entry.get("rows", {})}
    for number, (run, path) in enumerate(evaluations.items()):
        summary = {**dict.fromkeys(RUN_METRICS, number + 0.25), "ms_ssim_scales": 3}
        with write_artifact(path, kind="evaluation", rule="t", record=RECORDS[run], summary=summary):
            pass
    document = entry.get("document")
    return Inputs(
        evaluations,
        artifacts or {},
        read_document(DOCUMENTS / document) if document else None,
        str(document),
    )


def texts(part: Part) -> dict[str, list[str]]:
    return {
        ", ".join(filter(None, (column.heading, column.side))): [cell.text for cell in column.cells]
        for column in part.columns
    }


def headings(table: ShownTable) -> list[str]:
    return [column.heading for part in table.parts for column in part.columns]


@pytest.mark.parametrize("name", OF_RUNS)
def test_every_shipped_table_of_runs_is_in_words(tmp_path: Path, name: str) -> None:
    entry = TABLES[name]
    table = tables.runs(inputs_of(tmp_path, name), entry)
    assert not [heading for heading in headings(table) if re.search(r"[a-z]_[a-z]", heading)]
    assert len(table.parts) == 1 + ("columns" in entry and "ours" in entry)
    shown = [cell.text for cell in table.parts[0].columns[0].cells]
    assert len(set(shown)) == len(shown)  # titles tell the rows apart
    assert set(table.data["run"]) == set(entry["rows"])
    assert "64 x 64 pixels; MS-SSIM of 3 scales" in table.note


def test_ours_stands_beside_the_theses_value(tmp_path: Path) -> None:
    beside = texts(tables.runs(inputs_of(tmp_path, "4.7"), TABLES["4.7"]).parts[0])
    row = beside["model"].index("AT 64")
    assert beside["MS-SSIM of raw intensity, document"][row] == "0.982"
    assert beside["auxiliary loss, document"][row] == "2160"


def test_models_are_named_as_in_the_thesis() -> None:
    assert TABLES["4.7"]["titles"]["fp-relu"] == "FP (64, 107), ReLU"
    assert TABLES["4.6"]["titles"]["fp-quality-2"] == "FP (43, 64), lambda 4.58"
    assert TABLES["4.9"]["titles"]["at-gap-in"] == "AT 64, gaps filled"
    assert TABLES["restoration"]["titles"]["restore-counts"] == "FP (64, 107), 1e6 photons counted"


@pytest.mark.parametrize("run", sorted(RECORDS))
def test_every_shipped_run_has_a_title(run: str) -> None:
    assert re.fullmatch(
        r"[A-Z]+ (\d+|\(\d+, \d+\))(, .+)?", titles({run: RECORDS[run]}, STUDY["abbreviations"])[run]
    )


def test_the_experiment_is_read_from_the_library(tmp_path: Path) -> None:
    path = tmp_path / "form_factors.h5"
    record = {"experiment": {"wavelength_nm": 0.1, "alpha_i_deg": 0.4}}
    with write_artifact(path, kind="form-factors", rule="t", record=record) as file:
        file["form_factors/alpha_f"] = np.linspace(0, 4, 9)
        file["form_factors/two_theta_f"] = np.linspace(0, 3, 7)
    table = tables.experiment(inputs_of(tmp_path, "2.6", {"form_factors": path}), TABLES["2.6"])
    found = dict(zip(*(texts(table.parts[0])[name] for name in ("parameter", "value, ours")), strict=True))
    assert found["wavelength (nm)"] == "0.1"
    assert found["largest scattering angle 2theta_f (degrees)"] == "3"
    assert found["angles alpha_f (pixels)"] == "9"
    assert list(table.data["parameter"]) == list(
        pd.read_csv(DOCUMENTS / TABLES["2.6"]["document"])["parameter"]
    )


def test_bytes_are_whole_and_the_files_stand_apart(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.h5"
    with write_artifact(path, kind="evaluation", rule="t", record={}) as file:
        file["examples/stream_bytes"] = np.tile([4, 1], (8, 1))
        file["examples/file_bytes"] = np.full(8, 33)
        file["examples/target"] = np.zeros((8, 64, 64), np.float32)
    document = read_document(DOCUMENTS / TABLES["4.18"]["document"])
    inputs = Inputs({"at-gap-noise": path}, {}, document, "bytes.csv")
    table = tables.coded_bytes(inputs, TABLES["4.18"])
    beside, alone = (texts(part) for part in table.parts)
    assert beside["size of the image (bytes), ours"] == ["16384"] * 8
    assert beside["both streams (bytes), document"][0] == "650"
    assert beside["both streams (bytes), ours"] == ["5"] * 8
    assert alone["whole file (bytes)"] == ["33"] * 8
    assert list(alone)[:4] == ["R (nm)", "sigma/R", "D (nm)", "omega/D"]


def test_a_table_of_runs_needs_no_document(tmp_path: Path) -> None:
    entry: dict[str, Any] = {"rows": {"sh": {}}, "titles": {"sh": "SH"}, "ours": ["bpp"]}
    path = inputs_of(tmp_path, "4.7").evaluations["sh"]
    table = tables.runs(Inputs({"sh": path}, {}), entry)
    value = number_text(read_summary(path)["bpp"])
    assert texts(table.parts[0]) == {"model": ["SH"], "estimated rate (bits per pixel)": [value]}
