"""Measures of runs and of constructed pictures, under the names that claims use."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from latentlab.studies.landcover.network.vae import build_vae
from latentlab.studies.landcover.perception import metric_names
from latentlab.studies.landcover.perception.answers import answers
from latentlab.studies.landcover.perception.constructed import CONSTRUCTED
from latentlab.studies.landcover.perception.evaluation import SHOWN, evaluate, shown_places
from latentlab.studies.landcover.perception.quantities import QUANTITIES
from latentlab.studies.landcover.perception.restored import as_bytes, encoded, measured, restored
from latentlab.studies.landcover.run_tiles import RunTiles, pictures
from latentlab.studies.landcover.tile_set import Tiles


class Copy:
    """A model whose latents are the pictures themselves."""

    def eval(self) -> None:
        """As a network has it."""

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, None]:
        """The pixels."""
        self.shape = x.shape[1:]
        return x.flatten(1), None

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        """The pictures."""
        return z.view(-1, *self.shape)


@pytest.fixture(scope="module")
def found(coloured_tiles: RunTiles) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    return answers(coloured_tiles, {}, [], 1)


def test_answers_have_what_the_names_say(found: tuple[dict[str, float], dict[str, np.ndarray]]) -> None:
    summary, arrays = found
    assert set(summary) == metric_names.answers([])
    assert all(np.isfinite(value) for value in summary.values())
    assert set(summary) <= set(QUANTITIES)
    for name in CONSTRUCTED:
        assert arrays[f"perception/{name}"].shape == (SHOWN, 3, 32, 32)
        assert arrays[f"perception/{name}_values"].shape == (SHOWN, len(metric_names.RANKED))


def test_the_eye_and_mae_disagree_about_the_inverse(
    found: tuple[dict[str, float], dict[str, np.ndarray]],
) -> None:
    summary, _ = found
    assert summary["mae_prefers_inverted"] < 10
    for measure in ("gmsd", "haarpsi", "edge_correlation", "channel_correlation", "spectrum_distance"):
        assert summary[f"{measure}_prefers_inverted"] == 100
    assert summary["ssim_inverted"] < summary["ssim_shifted"] < 1


def test_a_copy_has_the_best_of_all(coloured_tiles: RunTiles, small_record: dict[str, Any]) -> None:
    summary, arrays = evaluate(Copy(), coloured_tiles, small_record)
    assert set(summary) == metric_names.metrics(small_record)
    best = {"gmsd": 0, "haarpsi": 1, "edge_correlation": 1, "channel_correlation": 1, "spectrum_distance": 0}
    for name, value in {**best, "sharpness": 1}.items():
        assert summary[name] == pytest.approx(value, abs=1e-3)
    assert summary["cover_correlation"] > 0.9
    shown = coloured_tiles.test.rgb[shown_places(coloured_tiles.test)]
    np.testing.assert_array_equal(arrays["perception/restored"], shown)
    values = dict(zip(metric_names.RANKED, arrays["perception/restored_values"][0], strict=True))
    assert (values["mae"], values["ssim"], values["ms_ssim"]) == pytest.approx((0, 1, 1), abs=1e-4)


def test_colours_of_grey_tiles_are_measured_and_bands_are_not(
    coloured_tiles: RunTiles, small_record: dict[str, Any]
) -> None:
    record = {**small_record, "input": "grey"}
    summary, arrays = evaluate(build_vae(record), coloured_tiles, record)
    assert set(summary) == metric_names.metrics(record)
    assert arrays["perception/restored"].shape == (SHOWN, 3, 32, 32)
    record = {**small_record, "input": "bands", "restores": "bands"}
    assert evaluate(None, coloured_tiles, record) == ({}, {})
    assert metric_names.metrics(record) == set()


def test_measured_tiles_are_spread_over_all(coloured_tiles: RunTiles) -> None:
    tiles = coloured_tiles.test
    assert measured(tiles) is tiles
    many = Tiles(np.zeros((600, 3, 2, 2), np.uint8), factors={"site": np.arange(600)})
    sites = measured(many).factors["site"]
    assert (sites[0], sites[-1], len(sites)) == (0, 599, 128)
    assert np.diff(sites).max() <= 5


def test_pictures_go_through_a_network_in_parts(
    coloured_tiles: RunTiles, small_record: dict[str, Any]
) -> None:
    model = build_vae(small_record)
    x = pictures(coloured_tiles.train, "rgb")
    mean, log_variance = encoded(model, x)
    assert mean.shape == log_variance.shape == (160, 6)
    np.testing.assert_allclose(restored(model, x)[150:], restored(model, x[150:]), atol=1e-5)


def test_bytes_are_rounded_and_cut() -> None:
    assert as_bytes(np.array([-0.1, 0.5, 1.2])).tolist() == [0, 128, 255]
