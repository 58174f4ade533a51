"""The whole pipeline at scale tiny: what it makes, and what it does again after a change."""

import json
import re
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from latentlab.counts.frame_file import read_frame_file
from latentlab.frames import read_stored
from latentlab.pipeline.code_files import CodeFiles
from latentlab.pipeline.references import runs_named
from tests.workflow.conftest import Edit, at_tiny, jobs, planned, snakemake, write_frame

STUDY, RECORDS = at_tiny("gisaxs")  # as this scale makes it: groups written out, rows of other runs left out
GISAXS = Path("results/tiny/gisaxs")
NOT_JUDGED = ("not comparable at this scale", "not evaluated at this scale")


def test_every_table_and_figure_is_there(finished: Path) -> None:
    for table in [*STUDY["tables"], "claims"]:
        for kind in ("csv", "md", "html"):
            assert (finished / GISAXS / "tables" / f"{table}.{kind}").stat().st_size > 0
    for figure in STUDY["figures"]:
        for kind in ("png", "svg"):
            assert (finished / GISAXS / "figures" / f"{figure}.{kind}").stat().st_size > 1000


def test_report_holds_every_result(finished: Path) -> None:
    report = (finished / "results" / "tiny" / "report.html").read_text()
    for section in ("tables", "figures"):
        for name in STUDY[section]:
            assert f'id="gisaxs-{section[:-1]}-{name}"' in report
    claims = pd.read_csv(finished / GISAXS / "tables" / "claims.csv")
    assert f"Of {len(claims)} claims" in report
    assert "Your frames" in report
    assert (finished / "results" / "tiny" / "workflow.html").stat().st_size > 1000


def test_every_link_of_the_report_leads_somewhere(finished: Path) -> None:
    folder = finished / "results" / "tiny"
    report = (folder / "report.html").read_text()
    anchors = set(re.findall(r'\sid="([^"]+)"', report))
    for link in set(re.findall(r'\shref="([^"]+)"', report)) - {"data:,"}:
        assert link[1:] in anchors if link.startswith("#") else (folder / link).is_file(), link


def test_a_new_style_of_the_report_makes_the_report_alone(finished: Path, edit: Edit) -> None:
    edit(finished / "workflow" / "report" / "report.css", "margin: 0;", "margin: 1px;")
    assert planned(finished) == {"report": 1}


def test_claims_are_all_evaluated(finished: Path) -> None:
    claims = pd.read_csv(finished / GISAXS / "tables" / "claims.csv").set_index("claim")
    assert set(claims.index) == set(STUDY["claims"])
    verdicts = {"holds", "does not hold", "undecided", *NOT_JUDGED}
    assert {"holds", *NOT_JUDGED} <= set(claims.verdict) <= verdicts
    for claim in ("650-bytes-a-pattern", "four-hundredfold"):  # of 256 x 256 pixels
        assert claims.verdict[claim] == "not comparable at this scale"
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
        assert file.attrs["verdict"].startswith("restor")
    assert stored == (folder / "frame.lossy").read_bytes()
    assert (folder / "frame.png").stat().st_size > 1000


def test_frame_has_its_gaps_filled(finished: Path) -> None:
    folder = finished / "results" / "tiny" / "frames"
    original = read_stored(finished / "frame.edf").counts
    with h5py.File(folder / "frame-filled.h5") as file:
        counts, mask = file["filled/counts"][()], file["filled/mask"][()]
        assert file.attrs["verdict"].startswith(("gaps filled: ", "do not use: "))
        assert "linear" in json.loads(file["scores"][()])
    assert counts.shape == mask.shape == (350, 550)
    assert mask[200:208].all()
    assert (counts[mask] > 0).all()
    bins = original.reshape(350, 2, 550, 2).sum(axis=(1, 3))
    np.testing.assert_array_equal(counts[~mask], bins[~mask])
    assert "-filled" in (finished / "results" / "tiny" / "report.html").read_text()


def test_frame_is_kept_without_loss(finished: Path) -> None:
    kept = read_frame_file(finished / "results" / "tiny" / "frames" / "frame.llc")
    original = read_stored(finished / "frame.edf")
    np.testing.assert_array_equal(kept.counts, original.counts)
    assert (kept.counts.dtype, kept.header) == (original.counts.dtype, original.header)
    assert kept.source == "frame.edf"


def test_a_frame_without_loss_needs_no_training(pristine: Path, tmp_path: Path) -> None:
    write_frame(tmp_path / "other.edf")
    (tmp_path / "frames.yaml").write_text(f"frames:\n  paths: [{tmp_path}/other.edf]\n")
    config = ("--configfile", str(tmp_path / "frames.yaml"))
    assert planned(pristine, "results/tiny/frames/other.llc", *config) == {"lossless_frame": 1}
    with_loss = planned(pristine, "results/tiny/frames/other.png", *config)
    assert with_loss["lossless_frame"] == with_loss["frame"] == with_loss["gisaxs_train"] == 1
    filled = planned(pristine, "results/tiny/frames/other-filled.png", *config)
    assert filled["filled_frame"] == filled["gisaxs_train_restorer"] == 1
    assert not {"frame", "gisaxs_train"} & set(filled)


