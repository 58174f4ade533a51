"""The microscopy study at scale tiny: what it makes, and what it does again after a change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from latentlab.artifacts import read_summary
from latentlab.pipeline.references import runs_named
from latentlab.studies.microscopy.evaluation_file import read_arrays
from tests.workflow.conftest import ROOT, Edit, at_tiny, planned

FILE = yaml.safe_load((ROOT / "config" / "microscopy.yaml").read_text())
STUDY, RECORDS = at_tiny("microscopy")
MICROSCOPY = Path("results/tiny/microscopy")


def shown(section: str, run: str) -> int:
    """How many tables or figures show a run."""
    return sum(run in runs_named(entry) for entry in STUDY[section].values())


def test_every_table_figure_and_model_is_there(finished: Path) -> None:
    for table in [*STUDY["tables"], "claims", "overview"]:
        for kind in ("csv", "md", "html"):
            assert (finished / MICROSCOPY / "tables" / f"{table}.{kind}").stat().st_size > 0
    for figure in STUDY["figures"]:
        for kind in ("png", "svg"):
            assert (finished / MICROSCOPY / "figures" / f"{figure}.{kind}").stat().st_size > 1000
    for run in RECORDS:
        for name in ("vae", "evaluation"):
            assert (finished / MICROSCOPY / "runs" / run / f"{name}.h5").is_file()


def test_claims_are_all_evaluated(finished: Path) -> None:
    claims = pd.read_csv(finished / MICROSCOPY / "tables" / "claims.csv").set_index("claim")
    assert list(claims.index) == list(STUDY["claims"])
    assert set(claims.verdict) <= {"holds", "does not hold", "undecided", "not evaluated at this scale"}


def test_a_saved_model_is_the_one_that_was_measured(finished: Path) -> None:
    from latentlab.invariant import InvariantVAE
    from latentlab.pipeline.study_functions import study_function
    from latentlab.studies.microscopy.parts import part_function
    from latentlab.studies.microscopy.set_file import read_set

    run = next(run for run, record in RECORDS.items() if STUDY["sets"][record["data"]]["kind"] == "cards")
    record = RECORDS[run]
    data = finished / MICROSCOPY / "datasets" / f"{record['data']}.h5"
    vae = InvariantVAE.load(finished / MICROSCOPY / "runs" / run / "vae.h5")
    evaluate = study_function("microscopy", part_function("cards", "evaluation.evaluate"))
    summary, _ = evaluate(vae, read_set(data, "train"), read_set(data, "test"), record, data)
    assert dict(summary) == read_summary(finished / MICROSCOPY / "runs" / run / "evaluation.h5")


def test_a_users_own_image_is_mapped(finished: Path) -> None:
    summary = read_summary(finished / MICROSCOPY / "runs" / "own-rvae" / "evaluation.h5")
    assert np.isfinite(list(summary.values())).all()
    latents, row = read_arrays(
        finished / MICROSCOPY / "runs" / "own-rvae" / "evaluation.h5", "latents", "row"
    )
    assert len(latents) == len(row) > 50
    assert (finished / MICROSCOPY / "figures" / "own-images.png").stat().st_size > 1000
    assert 'id="microscopy-figure-own-images"' in (finished / "results" / "tiny" / "report.html").read_text()


def test_nothing_is_done_twice(finished: Path) -> None:
    assert planned(finished) == {}


def test_one_changed_run_alone_is_trained_again(finished: Path, edit: Edit) -> None:
    run = min(
        (run for run in RECORDS if shown("tables", run) and "seeds" not in FILE["runs"].get(run, "seeds")),
        key=lambda run: shown("tables", run) + shown("figures", run),
    )
    study = yaml.safe_load((finished / "config" / "microscopy.yaml").read_text())
    study["runs"][run] = {**study["runs"][run], "learning_rate": 0.00123}
    path = finished / "config" / "microscopy.yaml"
    edit(path, path.read_text(), yaml.safe_dump(study, sort_keys=False))
    assert planned(finished)["microscopy_train"] == 1
