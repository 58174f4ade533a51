"""The table of architectures, curves and pictures from evaluations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.unit.studies.landcover.micro_landcover import micro_record, micro_run_tiles

from latentlab.errors import ConfigError
from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.side_by_side import read_document
from latentlab.studies.landcover.evaluation_file import read_arrays, write_evaluation
from latentlab.studies.landcover.judging import TILES
from latentlab.studies.landcover.merged import merged
from latentlab.studies.landcover.network.counting import THESIS, weights
from latentlab.studies.landcover.network.vae import build_vae
from latentlab.studies.landcover.reconstruction.answers import answers
from latentlab.studies.landcover.reconstruction.evaluation import evaluate, of_history
from latentlab.studies.landcover.reconstruction.figures import draw_curves, draw_pictures
from latentlab.studies.landcover.tables import architectures as table_of_architectures
from latentlab.studies.landcover.training.timing import Timing
from latentlab.studies.landcover.training.timing_file import write_timing

RUNS = {"architecture-7": ("7", 4), "architecture-8": ("8", 4), "architecture-8-seed-5": ("8", 5)}
SPEC = {
    "rows": {run: {"architecture": int(number)} for run, (number, _) in RUNS.items()},
    "titles": {run: f"{number}: a title" for run, (number, _) in RUNS.items()},
    "columns": ["mae_train", "loss_train"],
    "ours": ["mae", "ssim"],
}


@pytest.fixture(scope="module")
def inputs(architectures: dict, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Evaluations of networks that were not trained, with a history that was made up."""
    folder, tiles = tmp_path_factory.mktemp("shown"), micro_run_tiles()
    evaluations, artifacts = {}, {TILES: folder / "tiles.h5"}
    summary, arrays = answers(tiles, {"full": 6}, [], seed=1)
    write_evaluation(artifacts[TILES], summary, arrays, rule="test", record={})
    for place, (run, (number, seed)) in enumerate(RUNS.items()):
        record = micro_record(architectures, number, seed=seed)
        history = [
            {"epoch": e, "mae": 0.3 / e + 0.1 * place, "loss": 9.0 if e == 2 else 0.4, "validation_mae": 0.2}
            for e in (1.0, 2.0, 3.0)
        ]
        parts = [of_history(history, record), evaluate(build_vae(record).eval(), tiles, record)]
        evaluations[run] = folder / f"{run}.h5"
        write_evaluation(evaluations[run], *merged(parts), rule="test", record=record)
        artifacts[f"timing:{run}"] = folder / f"{run}.csv"
        write_timing(artifacts[f"timing:{run}"], Timing(seconds=2.0 * (place + 1), steps=5, images=40))
    path = repository / "config/documents/landcover/architectures.csv"
    return Inputs(evaluations, artifacts, read_document(path), str(path))


def test_a_row_has_the_document_s_values_beside_ours(inputs: Inputs, architectures: dict) -> None:
    table = table_of_architectures(inputs, SPEC)
    data = table.data.set_index("run")
    eight = data.loc["architecture-8"]
    assert (eight["mae_train, document"], eight["loss_train, document"]) == (0.0659, 0.0752)
    assert eight["mae_train, ours"] == pytest.approx(0.2)
    assert eight["weights_full, ours"] == eight["weights_full, document"] == 25_188_099
    assert eight["images_per_second, document"] == pytest.approx(3000 * 50 / (15.5 * 60), abs=0.05)
    assert eight["images_per_second, ours"] == 40 / 4.0
    assert eight["training_seconds, ours"] == 4.0
    seven = data.loc["architecture-7"]
    assert np.isnan(seven["mae_train, document"])
    assert seven["weights_full, ours"] == weights(architectures["7"], **THESIS)
    assert "one thread of a processor" in table.note


def test_people_see_one_row_an_architecture_and_trivial_answers_below(inputs: Inputs) -> None:
    beside, alone = table_of_architectures(inputs, SPEC).parts
    titles = [cell.text for cell in alone.columns[0].cells]
    assert titles[:2] == ["7: a title", "8: a title"]
    assert titles[2:] == [
        "mean colour of the tile",
        "mean of the training tiles",
        "principal components, as many as the scale's latents",
    ]
    assert alone.below == 3
    assert [column.heading for column in beside.columns[1:3]] == [
        "mean absolute error in training, last epoch"
    ] * 2
    mae = beside.columns[2].cells[1]
    assert (mae.text, mae.detail) == ("0.25", "0.2 to 0.3")


def test_a_graphics_card_is_named(inputs: Inputs, tmp_path: Path) -> None:
    timing = Timing(seconds=1.0, steps=1, images=8, device="A card")
    write_timing(tmp_path / "timing.csv", timing)
    run = "architecture-8"
    spec = {**SPEC, "rows": {run: {"architecture": 8}}, "titles": {run: "8"}}
    changed = Inputs(
        {run: inputs.evaluations[run]}, {f"timing:{run}": tmp_path / "timing.csv"}, inputs.document, "file"
    )
    assert "on A card, and" in table_of_architectures(changed, spec).note


def test_a_row_that_the_document_does_not_have_is_named(inputs: Inputs) -> None:
    spec = {**SPEC, "rows": {**SPEC["rows"], "architecture-8": {"architecture": 19}}}
    with pytest.raises(ConfigError, match=r"0 rows fit \{'architecture': 19\} of run 'architecture-8'"):
        table_of_architectures(inputs, spec)


def test_curves_have_a_panel_each_with_all_curves(inputs: Inputs) -> None:
    figure = draw_curves(inputs, {})
    panels = [axis for axis in figure.axes if axis.get_visible()]
    assert [axis.get_title() for axis in panels] == ["7: 4-8-16", "8: 8-16-32", "8: 8-16-32"]
    for axis, path in zip(panels, inputs.evaluations.values(), strict=True):
        lines = {line.get_label(): line.get_ydata() for line in axis.get_lines()}
        np.testing.assert_array_equal(lines["MAE, training"], read_arrays(path, "history/mae")[0])
        np.testing.assert_array_equal(lines["loss, training"], [0.4, 9.0, 0.4])
    # a burst of the loss does not flatten the errors
    assert panels[0].get_ylim() == pytest.approx((0, 1.15 * 0.5))


def test_pictures_have_the_tiles_above_and_a_row_for_each_run(inputs: Inputs) -> None:
    figure = draw_pictures(inputs, {})
    originals, shown = read_arrays(
        inputs.evaluations["architecture-8"], "reconstruction/originals", "reconstruction/restored"
    )
    rows = np.array(figure.axes).reshape(4, len(originals))
    for row, pictures in ((rows[0], originals), (rows[2], shown)):
        for axis, picture in zip(row, pictures, strict=True):
            np.testing.assert_array_equal(axis.images[0].get_array(), picture.transpose(1, 2, 0))
    assert rows[0, 0].get_ylabel() == "test tile"
    assert rows[1, 0].get_ylabel().startswith("7: 4-8-16\nMAE 0.")