def showing(section: str, run: str) -> int:
    return sum(run in runs_named(entry) for entry in STUDY[section].values())


def test_nothing_is_done_twice(finished: Path) -> None:
    assert planned(finished) == {}


def test_new_times_change_nothing(finished: Path) -> None:
    """A checkout gives every file a new time; what decides is the content."""
    for path in (finished / "workflow" / "latentlab").rglob("*.py"):
        path.touch()
    assert planned(finished) == {}


def test_changing_one_lambda_retrains_that_run_alone(finished: Path, edit: Edit) -> None:
    edit(finished / "config" / "gisaxs.yaml", "family: quality, lambda: 8.73", "family: quality, lambda: 9.0")
    assert planned(finished) == {
        "gisaxs_train": 1,
        "gisaxs_evaluate": 1,
        "claims": 1,
        "overview": 1,
        "report": 1,
        "table": showing("tables", "fp-quality-3"),
        "figure": showing("figures", "fp-quality-3"),
    }


def test_changing_a_figure_draws_figures_of_its_kinds_alone(finished: Path, edit: Edit) -> None:
    module = finished / "workflow" / "latentlab" / "studies" / "gisaxs" / "figures" / "history.py"
    edit(module, "linewidth=1", "linewidth=2")
    kinds = ("history", "scales", "reconstructions")
    drawn = sum(entry["kind"] in kinds for entry in STUDY["figures"].values())
    assert planned(finished) == {"figure": drawn, "report": 1}


def test_each_file_behind_a_script_runs_it_again(finished: Path, edit: Edit) -> None:
    workflow = finished / "workflow"
    target = str(GISAXS / "datasets" / "gaps.h5")
    files = CodeFiles(workflow).behind(workflow / "scripts" / "gisaxs" / "gaps.py")
    assert len(files) > 3
    for path in files:
        before = path.read_text()
        edit(path, before, before + "# changed\n")
        assert planned(finished, target) == {"gisaxs_gaps": 1}, path
        path.write_text(before)


def test_a_file_that_no_script_imports_runs_nothing(finished: Path, edit: Edit) -> None:
    module = finished / "workflow" / "latentlab" / "pipeline" / "names.py"  # messages of the configuration
    edit(module, "cutoff=0.6", "cutoff=0.7")
    assert planned(finished, str(GISAXS / "datasets" / "gaps.h5"), str(GISAXS / "figures" / "2.22.png")) == {}


def test_a_new_figure_or_example_retrains_nothing(finished: Path, edit: Edit) -> None:
    config = finished / "config" / "gisaxs.yaml"
    edit(config, "values: [0.05, 0.15, 0.3, 0.5]", "values: [0.05, 0.15, 0.3, 0.45]")
    edit(config, "- [2.8, 0.3, 10.4, 0.3]", "- [2.7, 0.3, 10.4, 0.3]")
    again = planned(finished)
    assert again["gisaxs_form_factors"] == again["gisaxs_examples"] == 1
    assert not {"gisaxs_train", "gisaxs_small"} & set(again)


def test_changing_how_training_works_retrains_every_run(finished: Path, edit: Edit) -> None:
    edit(finished / "workflow" / "latentlab" / "codecs" / "rate_distortion.py", "255**2", "256**2")
    again = planned(finished)
    assert again["gisaxs_train"] == len(RECORDS)
    assert not [rule for rule in again if rule.startswith("lines_")]


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
    assert rules == ["claims", "figure", "gisaxs_evaluate", "gisaxs_train", "overview", "report", "table"]
    assert artifact.read_bytes() == before  # the same record gives the same bytes


def test_a_deleted_figure_is_drawn_again(finished: Path) -> None:
    figure = finished / GISAXS / "figures" / "2.22.svg"
    before = figure.read_bytes()
    figure.unlink()
    assert snakemake(finished).returncode == 0
    assert figure.read_bytes() == before


def test_quick_and_paper_plan_the_same_jobs_and_tiny_fewer(pristine: Path) -> None:
    plans = {}
    for scale in ("tiny", "quick", "paper"):
        run = snakemake(pristine, "-n", scale=scale)
        assert f"results/{scale}/" in run.stdout + run.stderr
        plans[scale] = jobs(run.stdout + run.stderr)
    landcover = {scale: plan.pop("landcover_train") for scale, plan in plans.items()}
    assert landcover["tiny"] < landcover["quick"] < landcover["paper"]  # quick leaves out two latent sizes
    assert plans["quick"] == plans["paper"]
    assert plans["tiny"].keys() == plans["paper"].keys()
    assert plans["tiny"]["gisaxs_train"] == len(RECORDS) < plans["paper"]["gisaxs_train"]
    assert plans["tiny"]["lines_train"] < plans["paper"]["lines_train"]
