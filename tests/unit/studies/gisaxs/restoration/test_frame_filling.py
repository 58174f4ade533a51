"""A frame filled and judged: measured counts kept, scores, verdicts in words, the script to its files."""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from tests.unit.studies.gisaxs.restoration.tiny_frames import (
    BEAM_COLUMN,
    HORIZON_ROW,
    measured,
    rate,
    tiny_restorer,
)

from latentlab.errors import FrameError
from latentlab.studies.gisaxs.restoration import frame_filling
from latentlab.studies.gisaxs.restoration.adaptation import adapted
from latentlab.studies.gisaxs.restoration.filling_verdict import (
    BLOCK,
    chi_square_blocks,
    judge_filling,
    side_maxima,
)
from latentlab.studies.gisaxs.restoration.frame_filling import (
    ADAPTED,
    CHOSEN,
    NETWORK,
    FilledFrame,
    choose,
    fill_gaps,
)
from latentlab.studies.gisaxs.restoration.gap_scores import GapScore
from latentlab.studies.gisaxs.restoration.restorer import save_restorer

BEAM = {"beam_column": BEAM_COLUMN, "horizon_row": HORIZON_ROW}


@pytest.fixture(scope="module")
def filled() -> FilledFrame:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_filling, "adapted", lambda restorer, *_, **__: restorer)
        patch.setattr(frame_filling, "PIECES", 12)
        return fill_gaps(*measured(), tiny_restorer(), **BEAM)


def test_measured_counts_are_kept_and_gaps_are_near_the_truth(filled: FilledFrame) -> None:
    counts, mask = measured()
    np.testing.assert_array_equal(filled.filled[~mask], counts[~mask])
    np.testing.assert_array_equal(filled.mask, mask)
    assert np.isfinite(filled.expected).all()
    assert (filled.expected > 0).all()
    assert (filled.deviation > 0).all()
    np.testing.assert_array_equal(filled.filled[mask], filled.expected[mask])
    off = np.log10(filled.filled[mask] / rate()[mask])
    assert np.sqrt(np.mean(off**2)) < 0.1 < 0.3 < np.log10(rate()[mask]).std()
    bright = ~mask & (rate() > 2)
    outside = np.log10(filled.expected[bright] / rate()[bright])
    assert np.sqrt(np.mean(outside**2)) < 0.12


def test_every_method_is_scored_on_the_same_gaps(filled: FilledFrame) -> None:
    assert {NETWORK, ADAPTED, CHOSEN, "linear", "mirror", "pyfai", "local-plane"} <= set(filled.scores)
    assert len({(score.pieces, score.blocks, score.pixels) for score in filled.scores.values()}) == 1
    assert filled.scores[CHOSEN].error < filled.scores["linear"].error
    assert (filled.gap_rows, filled.gap_columns) == (8, 4)


def score(*errors: float) -> GapScore:
    values = np.array(errors)
    return GapScore(float(values.mean()), 0, 0, 0, 0, 0, 0, 1, 1, len(errors), values)


def test_the_choice_leaves_the_network_only_for_what_is_clearly_better() -> None:
    gaps = np.linspace(0.05, 0.15, 20)
    scores = {NETWORK: score(*gaps), ADAPTED: score(*(gaps - 0.01)), "by-chance": score(*gaps[::-1] - 0.011)}
    assert choose(scores) == ADAPTED
    assert choose(scores | {ADAPTED: score(*(gaps + 0.01))}) == NETWORK
    assert choose(scores | {"better": score(*(gaps - 0.02))}) == "better"
    nothing = score(*np.full(20, np.nan))
    assert choose({NETWORK: nothing, ADAPTED: nothing, "linear": nothing}) == NETWORK


def changed(filled: FilledFrame, **changes: Any) -> str:
    return judge_filling(dataclasses.replace(filled, **changes), BEAM_COLUMN, HORIZON_ROW).sentence


def with_error(filled: FilledFrame, error: float) -> dict[str, GapScore]:
    pieces = np.full(filled.scores[CHOSEN].pieces, error)
    return filled.scores | {CHOSEN: dataclasses.replace(filled.scores[CHOSEN], error=error, of_pieces=pieces)}


