"""A user's micrographs from the image files to the table and the figures, with an untrained VAE."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import imagecodecs
import numpy as np
import pandas as pd
import pytest
from tests.unit.studies.lines.tiny_lines import (
    CONFIG,
    EVALUATED,
    LATENT,
    ROOT,
    SIZES,
    script,
    untrained_vae,
)

from latentlab.artifacts import read_summary
from latentlab.pipeline.configuration import load_yaml
from latentlab.pipeline.inputs import Inputs
from latentlab.studies.lines import registry
from latentlab.studies.lines.figures.kinds import draw_history, draw_sets
from latentlab.studies.lines.figures.pairs import draw_reconstructions
from latentlab.studies.lines.metric_names import run_metrics, set_metrics
from latentlab.studies.lines.own_table import note
from latentlab.studies.lines.set_file import read_details
from latentlab.studies.lines.sets import MicrostructureSet

TILES = {"threshold": "otsu", "invert": False, "binning": 2, "nm_per_pixel": 2.5}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Set, baselines and evaluation of the run `mine` on a micrograph whose last tiles are all white."""
    folder = tmp_path_factory.mktemp("own")
    rows, columns = np.mgrid[:256, :256]
    grey = np.where((rows // 14 + columns // 18) % 3 == 0, 60, 200).astype(np.uint8)
    grey[192:, 64:] = 200
    (folder / "a.png").write_bytes(imagecodecs.png_encode(grey))
    paths = {name: folder / f"{name}.h5" for name in ("set", "baselines", "vae", "evaluation")}
    script("dataset")(paths["set"], [folder / "a.png"], TILES, number=9, side=32, seed=5, least=14)
    script("baselines")(paths["baselines"], paths["set"], EVALUATED, latent=LATENT, seed=1)
    images = MicrostructureSet(paths["set"], "train").images()
    untrained_vae(paths["vae"], resolved()[1]["mine"], images, seed=3)
    script("evaluate")(paths["evaluation"], paths["vae"], paths["set"], EVALUATED)
    return paths


def resolved() -> tuple[dict, dict]:
    """The shipped study with README's example."""
    study = deepcopy(load_yaml(ROOT / "config" / "lines.yaml"))
    study["runs"]["mine"] = {"data": "micrographs"}
    config = {**CONFIG, "micrographs": {**TILES, "paths": ["a.png"]}}
    return registry.resolve(study, SIZES, config, {"study": "s.yaml", "scale": "t.yaml"})


def inputs(own: dict[str, Path]) -> Inputs:
    return Inputs(evaluations={"mine": own["evaluation"]}, artifacts={"micrographs": own["baselines"]})


def test_every_metric_that_is_promised_is_measured(own: dict[str, Path]) -> None:
    assert set(read_summary(own["evaluation"])) == run_metrics({"volume_fraction"}, ())
    assert set(read_summary(own["baselines"])) == set_metrics({"volume_fraction"})


def test_the_evaluation_knows_what_the_set_says(own: dict[str, Path]) -> None:
    details = read_details(own["evaluation"])
    assert details == read_details(own["set"])
    assert (details.pixel, details.unit) == (5.0, "nm")
    assert "3 of 16 tiles are all one phase" in details.note


def test_the_table_shows_the_run_beside_trivial_answers(own: dict[str, Path], tmp_path: Path) -> None:
    spec = resolved()[0]["tables"]["micrographs"]
    paths = {kind: tmp_path / f"table.{kind}" for kind in ("csv", "md", "html")}
    script("table", "study")(
        paths,
        evaluations=[own["evaluation"]],
        artifacts=[own["baselines"]],
        document=[],
        study="lines",
        function="own_table.micrographs",
        title=spec["title"],
        spec=spec,
        runs=["mine"],
        names=["micrographs"],
    )
    table = pd.read_csv(paths["csv"])
    summary, answers = read_summary(own["evaluation"]), read_summary(own["baselines"])
    runs, trivial = table[table["run"].notna()], table[table["run"].isna()].set_index("answer")
    assert list(runs["run"]) == ["mine"]
    assert runs["mse_statistics"].item() == pytest.approx(summary["mse_statistics"])
    for answer in ("mean_image", "mean_autocorrelation", "from_fraction", "chance", "pca"):
        assert trivial.loc[answer, "mse_statistics"] == pytest.approx(answers[f"mse_statistics_{answer}"])
    assert trivial.loc["mean_image", "mse_images"] == pytest.approx(answers["mse_images_mean_image"])
    assert np.isnan(trivial.loc["mean_autocorrelation", "mse_images"])
    text = paths["md"].read_text()
    assert "Warning: 19 % of the tiles are all one phase" in text
    assert "Tiles of 32 px = 160 nm" in text


def test_the_note_says_which_runs_learnt_something(own: dict[str, Path]) -> None:
    answers = read_summary(own["baselines"])
    least = min(answers[f"mse_statistics_{name}"] for name in ("from_fraction", "mean_autocorrelation"))
    text = note(inputs(own), answers, {"a": {"mse_statistics": least / 2}, "b": {"mse_statistics": least}})
    assert "Closer in statistics than every answer without learning: a. " in text
    assert "Not closer than all of these answers: b. " in text


def test_figures_are_in_nm_and_carry_the_warning(own: dict[str, Path]) -> None:
    figures = resolved()[0]["figures"]
    figure = draw_reconstructions(inputs(own), figures["micrographs-mine"])
    labels = {axis.get_xlabel() for axis in figure.axes}
    assert "lag of columns (nm)" in labels
    assert figure.axes[2].images[0].get_extent() == [-82.5, 77.5, 77.5, -82.5]
    assert "all one phase" in figure.get_supxlabel()
    sets = draw_sets(Inputs(evaluations={}, artifacts={"micrographs": own["set"]}), figures["sets"])
    assert sets.axes[4].get_xlabel() == sets.axes[5].get_xlabel() == "lag (nm)"
    assert sets.axes[5].get_xlim() == (0, 75)
    assert sets.get_supxlabel().startswith("micrographs: Tiles of 32 px = 160 nm")
    assert len(draw_history(inputs(own), figures["micrographs-history"]).axes) == 2
