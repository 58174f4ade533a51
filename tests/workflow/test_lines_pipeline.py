"""The lines study at scale tiny: what it makes, what it does again after a change, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest
import yaml

from tests.workflow.conftest import ROOT, choose, copy_project, jobs, snakemake

STUDY = yaml.safe_load((ROOT / "config" / "lines.yaml").read_text())
LINES = Path("results/tiny/lines")
STUDY_FILE, CONFIG_FILE = Path("config/lines.yaml"), Path("config/config.yaml")
TILES = 12  # of the micrograph, 100 x 130 px, at 32 px
Edit = Callable[[Path, str, str], None]
Change = Callable[[Path, Callable[[dict[str, Any]], None]], None]


@pytest.fixture
def change(edit: Edit) -> Change:
    """Change what config/lines.yaml says in a copy of the project, and put the file back after the test."""

    def apply(folder: Path, how: Callable[[dict[str, Any]], None]) -> None:
        path, study = folder / STUDY_FILE, deepcopy(STUDY)
        how(study)
        edit(path, path.read_text(), yaml.safe_dump(study, sort_keys=False))

    return apply


def shows(spec: dict[str, Any], run: str) -> bool:
    """Whether a table or figure shows a run."""
    named = [*spec.get("rows", {}), *spec.get("runs", []), spec.get("run")]
    return run in [*named, *(each for runs in spec.get("groups", {}).values() for each in runs)]


def shown(section: str, run: str) -> int:
    return sum(shows(spec, run) for spec in STUDY[section].values())


def planned(folder: Path, *arguments: str) -> dict[str, int]:
    run = snakemake(folder, "-n", *arguments)
    assert run.returncode == 0, run.stdout + run.stderr
    return jobs(run.stdout + run.stderr)


# a run that as few tables and figures as possible show, but some of both
LONELY = min(
    (run for run in STUDY["runs"] if shown("tables", run) and shown("figures", run)),
    key=lambda run: shown("tables", run) + shown("figures", run),
)
WHAT_SHOWS_IT = {
    "lines_train": 1,
    "lines_evaluate": 1,
    "lines_claims": 1,
    "lines_table": shown("tables", LONELY),
    "lines_figure": shown("figures", LONELY),
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
    for spec in [*STUDY["tables"].values(), *STUDY["figures"].values()]:
        # titles stand in the report as JSON, whose quotes may be escaped once more
        assert spec["title"] in report or json.dumps(spec["title"])[1:-1] in report
    for folder, kind in (("tables", "html"), ("figures", "png")):
        for name in STUDY[folder]:
            assert f"{LINES}/{folder}/{name}.{kind}" in report
    assert f"{LINES}/tables/claims.html" in report


def test_claims_are_all_evaluated_on_what_was_measured(finished: Path) -> None:
    claims = pd.read_csv(finished / LINES / "tables" / "claims.csv").set_index("claim")
    assert list(claims.index) == list(STUDY["claims"])
    assert set(claims.verdict) <= {"holds", "does not hold"}
    summaries = {run: _summary(finished / LINES / "runs" / run / "evaluation.h5") for run in STUDY["runs"]}
    for path in (finished / LINES / "baselines").glob("*.h5"):
        summaries[path.stem] = _summary(path)
    checked = 0
    for measured in claims.measured:
        for term, value in (part.split(" = ") for part in measured.split(", ")):
            metric, subject = term.rstrip(")").split("(")
            assert value == f"{summaries[subject][metric]:.4g}"
            checked += 1
    assert checked >= len(claims)


def _summary(path: Path) -> dict[str, float]:
    with h5py.File(path) as file:
        return json.loads(file.attrs["summary"])


def test_evaluation_is_of_the_trained_vae(finished: Path) -> None:
    import torch

    from latentlab.studies.lines.sets import MicrostructureSet
    from latentlab.studies.lines.vae_file import load_vae

    run = next(iter(STUDY["runs"]))
    trained = load_vae(finished / LINES / "runs" / run / "vae.h5")
    images = MicrostructureSet(
        finished / LINES / "datasets" / f"{trained.record['data']}.h5", "validation"
    ).images()
    error = (images.double() - trained.model.reconstruct(images).double()).square().mean().item()
    summary = _summary(finished / LINES / "runs" / run / "evaluation.h5")
    assert summary["mse_images"] == pytest.approx(error, rel=1e-4)
    assert all(bool(torch.isfinite(weights).all()) for weights in trained.model.state_dict().values())
    assert len(trained.history) == trained.record["epochs"]


def test_baselines_are_of_the_sets_that_are_trained_on(finished: Path) -> None:
    data = {{**STUDY["defaults"], **own}["data"] for own in STUDY["runs"].values()}
    assert {path.stem for path in (finished / LINES / "baselines").glob("*.h5")} == data


def test_micrographs_are_a_set(finished: Path) -> None:
    with h5py.File(finished / LINES / "datasets" / "micrographs.h5") as file:
        images = np.concatenate([file[f"{split}/image"][()] for split in ("train", "validation")])
    assert images.shape == (TILES, 32, 32)
    assert set(np.unique(images)) == {0, 1}
    assert 0.2 < (images == 0).mean() < 0.5  # a third of the micrograph is dark
    figure = next(name for name, spec in STUDY["figures"].items() if spec["kind"] == "sets")
    assert "micrographs" in (finished / LINES / "figures" / f"{figure}.svg").read_text()


def test_changing_one_alpha_retrains_that_run_alone(finished: Path, change: Change) -> None:
    def double(study: dict[str, Any]) -> None:
        own = study["runs"][LONELY]
        own["alpha"] = 2 * own.get("alpha", study["defaults"]["alpha"])

    change(finished, double)
    assert planned(finished) == WHAT_SHOWS_IT


def test_changing_a_figure_retrains_nothing(finished: Path, edit: Edit) -> None:
    module = finished / "workflow" / "latentlab" / "figures" / "microstructures" / "runs.py"
    edit(module, "linewidth=1,", "linewidth=2,")
    assert planned(finished) == {"lines_figure": len(STUDY["figures"])}


def test_changing_a_title_makes_that_table_again(finished: Path, change: Change) -> None:
    name = next(iter(STUDY["tables"]))
    change(finished, lambda study: study["tables"][name].update(title="Another title"))
    assert planned(finished) == {"lines_table": 1}


def test_changing_the_statistics_makes_all_but_the_sets_of_this_study_again(
    finished: Path, edit: Edit
) -> None:
    edit(finished / "workflow" / "latentlab" / "line_statistics.py", "WIDTH = 0.25", "WIDTH = 0.26")
    again = planned(finished)
    assert again["lines_train"] == again["lines_evaluate"] == len(STUDY["runs"])
    assert again["lines_figure"] == len(STUDY["figures"])
    assert {"lines_baselines", "lines_claims"} <= set(again)
    assert all(rule.startswith("lines_") for rule in again)
    assert "lines_dataset" not in again


def test_changing_a_set_that_is_only_shown_draws_that_set_alone(finished: Path, change: Change) -> None:
    data = {{**STUDY["defaults"], **own}["data"] for own in STUDY["runs"].values()}
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
    assert planned(finished) == {"lines_dataset": 1, "lines_figure": drawn}


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


BAD_STUDIES: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (
        lambda study: study["runs"]["statistics"].update(data="no-such-set"),
        "config/lines.yaml: runs.statistics.data: there is no set 'no-such-set'; the sets are lines-1-4",
    ),
    (
        lambda study: study["runs"]["statistics"].update(data="micrographs"),
        "there is no set 'micrographs'; the sets are lines-1-4, ",
    ),
    (
        lambda study: study["figures"]["sets"].update(sets=["no-such-set"]),
        "config/lines.yaml: figures.sets.sets: there is no set 'no-such-set'; the sets are lines-1-4",
    ),
    (
        lambda study: study["sets"]["lines-1-4"].update(thickness=[9, 5]),
        "config/lines.yaml: sets.lines-1-4: ",
    ),
    (
        lambda study: study["claims"].update(new={"says": "", "when": "mse_images(no-such-run) < 1"}),
        "config/lines.yaml: claims.new.when: there is no run 'no-such-run'",
    ),
]


@pytest.mark.parametrize(("how", "message"), BAD_STUDIES)
def test_bad_studies_are_one_sentence(
    pristine: Path, change: Change, how: Callable[[dict[str, Any]], None], message: str
) -> None:
    change(pristine, how)
    run = snakemake(pristine)
    assert run.returncode != 0
    assert message in run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    assert not (pristine / "results").exists()


def test_micrographs_that_are_not_there_are_one_sentence(pristine: Path, edit: Edit) -> None:
    edit(pristine / CONFIG_FILE, "micrographs:\n  paths: []", "micrographs:\n  paths: [no-such.png]")
    run = snakemake(pristine)
    assert run.returncode != 0
    assert "no-such.png: there is no such file; expected a PNG or TIFF image" in run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    assert not (pristine / "results").exists()


def test_too_small_a_micrograph_is_one_sentence(tmp_path: Path) -> None:
    import imagecodecs

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