def test_the_verdict_says_why_a_frame_is_not_to_be_used(filled: FilledFrame) -> None:
    good = with_error(filled, 0.001)
    usable = changed(filled, scores=good)
    assert usable.startswith("gaps filled: error 0.0010 decades in artificial gaps")
    assert "below every reference's, by more than chance" in usable
    worse = changed(filled, scores=with_error(filled, 0.5))
    assert worse.startswith("do not use: in artificial gaps ")
    assert "this 0.5000" in worse
    nothing = changed(filled, scores=with_error(filled, float("nan")))
    assert "only 0 artificial gaps hold the 100 photons that a score needs" in nothing
    high = changed(filled, scores=good, expected=filled.expected * 1.03)
    assert "expected over measured counts 1.0" in high
    assert "allowed 0.98 to 1.02" in high
    flat = changed(
        filled, scores=good, expected=np.full_like(filled.expected, filled.counts[~filled.mask].mean())
    )
    assert "chi-square above what counting allows in " in flat
    assert "2 of 2 side maxima lost" in flat


def test_chi_square_is_one_for_the_truth() -> None:
    counts, mask = measured()
    truth = rate().astype(np.float32)
    blocks, failing = chi_square_blocks(counts, truth, mask)
    assert blocks.shape == (-(-200 // BLOCK), -(-230 // BLOCK))
    assert np.nanmean(blocks) == pytest.approx(1, abs=0.03)
    assert not failing.any()
    wrong = truth.copy()
    wrong[:16, :16] *= 2
    assert chi_square_blocks(counts, wrong, mask)[1][0, 0]
    everything = np.ones_like(mask)
    everything[0, 0] = False
    assert np.isnan(chi_square_blocks(counts, truth, everything)[0]).all()


def test_side_maxima_are_found_and_missed() -> None:
    counts, mask = measured()
    assert side_maxima(counts, rate(), mask, **BEAM) == (2, 0)
    smooth = rate().mean(axis=1, keepdims=True) * np.ones_like(rate())
    assert side_maxima(counts, smooth, mask, **BEAM) == (2, 2)
    for seed in range(20):
        falling = 2.0 * np.exp(-np.abs(np.arange(mask.shape[1]) - BEAM_COLUMN) / 40) * np.ones(mask.shape)
        noise = np.random.default_rng(seed).poisson(falling)
        assert side_maxima(noise, falling, mask, **BEAM) == (0, 0)


@pytest.fixture(scope="module")
def fill(repository: Path) -> Callable[..., None]:
    path = repository / "workflow" / "scripts" / "frames" / "fill.py"
    spec = importlib.util.spec_from_file_location("fill_script", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.fill


@pytest.fixture
def arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    import fabio

    monkeypatch.setattr(frame_filling, "PIECES", 12)
    monkeypatch.setattr(frame_filling, "adapted", functools.partial(adapted, steps=2))
    counts, _ = measured()
    fabio.edfimage.EdfImage(data=counts).write(str(tmp_path / "sample.edf"))
    restorer = tmp_path / "restorer.h5"
    record, history = {"width": 4, "levels": 2}, [{"epoch": 0, "loss": 1.0}]
    save_restorer(restorer, tiny_restorer(), record, history, rule="test")
    options = {"dataset": None, "index": 0, "saturation": None, "binning": 1} | BEAM
    return {
        "outputs": {
            kind: tmp_path / f"sample-filled.{end}"
            for kind, end in (("filled", "h5"), ("png", "png"), ("svg", "svg"))
        },
        "frame": tmp_path / "sample.edf",
        "restorer": restorer,
        "mask": [],
        "options": options,
    }


def test_the_script_writes_a_file_and_a_figure(fill: Callable[..., None], arguments: dict[str, Any]) -> None:
    fill(**arguments)
    outputs = arguments["outputs"]
    with h5py.File(outputs["filled"]) as file:
        counts, mask = measured()
        np.testing.assert_array_equal(file["filled/mask"][:], mask)
        np.testing.assert_array_equal(file["filled/counts"][:][~mask], counts[~mask])
        assert file["expected/counts"].shape == file["deviation/deviation"].shape == counts.shape
        assert file["filled/row"][0] == 0
        assert file.attrs["default"] == "filled"
        scores = json.loads(file["scores"][()])
        assert scores[CHOSEN]["error"] > 0
        verdict = file.attrs["verdict"]
    assert verdict.startswith(("gaps filled: error", "do not use: "))
    assert outputs["png"].stat().st_size > 10_000
    drawn = outputs["svg"].read_text()
    assert "restoration network" in drawn
    assert ("do not use" in drawn) == verdict.startswith("do not use")
    fill(**arguments)
    with h5py.File(outputs["filled"]) as file:
        assert json.loads(file["scores"][()]) == scores


def test_a_frame_that_cannot_be_filled_is_one_sentence_and_no_file(
    fill: Callable[..., None], arguments: dict[str, Any]
) -> None:
    arguments["options"]["binning"] = 400
    with pytest.raises(FrameError, match="too small for sums of 400 x 400"):
        fill(**arguments)
    assert not any(path.exists() for path in arguments["outputs"].values())
