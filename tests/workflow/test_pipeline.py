"""The whole pipeline at scale tiny: what it makes, and what it does again after a change."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import h5py
import pandas as pd
import pytest
import yaml

from tests.workflow.conftest import choose, jobs, snakemake

STUDY = yaml.safe_load((Path(__file__).parents[2] / "config" / "gisaxs.yaml").read_text())
GISAXS = Path("results/tiny/gisaxs")
Edit = Callable[[Path, str, str], None]


def test_every_table_and_figure_is_there(finished: Path) -> None:
    for table in [*STUDY["tables"], "claims"]:
        for kind in ("csv", "md", "html"):
            assert (finished / GISAXS / "tables" / f"{table}.{kind}").stat().st_size > 0
    for figure in STUDY["figures"]:
        for kind in ("png", "svg"):
            assert (finished / GISAXS / "figures" / f"{figure}.{kind}").stat().st_size > 1000


def test_report_holds_every_result(finished: Path) -> None:
    report = (finished / "results" / "tiny" / "report.html").read_text()
    for name in [*STUDY["tables"], "claims"]:
        assert f"{name}.html" in report
    for name in STUDY["figures"]:
        assert f"{name}.png" in report


def test_claims_are_all_evaluated(finished: Path) -> None:
    claims = pd.read_csv(finished / GISAXS / "tables" / "claims.csv").set_index("claim")
    assert set(claims.index) == set(STUDY["claims"])
    assert set(claims.verdict) <= {"holds", "does not hold"}
    # these speak of the simulation alone, so they hold at every scale
    for claim in ("sigma-smears", "omega-broadens", "side-maximum-at-distance"):
        assert claims.verdict[claim] == "holds"


def test_small_set_is_table_4_1_in_the_thesis_unit(finished: Path) -> None:
    table = pd.read_csv(finished / GISAXS / "tables" / "4.1.csv")
    assert (table["patterns, document"] == table["patterns, ours"]).all()
    assert (table["split, document"] == table["split, ours"]).all()
    with h5py.File(finished / GISAXS / "datasets" / "small.h5") as file:
        mean_square = (file["test/intensity"][()] ** 2).mean()
    # binned 4 x 4, the sharp maxima lose a little of the unbinned patterns' 242.485
    assert 180 < mean_square < STUDY["raw_mean_square"]


def test_bits_per_pixel_are_those_of_the_stored_bytes(finished: Path) -> None:
    with h5py.File(finished / GISAXS / "runs" / "at-clean" / "evaluation.h5") as file:
        bytes_stored, count = len(file["test/bitstreams"]), len(file["test/file_bytes"])
        summary = json.loads(file.attrs["summary"])
    assert summary["bpp_file"] == pytest.approx(8 * bytes_stored / (count * 64 * 64), rel=1e-6)


def test_frame_is_restored(finished: Path) -> None:
    folder = finished / "results" / "tiny" / "frames"
    with h5py.File(folder / "frame.h5") as file:
        assert file["restored/counts"].shape == (64, 64)
        assert file["restored/mask"][()].any()
        stored = bytes(file["bitstream"][()])
    assert stored == (folder / "frame.llc").read_bytes()
    assert (folder / "frame.png").stat().st_size > 1000


def test_nothing_is_done_twice(finished: Path) -> None:
    assert "Nothing to be done" in snakemake(finished, "-n").stdout + snakemake(finished, "-n").stderr


def test_changing_one_lambda_retrains_that_run_alone(finished: Path, edit: Edit) -> None:
    edit(finished / "config" / "gisaxs.yaml", "lambda: 8.73", "lambda: 9.0")
    run = snakemake(finished, "-n")
    planned = jobs(run.stdout + run.stderr)
    assert planned["gisaxs_train"] == planned["gisaxs_evaluate"] == 1
    assert set(planned) == {
        "gisaxs_train",
        "gisaxs_evaluate",
        "gisaxs_claims",
        "gisaxs_table",
        "gisaxs_figure_runs",
    }
    assert planned["gisaxs_table"] == 1  # 4.6
    assert planned["gisaxs_figure_runs"] == 2  # 4.4 and collapse


def test_changing_a_figure_retrains_nothing(finished: Path, edit: Edit) -> None:
    edit(finished / "workflow" / "latentlab" / "figures" / "history.py", "linewidth=1", "linewidth=2")
    run = snakemake(finished, "-n")
    assert set(jobs(run.stdout + run.stderr)) == {"gisaxs_figure_runs"}


def test_a_new_figure_retrains_nothing(finished: Path, edit: Edit) -> None:
    edit(
        finished / "config" / "gisaxs.yaml",
        "values: [0.05, 0.15, 0.3, 0.5]",
        "values: [0.05, 0.15, 0.3, 0.45]",
    )
    run = snakemake(finished, "-n")
    planned = jobs(run.stdout + run.stderr)
    assert planned["gisaxs_form_factors"] == 1
    assert not {"gisaxs_train", "gisaxs_small", "gisaxs_evaluate"} & set(planned)


def test_changing_how_training_works_retrains_every_run(finished: Path, edit: Edit) -> None:
    edit(finished / "workflow" / "latentlab" / "codecs" / "rate_distortion.py", "255**2", "256**2")
    run = snakemake(finished, "-n")
    planned = jobs(run.stdout + run.stderr)
    assert planned["gisaxs_train"] == len(STUDY["runs"])
    assert not [rule for rule in planned if rule.startswith("lines_")]


def test_deleting_an_artifact_rebuilds_what_hangs_on_it(finished: Path) -> None:
    artifact = finished / GISAXS / "runs" / "fp-quality-3" / "codec.h5"
    before = artifact.read_bytes()
    artifact.unlink()
    run = snakemake(finished)
    assert run.returncode == 0, run.stderr
    done = re.findall(
        r"^rule (\w+):|Finished jobid: \d+ \(Rule: (\w+)\)", run.stdout + run.stderr, re.MULTILINE
    )
    rules = sorted({first or second for first, second in done} - {"all"})
    assert rules == ["gisaxs_claims", "gisaxs_evaluate", "gisaxs_figure_runs", "gisaxs_table", "gisaxs_train"]
    assert artifact.read_bytes() == before  # the same record gives the same bytes


def test_a_deleted_figure_is_drawn_again(finished: Path) -> None:
    figure = finished / GISAXS / "figures" / "2.22.svg"
    before = figure.read_bytes()
    figure.unlink()
    assert snakemake(finished).returncode == 0
    assert figure.read_bytes() == before


def test_paper_plans_the_same_jobs(pristine: Path, edit: Edit) -> None:
    config = pristine / "config" / "config.yaml"
    edit(config, config.read_text(), choose(config.read_text(), "gisaxs, lines"))
    planned = {}
    for scale in ("tiny", "paper"):
        run = snakemake(pristine, "-n", scale=scale)
        assert f"results/{scale}/" in run.stdout + run.stderr
        planned[scale] = jobs(run.stdout + run.stderr)
    assert {"gisaxs_train", "lines_train"} <= set(planned["tiny"])
    assert planned["tiny"] == planned["paper"]
