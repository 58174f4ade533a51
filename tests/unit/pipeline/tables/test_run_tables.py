"""Tables of runs: one row per model with the range over its seeds, trivial answers below, in two parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from latentlab.artifacts import write_artifact
from latentlab.errors import ConfigError
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.quantities import Quantity
from latentlab.pipeline.tables.of_runs import ALONE, BELOW_NOTE, BESIDE, SEEDS_NOTE, Words, runs_table
from latentlab.pipeline.tables.shown_table import Part, ShownTable

QUANTITIES = {
    "mse": Quantity("mean squared error", "grey values", "lower", "mse_mean_image"),
    "ms_ssim": Quantity("MS-SSIM", "", "higher", "ms_ssim_mean_image", "absolute"),
    "right": Quantity("right", "%", "higher", "right_by_chance", "absolute"),
    "right_at_half": Quantity("right at half", "%", "higher", "right_by_chance", "absolute"),
    "r2": Quantity("R²", "", "higher", 0.0, "absolute"),
    "epochs": Quantity("epochs", whole=True),
}
ANSWERS = {
    "mean_image": "mean image",
    "zero_image": "zero image",
    "chance": "another",
    "by_chance": "commonest",
}
WORDS = Words(QUANTITIES, ANSWERS, lambda record: record["set"])
RUNS: dict[str, tuple[dict[str, Any], dict[str, float]]] = {  # record and metrics
    "at": ({"model": "at", "set": "small", "seed": 42}, {"mse": 2.0, "ms_ssim": 0.98, "epochs": 30}),
    "at-seed-43": ({"model": "at", "set": "small", "seed": 43}, {"mse": 3.0, "ms_ssim": 0.99, "epochs": 33}),
    "fp": ({"model": "fp", "set": "small", "seed": 42}, {"mse": 9.0, "ms_ssim": 0.5, "epochs": 36}),
    "gap": ({"model": "at", "set": "gaps", "seed": 42}, {"mse": 5.0, "ms_ssim": 0.7, "epochs": 12}),
}
OTHERS = {"right": 40.0, "right_at_half": 45.0, "right_by_chance": 25.0, "r2": 0.5}  # of each run
BASELINES = {
    "small": {
        "mse_mean_image": 8.0,
        "mse_zero_image": 10.0,
        "ms_ssim_mean_image": 0.75,
        "right_chance": 30.0,
    },
    "gaps": {"mse_mean_image": 7.0},
}
TITLES = {"at": "AT 64", "at-seed-43": "AT 64", "fp": "FP", "gap": "AT 64, gaps"}
DOCUMENT = pd.DataFrame({"model": ["at", "fp"], "mse": [1.25, 4.5], "ms_ssim": [0.97, 0.6]})


def made(folder: Path, runs: list[str], baselines: list[str] | None = None, **spec: Any) -> ShownTable:
    evaluations = {}
    for run in runs:
        record, metrics = RUNS[run]
        evaluations[run] = folder / f"{run}.h5"
        with write_artifact(
            evaluations[run], kind="evaluation", rule="t", record=record, summary={**metrics, **OTHERS}
        ):
            pass
    subjects = {RUNS[run][0]["set"] for run in runs} if baselines is None else baselines
    artifacts = {subject: folder / f"of-{subject}.h5" for subject in sorted(subjects)}
    for subject, path in artifacts.items():
        with write_artifact(path, kind="baselines", rule="t", record={}, summary=BASELINES[subject]):
            pass
    rows = {run: {"model": RUNS[run][0]["model"]} if "columns" in spec else {} for run in runs}
    content = {"rows": rows, "titles": TITLES, **spec}
    inputs = Inputs(evaluations, artifacts, DOCUMENT if "columns" in spec else None, "d.csv")
    return runs_table(inputs, content, WORDS, "A note.", kind="evaluation")


def text(part: Part) -> dict[str, list[str]]:
    """Cells by heading and side; what is small stands in brackets."""
    return {
        " ".join(filter(None, (column.heading, column.side))): [
            f"{cell.text} [{cell.detail}]" if cell.detail else cell.text for cell in column.cells
        ]
        for column in part.columns
    }


def test_one_row_per_model_with_the_range_over_its_seeds(tmp_path: Path) -> None:
    table = made(tmp_path, ["at", "at-seed-43", "fp"], columns=["mse"])
    (part,) = table.parts
    assert text(part) == {
        "model": ["AT 64 [at, 2 seeds]", "FP [fp]", "mean image", "zero image"],
        "mean squared error (grey values) document": ["1.25", "4.5", "", ""],
        "mean squared error (grey values) ours": ["2.5 [2 to 3]", "9", "8", "10"],
    }
    assert part.below == 2
    assert part.about == ""
    assert table.note == f"A note. {SEEDS_NOTE} {BELOW_NOTE}"


def test_seeds_apart_from_one_another_share_a_row(tmp_path: Path) -> None:
    (part,) = made(tmp_path, ["at", "fp", "at-seed-43"], ours=["mse"]).parts
    assert text(part)["model"][:2] == ["AT 64 [at, 2 seeds]", "FP [fp]"]


def test_csv_keeps_each_run_and_the_answers(tmp_path: Path) -> None:
    data = made(tmp_path, ["at", "at-seed-43", "fp"], columns=["mse"], ours=["epochs"]).data
    assert list(data.columns) == ["run", "baseline", "answer", "mse, document", "mse, ours", "epochs, ours"]
    assert list(data["run"]) == ["at", "at-seed-43", "fp", "", ""]
    assert list(data["answer"]) == ["", "", "", "mean_image", "zero_image"]
    assert set(data["baseline"]) == {"small"}
    assert list(data["mse, ours"]) == [2.0, 3.0, 9.0, 8.0, 10.0]
    assert list(data["mse, document"][:3]) == [1.25, 1.25, 4.5]
    assert np.isnan(data["epochs, ours"][3])


def test_what_is_compared_and_what_is_ours_alone_are_two_parts(tmp_path: Path) -> None:
    beside, alone = made(tmp_path, ["at", "fp"], columns=["mse"], ours=["ms_ssim", "epochs"]).parts
    assert (beside.about, alone.about) == (BESIDE, ALONE)
    assert "MS-SSIM" not in text(beside)
    assert text(alone) == {
        "model": ["AT 64 [at]", "FP [fp]", "mean image"],  # the zero image has no MS-SSIM here
        "MS-SSIM": ["0.98", "0.5", "0.75"],
        "epochs": ["30", "36", ""],
    }


def test_counts_have_no_decimals_as_means_either(tmp_path: Path) -> None:
    (part,) = made(tmp_path, ["at", "at-seed-43"], ours=["epochs"]).parts
    assert text(part)["epochs"] == ["32 [30 to 33]"]


def test_answers_of_each_subject_are_named(tmp_path: Path) -> None:
    (part,) = made(tmp_path, ["at", "gap"], ours=["mse"]).parts
    shown = text(part)
    assert shown["model"][2:] == ["mean image [small]", "zero image [small]", "mean image [gaps]"]
    assert shown["mean squared error (grey values)"][2:] == ["8", "10", "7"]


def test_the_trivial_answer_of_a_quantity_is_found_in_the_runs_own_summary(tmp_path: Path) -> None:
    (part,) = made(tmp_path, ["fp"], ours=["right", "right_at_half", "r2"]).parts
    assert text(part) == {
        "model": ["FP [fp]", "another", "commonest", "without learning"],
        "right (%)": ["40", "30", "25", ""],
        "right at half (%)": ["45", "", "25", ""],
        "R²": ["0.5", "", "", "0"],
    }


def test_without_baselines_there_is_nothing_below(tmp_path: Path) -> None:
    table = made(tmp_path, ["fp"], baselines=[], ours=["mse", "epochs"])
    assert table.parts[0].below == 0
    assert table.note == "A note."
    assert list(table.data["run"]) == ["fp"]


def test_a_metric_that_was_not_measured_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the run 'fp' has no metric 'psnr'"):
        made(tmp_path, ["fp"], ours=["psnr"])
