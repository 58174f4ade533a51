"""The lines study at scale tiny: what it makes, what it does again after a change, and what it refuses."""

from __future__ import annotations

import html
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import h5py
import imagecodecs
import numpy as np
import pandas as pd
import pytest
import yaml

from latentlab.artifacts import read_summary
from latentlab.pipeline.references import runs_named
from latentlab.pipeline.tables.number_text import number_text
from tests.workflow.conftest import ROOT, Edit, at_tiny, choose, copy_project, planned, snakemake

FILE = yaml.safe_load((ROOT / "config" / "lines.yaml").read_text())
STUDY, RECORDS = at_tiny("lines")  # as this scale makes it: groups written out, rows of other runs left out
LINES = Path("results/tiny/lines")
STUDY_FILE, CONFIG_FILE = Path("config/lines.yaml"), Path("config/config.yaml")
TILES = 12  # of the micrograph, 100 x 130 px, at 32 px
Change = Callable[[Path, Callable[[dict[str, Any]], None]], None]


@pytest.fixture
def change(edit: Edit) -> Change:
    """Change what config/lines.yaml says in a copy of the project, and put the file back after the test."""

    def apply(folder: Path, how: Callable[[dict[str, Any]], None]) -> None:
        path, study = folder / STUDY_FILE, deepcopy(FILE)
        how(study)
        edit(path, path.read_text(), yaml.safe_dump(study, sort_keys=False))

    return apply


def shown(section: str, run: str) -> int:
    """How many tables or figures show a run."""
    return sum(run in runs_named(entry) for entry in STUDY[section].values())


# a run that as few tables and figures as possible show, but some of both
LONELY = min(
    (run for run in RECORDS if shown("tables", run) and shown("figures", run)),
    key=lambda run: shown("tables", run) + shown("figures", run),
)
WHAT_SHOWS_IT = {
    "lines_train": 1,
    "lines_evaluate": 1,
    "claims": 1,
    "overview": 1,
    "report": 1,
    "table": shown("tables", LONELY),
    "figure": shown("figures", LONELY),
}


def test_every_table_and_figure_is_there(finished: Path) -> None:
    for table in [*STUDY["tables"], "claims"]:
        for kind in ("csv", "md", "html"):
            assert (finished / LINES / "tables" / f"{table}.{kind}").stat().st_size > 0
    for figure in STUDY["figures"]:
        for kind in ("png", "svg"):
            assert (finished / LINES / "figures" / f"{figure}.{kind}").stat().st_size > 1000


def test_report_holds_every_result(finished: Path) -> None:
    report = (finished / "results" / "tiny" / "report.html").read_text()
    for section in ("tables", "figures"):
        for name, spec in STUDY[section].items():
            assert f'id="lines-{section[:-1]}-{name}"' in report
            assert html.escape(spec["title"]).replace("&#x27;", "&#39;") in report
    assert 'id="lines-claims"' in report
    assert "Your micrographs" in report


def test_claims_are_all_evaluated_on_what_was_measured(finished: Path) -> None:
    claims = pd.read_csv(finished / LINES / "tables" / "claims.csv").set_index("claim")
    assert list(claims.index) == list(STUDY["claims"])
    assert set(claims.verdict) <= {"holds", "does not hold", "undecided", "not evaluated at this scale"}
    summaries = {run: read_summary(finished / LINES / "runs" / run / "evaluation.h5") for run in RECORDS}
    for path in (finished / LINES / "baselines").glob("*.h5"):
        summaries[path.stem] = read_summary(path)
    checked = 0
    for values in claims["values"].dropna():
        for term, value in (part.split(" = ") for part in values.split("; ")):
            metric, subject = term.rstrip(")").split("(")
            seeds = [run for run in STUDY["seeds"].get(subject, [subject]) if run in summaries]
            mean = sum(summaries[run][metric] for run in seeds) / len(seeds)
            assert value.split(" [")[0] == (number_text(mean) or "no number")
            checked += 1
    assert checked >= len(claims) / 2


