"""Colours of grey tiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from skimage import color, data

from latentlab.studies.landcover.colourisation import metric_names
from latentlab.studies.landcover.colourisation.answers import answers
from latentlab.studies.landcover.colourisation.colour_space import (
    chroma,
    chroma_error,
    coloured,
    colourfulness,
    lab,
)
from latentlab.studies.landcover.colourisation.evaluation import SHOWN, evaluate
from latentlab.studies.landcover.colourisation.quantities import QUANTITIES
from latentlab.studies.landcover.colourisation.rivals import RIVALS, predicted_chroma
from latentlab.studies.landcover.network.vae import build_vae
from latentlab.studies.landcover.perception.planes import luminance
from latentlab.studies.landcover.run_tiles import RunTiles, pictures


@pytest.fixture(scope="module")
def photograph() -> np.ndarray:
    return data.astronaut()[::4, ::4].transpose(2, 0, 1)[None].astype(np.float32) / 255


def test_lab_is_that_of_scikit_image(photograph: np.ndarray) -> None:
    expected = color.rgb2lab(photograph[0], channel_axis=0)
    np.testing.assert_allclose(lab(photograph)[0], expected, atol=0.05)


def test_luminance_and_chroma_make_the_picture_again(photograph: np.ndarray) -> None:
    grey, colours = luminance(photograph), chroma(photograph)
    assert np.abs(colours).max() <= 0.5
    np.testing.assert_allclose(coloured(grey, colours), photograph, atol=1e-5)
    np.testing.assert_allclose(coloured(grey, 0 * colours), np.repeat(grey[:, None], 3, axis=1), atol=1e-6)


def test_errors_of_colours_are_blind_to_brightness_of_grey(photograph: np.ndarray) -> None:
    assert chroma_error(photograph, photograph)[0] == 0
    grey = np.repeat(luminance(photograph)[:, None], 3, axis=1)
    assert colourfulness(grey)[0] == pytest.approx(0, abs=0.02)
    assert chroma_error(0.5 * grey, grey)[0] == pytest.approx(0, abs=0.02)
    assert chroma_error(grey, photograph)[0] == pytest.approx(colourfulness(photograph)[0], rel=0.01)


def test_rivals_learn_what_there_is_to_learn(coloured_tiles: RunTiles) -> None:
    train, test = (pictures(each, "rgb") for each in (coloured_tiles.train, coloured_tiles.test))
    grey = luminance(test)
    found = predicted_chroma(luminance(train), chroma(train), grey, seed=1)
    assert set(found) == set(RIVALS)
    errors = {name: chroma_error(coloured(grey, each), test).mean() for name, each in found.items()}
    assert errors["neighbour_chroma"] < errors["ridge_chroma"] < errors["luminance_chroma"] < errors["grey"]
    again = predicted_chroma(luminance(train), chroma(train), grey, seed=1)
    np.testing.assert_array_equal(again["ridge_chroma"], found["ridge_chroma"])


def test_answers_have_what_the_names_say(coloured_tiles: RunTiles) -> None:
    summary, arrays = answers(coloured_tiles, {}, [], 1)
    assert set(summary) == metric_names.answers([])
    assert set(summary) <= set(QUANTITIES)
    assert {name: each.shape for name, each in arrays.items()} == {
        f"colourisation/{name}": (SHOWN, 3, 32, 32) for name in (*RIVALS, "truth")
    }
    assert summary["chroma_error_grey"] == pytest.approx(summary["colourfulness_truth"], rel=0.02)
    assert summary["colourfulness_grey"] == pytest.approx(0, abs=0.02)


def test_only_runs_that_add_colours_are_measured(
    coloured_tiles: RunTiles, small_record: dict[str, Any]
) -> None:
    assert evaluate(None, coloured_tiles, small_record) == ({}, {})
    assert metric_names.metrics(small_record) == set()
    record = {**small_record, "input": "grey"}
    summary, arrays = evaluate(build_vae(record), coloured_tiles, record)
    assert set(summary) == metric_names.metrics(record)
    assert 0 < summary["chroma_error"] < 200
    assert arrays["colourisation/predicted"].shape == (SHOWN, 3, 32, 32)
