"""The landcover study at scale tiny: what it makes, what it makes again, a user's own folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from latentlab.artifacts import read_summary
from latentlab.studies.landcover.tile_set import read_attributes, read_tiles
from tests.unit.studies.landcover.us3d.tiny_us3d import SITES, write_folder
from tests.workflow.conftest import ROOT, Edit, at_tiny, copy_project, planned, snakemake

STUDY, RECORDS = at_tiny("landcover")
LANDCOVER = Path("results/tiny/landcover")
STAGES = {
    "baselines": ["tiles"],
    "embeddings": list(STUDY["embeddings"]),
    "invariants": list(STUDY["invariants"]),
}
Change = Callable[[Callable[[dict[str, Any]], None]], None]


@pytest.fixture
def change(finished: Path, edit: Edit) -> Change:
    """Changes the study's file; it is put back after the test."""
    path = finished / "config" / "landcover.yaml"

    def changed(function: Callable[[dict[str, Any]], None]) -> None:
        study = yaml.safe_load(path.read_text())
        function(study)
        edit(path, path.read_text(), yaml.safe_dump(study, sort_keys=False))

    return changed


def test_every_table_figure_and_model_is_there(finished: Path) -> None:
    for table in [*STUDY["tables"], "claims", *(["overview"] if STUDY.get("overview") else [])]:
        for kind in ("csv", "md", "html"):
            assert (finished / LANDCOVER / "tables" / f"{table}.{kind}").stat().st_size > 0
    for figure in STUDY["figures"]:
        for kind in ("png", "svg"):
            assert (finished / LANDCOVER / "figures" / f"{figure}.{kind}").stat().st_size > 1000
    for run in RECORDS:
        for name in ("vae", "evaluation"):
            assert (finished / LANDCOVER / "runs" / run / f"{name}.h5").is_file()
    for stage, names in STAGES.items():
        for name in names:
            assert (finished / LANDCOVER / stage / f"{name}.h5").is_file()
    assert not list((finished / LANDCOVER).rglob("*.ckpt"))


def test_claims_are_all_evaluated(finished: Path) -> None:
    claims = pd.read_csv(finished / LANDCOVER / "tables" / "claims.csv").set_index("claim")
    assert list(claims.index) == list(STUDY["claims"])
    assert set(claims.verdict) <= {"holds", "does not hold", "undecided", "not evaluated at this scale"}


def test_artifacts_have_the_promised_metrics(finished: Path) -> None:
    from latentlab.studies.landcover.metric_names import run_metrics, subjects

    for run, record in RECORDS.items():
        assert set(read_summary(finished / LANDCOVER / "runs" / run / "evaluation.h5")) == run_metrics(record)
    promised = subjects(STUDY)
    for stage, names in STAGES.items():
        for name in names:
            measured = set(read_summary(finished / LANDCOVER / stage / f"{name}.h5"))
            # of the tiles' answers, those whose number of latents some run of this scale has
            assert measured <= promised[name] if name == "tiles" else measured >= promised[name], name


def test_drawn_tiles_say_so_and_keep_sites_apart(finished: Path) -> None:
    path = finished / LANDCOVER / "datasets" / "tiles.h5"
    assert "scene" in read_attributes(path)["source"]
    sites = [set(read_tiles(path, split).factors["site"]) for split in ("train", "validation", "test")]
    assert len(set.union(*sites)) == sum(len(each) for each in sites)


def test_a_saved_network_is_the_one_that_was_measured(finished: Path) -> None:
    from latentlab.studies.landcover.network.vae_file import load_vae
    from latentlab.studies.landcover.reconstruction.evaluation import evaluate
    from latentlab.studies.landcover.run_tiles import read_run_tiles

    run = "architecture-8"
    model = load_vae(finished / LANDCOVER / "runs" / run / "vae.h5").model
    tiles = read_run_tiles(finished / LANDCOVER / "datasets" / "tiles.h5")
    summary, _ = evaluate(model, tiles, RECORDS[run])
    stored = read_summary(finished / LANDCOVER / "runs" / run / "evaluation.h5")
    assert summary["mae"] == pytest.approx(stored["mae"], rel=1e-6)


def test_nothing_of_this_study_is_done_twice(finished: Path) -> None:
    assert planned(finished) == {}


def test_one_changed_run_alone_is_trained_again(finished: Path, change: Change) -> None:
    change(lambda study: study["runs"]["warm-up"].update(beta=0.5))
    assert planned(finished)["landcover_train"] == 1


def test_a_changed_layer_trains_its_architecture_again(finished: Path, change: Change) -> None:
    def wider(study: dict[str, Any]) -> None:
        study["architectures"]["14"]["encoder"][-2][-1] += 8

    change(wider)
    own = [run for run, record in RECORDS.items() if record["architecture"] == "14"]
    assert planned(finished)["landcover_train"] == len(own) < len(RECORDS)


def test_a_changed_invariant_model_trains_nothing_else(finished: Path, change: Change) -> None:
    change(lambda study: study["invariants"]["invariant-models"]["models"]["rvae"].update(orientations=6))
    plan = planned(finished)
    assert plan["landcover_invariant"] == 1
    assert not {"landcover_train", "landcover_embed", "landcover_baselines", "landcover_dataset"} & set(plan)


def test_a_caption_makes_no_figure_again(finished: Path, change: Change) -> None:
    change(lambda study: study["figures"]["invariants"].update(look="Something else."))
    plan = planned(finished)
    assert not [rule for rule in plan if rule.startswith("landcover") or rule == "figure"]


def test_a_users_folder_of_us3d_is_what_is_trained_on(tmp_path: Path) -> None:
    folder = _with_colours_alone(tmp_path)
    scale = folder / "config" / "scales" / "tiny.yaml"
    sizes = yaml.safe_load(scale.read_text())
    sizes["landcover"]["runs"] = ["convolution-2"]
    scale.write_text(yaml.safe_dump(sizes))
    target = LANDCOVER / "runs" / "convolution-2" / "evaluation.h5"
    run = snakemake(folder, str(target))
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    data = folder / LANDCOVER / "datasets" / "tiles.h5"
    tiles = [
        read_tiles(data, split, ("rgb", "labels", "height")) for split in ("train", "validation", "test")
    ]
    assert len(set(np.concatenate([each.factors["site"] for each in tiles]))) == len(SITES)
    assert tiles[0].rgb.shape[1:] == (3, 64, 64)
    assert "US3D" in read_attributes(data)["source"]
    assert np.isfinite(read_summary(folder / target)["mae"])


def test_bands_that_a_folder_does_not_have_are_refused_before_any_job(tmp_path: Path) -> None:
    run = snakemake(_with_colours_alone(tmp_path), "-n")
    assert run.returncode != 0
    assert "these runs are given or restore: bands; expected the files _MSI.tif" in run.stdout + run.stderr
    assert "Traceback" not in run.stderr


def _with_colours_alone(folder: Path) -> Path:
    """A copy of the project, set to use images of US3D that have no bands."""
    copy_project(folder)
    write_folder(folder / "us3d", kinds="RGB CLS AGL")
    config = folder / "config" / "config.yaml"
    config.write_text(config.read_text().replace("folder: null", "folder: us3d"))
    return folder


def test_the_shipped_study_names_no_folder() -> None:
    assert yaml.safe_load((ROOT / "config" / "config.yaml").read_text())["us3d"] == {"folder": None}