def test_evaluation_is_of_the_trained_vae(finished: Path) -> None:
    import torch

    from latentlab.studies.lines.sets import MicrostructureSet
    from latentlab.studies.lines.vae_file import load_vae

    run = next(iter(RECORDS))
    trained = load_vae(finished / LINES / "runs" / run / "vae.h5")
    images = MicrostructureSet(
        finished / LINES / "datasets" / f"{trained.record['data']}.h5", "validation"
    ).images()
    error = (images.double() - trained.model.reconstruct(images).double()).square().mean().item()
    summary = read_summary(finished / LINES / "runs" / run / "evaluation.h5")
    assert summary["mse_images"] == pytest.approx(error, rel=1e-4)
    assert all(bool(torch.isfinite(weights).all()) for weights in trained.model.state_dict().values())
    assert len(trained.history) == trained.record["epochs"]


def test_baselines_are_of_the_sets_that_are_trained_on(finished: Path) -> None:
    data = set(STUDY["trained_sets"])
    assert {path.stem for path in (finished / LINES / "baselines").glob("*.h5")} == data


def test_micrographs_are_a_set(finished: Path) -> None:
    with h5py.File(finished / LINES / "datasets" / "micrographs.h5") as file:
        images = np.concatenate([file[f"{split}/image"][()] for split in ("train", "validation")])
        assert (file.attrs["binning"], file.attrs["pixel_size_units"]) == (1, "px")
        assert file.attrs["one_phase_share"] == 0
        assert f"0 of {TILES} tiles are all one phase" in file.attrs["note"]
    assert images.shape == (TILES, 32, 32)
    assert set(np.unique(images)) == {0, 1}
    assert 0.2 < (images == 0).mean() < 0.5  # a third of the micrograph is dark
    figure = next(name for name, spec in STUDY["figures"].items() if spec["kind"] == "sets")
    svg = (finished / LINES / "figures" / f"{figure}.svg").read_text()
    assert f"0 of {TILES} tiles are all one phase" in svg


def test_a_run_on_micrographs_is_planned_with_its_table_and_figures(tmp_path: Path) -> None:
    folder = copy_project(tmp_path)
    image = np.random.default_rng(3).integers(0, 255, (128, 130), dtype=np.uint8)
    (folder / "mine.png").write_bytes(imagecodecs.png_encode(image))
    study, config = folder / STUDY_FILE, folder / CONFIG_FILE
    study.write_text(study.read_text().replace("\nruns:\n", "\nruns:\n  mine: {data: micrographs}\n"))
    text = choose(config.read_text(), "lines")
    config.write_text(text.replace("micrographs:\n  paths: []", "micrographs:\n  paths: [mine.png]"))
    made = [LINES / "tables" / "micrographs.html"]
    made += [LINES / "figures" / f"micrographs-{name}.png" for name in ("mine", "history")]
    assert planned(folder, *map(str, made)) == {
        "lines_dataset": 1,
        "lines_baselines": 1,
        "lines_train": 1,
        "lines_evaluate": 1,
        "table": 1,
        "figure": 2,
    }
    (folder / "mine.png").write_bytes(imagecodecs.png_encode(image[:96]))
    run = snakemake(folder, "-n")
    assert run.returncode != 0
    assert "hold 12 tile(s) of 32 x 32 pixels, expected 14 or more" in run.stdout + run.stderr


def test_changing_one_alpha_retrains_that_run_alone(finished: Path, change: Change) -> None:
    def double(study: dict[str, Any]) -> None:
        own = study["runs"][LONELY]
        own["alpha"] = 2 * RECORDS[LONELY]["alpha"]

    change(finished, double)
    assert planned(finished) == WHAT_SHOWS_IT


