"""Tables and figures of likeness, samples, collapse and colours, from evaluations of small models."""

from __future__ import annotations

from typing import Any

import pytest

from latentlab.pipeline.inputs import Inputs
from latentlab.studies.landcover.colourisation import answers as colour_answers
from latentlab.studies.landcover.colourisation import evaluation as colours
from latentlab.studies.landcover.colourisation.figures import draw_colourisation
from latentlab.studies.landcover.evaluation_file import write_evaluation
from latentlab.studies.landcover.generation import answers as generation_answers
from latentlab.studies.landcover.generation import evaluation as generation
from latentlab.studies.landcover.generation.figures import draw_collapse, draw_interpolation, draw_samples
from latentlab.studies.landcover.generation.panels import short_name
from latentlab.studies.landcover.merged import merged
from latentlab.studies.landcover.network.vae import build_vae
from latentlab.studies.landcover.perception import answers as perception_answers
from latentlab.studies.landcover.perception import evaluation as perception
from latentlab.studies.landcover.perception.figures import draw_misleading
from latentlab.studies.landcover.perception.metric_names import RANKED
from latentlab.studies.landcover.perception.tables import preferences
from latentlab.studies.landcover.reconstruction import answers as reconstruction_answers
from latentlab.studies.landcover.reconstruction import evaluation as reconstruction
from latentlab.studies.landcover.run_tiles import RunTiles
from latentlab.studies.landcover.tables import misleading, runs

PROVENANCE = {"rule": "test", "inputs": [], "code": ""}


@pytest.fixture(scope="module")
def inputs(
    tmp_path_factory: pytest.TempPathFactory, coloured_tiles: RunTiles, small_record: dict[str, Any]
) -> Inputs:
    """Evaluations of three networks that were not trained, and the answers without training."""
    records = {
        "vae": small_record,
        "plain": {**small_record, "variational": False},
        "colourise": {**small_record, "input": "grey", "beta": 4.0},
    }
    folder, paths = tmp_path_factory.mktemp("shown"), {}
    for run, record in records.items():
        model, paths[run] = build_vae(record), folder / f"{run}.h5"
        parts = [part.evaluate(model, coloured_tiles, record) for part in (reconstruction, perception)]
        parts += [part.evaluate(model, coloured_tiles, record) for part in (generation, colours)]
        write_evaluation(paths[run], *merged(parts), record=record, **PROVENANCE)
    tiles = folder / "tiles.h5"
    parts = (reconstruction_answers, perception_answers, generation_answers, colour_answers)
    found = merged(part.answers(coloured_tiles, {"2": 2, "full": 6}, [], 1) for part in parts)
    write_evaluation(tiles, *found, record={}, **PROVENANCE)
    return Inputs(paths, {"tiles": tiles})


def texts(figure: Any) -> str:
    """All that is written in a figure."""
    return "\n".join(each.get_text() for each in figure.findobj(lambda artist: hasattr(artist, "get_text")))


def test_constructed_pictures_stand_below_the_runs(inputs: Inputs) -> None:
    spec = {
        "rows": {"vae": {}, "plain": {}},
        "titles": {"vae": "8", "plain": "8, AE"},
        "ours": ["mae", "haarpsi"],
    }
    data = misleading(inputs, spec).data.set_index("answer")
    assert data.loc["inverted", "haarpsi"] == pytest.approx(1, abs=1e-3)
    assert data.loc["inverted", "mae"] > data.loc["mean_colour", "mae"]
    assert len(data) >= 2 + 6
    others = set(runs(inputs, spec).data["answer"])
    assert "mean_colour" in others
    assert not others & {"inverted", "shifted", "noisy", "blurred"}  # of no use beside other metrics


def test_preferences_have_a_row_for_each_measure(inputs: Inputs) -> None:
    data = preferences(inputs, {}).data.set_index("measure")
    assert list(data.index) == list(RANKED)
    assert data.loc["gmsd", "prefers_inverted"] == 100
    assert data.loc["ssim", "better"] == "high"


def test_the_figure_writes_the_values_below_the_pictures(inputs: Inputs) -> None:
    written = texts(draw_misleading(inputs, {"runs": ["vae"]}))
    assert "HaarPSI 1.00" in written  # of the inverse
    assert "MAE 0.00" not in written


def test_samples_and_paths_are_drawn_for_each_run(inputs: Inputs) -> None:
    figure = draw_samples(inputs, {"runs": ["vae", "plain"]})
    assert "autoencoder" in texts(figure)
    assert sum(len(axis.images) for axis in figure.axes) == 4 * 12
    figure = draw_interpolation(inputs, {"runs": ["vae"]})
    assert sum(len(axis.images) for axis in figure.axes) == 3 * 2 * 10


def test_a_plain_autoencoder_has_no_line_of_divergences(inputs: Inputs) -> None:
    figure = draw_collapse(inputs, {"runs": ["vae", "plain"]})
    assert len(figure.axes[0].lines) == 1


def test_colours_are_drawn_beside_the_true_ones(inputs: Inputs) -> None:
    figure = draw_colourisation(inputs, {"run": "colourise"})
    assert sum(len(axis.images) for axis in figure.axes) == 6 * 8
    assert "true colours" in texts(figure)


def test_short_names_say_what_is_not_as_in_the_thesis(small_record: dict[str, Any]) -> None:
    assert short_name(small_record) == "8, 6 latents"
    record = {**small_record, "beta": 0.1, "input": "grey", "loss": "ms-ssim", "beta_schedule": "cyclic"}
    assert short_name(record) == "8, 6 latents\nfrom grey\nloss ms-ssim\nbeta 0.1\ncyclic"