def test_changing_a_figure_retrains_nothing(finished: Path, edit: Edit) -> None:
    module = finished / "workflow" / "latentlab" / "studies" / "lines" / "figures" / "runs.py"
    edit(module, '"linewidth": 1,', '"linewidth": 2,')
    drawn = [
        entry for entry in STUDY["figures"].values() if entry["kind"] not in ("reconstructions", "neighbours")
    ]
    assert planned(finished) == {"figure": len(drawn), "report": 1}


def test_changing_a_title_makes_that_table_again(finished: Path, change: Change) -> None:
    name = next(iter(STUDY["tables"]))
    change(finished, lambda study: study["tables"][name].update(title="Another title"))
    assert planned(finished) == {"table": 1, "report": 1}


def test_changing_a_caption_makes_no_table_or_figure_again(finished: Path, change: Change) -> None:
    def reword(study: dict[str, Any]) -> None:
        for section in ("tables", "figures"):
            for entry in study[section].values():
                entry.update(made="Otherwise.", units="Others.", look="Elsewhere.")
        for entry in study["figures"].values():
            entry["title"] = "Another title"

    change(finished, reword)
    assert not {"table", "figure", "lines_train"} & set(planned(finished))


def test_changing_the_statistics_makes_all_but_the_sets_of_this_study_again(
    finished: Path, edit: Edit
) -> None:
    module = finished / "workflow" / "latentlab" / "studies" / "lines" / "line_statistics.py"
    edit(module, "WIDTH = 0.25", "WIDTH = 0.26")
    again = planned(finished)
    assert again["lines_train"] == again["lines_evaluate"] == len(RECORDS)
    assert again["figure"] == len(STUDY["figures"])
    assert again["claims"] == 1
    assert "lines_baselines" in again
    assert not [rule for rule in again if rule.startswith("gisaxs_") or rule == "lines_dataset"]


def test_changing_a_set_that_is_only_shown_draws_that_set_alone(finished: Path, change: Change) -> None:
    data = set(STUDY["trained_sets"])
    named = {
        each
        for section in ("tables", "figures")
        for spec in STUDY[section].values()
        if spec.get("kind") != "sets"
        for each in spec.get("sets", [])
    }
    kept = next(name for name, spec in STUDY["sets"].items() if name not in data | named and "gap" in spec)
    change(finished, lambda study: study["sets"][kept].update(gap=study["sets"][kept]["gap"] + 8))
    drawn = sum(kept in spec.get("sets", []) for spec in STUDY["figures"].values())
    assert planned(finished) == {"lines_dataset": 1, "figure": drawn, "report": 1}


def test_a_deleted_vae_is_trained_again_to_the_same_bytes(finished: Path) -> None:
    folder = finished / LINES / "runs" / LONELY
    before = {name: (folder / f"{name}.h5").read_bytes() for name in ("vae", "evaluation")}
    (folder / "vae.h5").unlink()
    assert planned(finished) == WHAT_SHOWS_IT
    run = snakemake(finished)
    assert run.returncode == 0, run.stderr
    assert not (folder / "last.ckpt").exists()
    for name, content in before.items():
        assert (folder / f"{name}.h5").read_bytes() == content
    after = snakemake(finished, "-n")
    assert "Nothing to be done" in after.stdout + after.stderr


def test_too_small_a_micrograph_is_one_sentence(tmp_path: Path) -> None:
    folder = copy_project(tmp_path)
    grey = np.arange(40 * 40, dtype=np.uint8).reshape(40, 40)
    (folder / "small.png").write_bytes(imagecodecs.png_encode(grey))
    config = folder / CONFIG_FILE
    text = choose(config.read_text(), "lines")
    config.write_text(text.replace("micrographs:\n  paths: []", "micrographs:\n  paths: [small.png]"))
    target = LINES / "datasets" / "micrographs.h5"
    run = snakemake(folder, str(target))
    assert run.returncode != 0
    assert "1 image(s) hold 1 tile(s) of 32 x 32 pixels, expected 4 or more" in run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    assert not list((folder / LINES / "datasets").glob("*"))
