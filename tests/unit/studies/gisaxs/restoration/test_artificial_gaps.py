"""Artificial gaps: of the detector's widths, where the frame was measured; and their scores."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from tests.unit.studies.gisaxs.restoration.tiny_frames import BEAM_COLUMN, measured, rate

from latentlab.errors import FrameError
from latentlab.frames import read_frame
from latentlab.studies.gisaxs.restoration.artificial_gaps import (
    binned_frame,
    gap_widths,
    place_gaps,
    with_gaps,
)
from latentlab.studies.gisaxs.restoration.gap_scores import blocks_of, deviance, difference, score_gaps

WIDTHS = (8, 4)


@pytest.fixture
def frame() -> tuple[np.ndarray, np.ndarray]:
    counts, mask = measured()
    return np.where(mask, 0, counts).astype(np.float32), mask


def test_a_binned_pixel_is_a_count_or_masked() -> None:
    counts = np.arange(35).reshape(5, 7)
    mask = np.zeros(counts.shape, dtype=bool)
    mask[0, 2] = True
    binned, missing = binned_frame(counts, mask, 2)
    assert binned.shape == missing.shape == (2, 3)
    assert binned[0, 0] == 0 + 1 + 7 + 8
    assert missing.tolist() == [[False, True, False], [False, False, False]]
    assert binned[0, 1] == 0
    with pytest.raises(FrameError, match="too small for sums of 9 x 9"):
        binned_frame(counts, mask, 9)


def test_widths_are_those_of_the_mask_or_of_a_pilatus(frame: tuple[np.ndarray, np.ndarray]) -> None:
    assert gap_widths(frame[1]) == WIDTHS
    border = np.zeros((100, 100), dtype=bool)
    border[:30] = True  # a shadow at the border is no gap
    assert gap_widths(border) == (17, 7)
    assert gap_widths(border, binning=2) == (9, 4)


def test_pieces_lie_on_measured_pixels_apart_and_are_the_same_for_a_seed(
    frame: tuple[np.ndarray, np.ndarray],
) -> None:
    counts, mask = frame
    pieces = place_gaps(counts, mask, WIDTHS, 12, np.random.default_rng(3), BEAM_COLUMN)
    again = place_gaps(counts, mask, WIDTHS, 12, np.random.default_rng(3), BEAM_COLUMN)
    other = place_gaps(counts, mask, WIDTHS, 12, np.random.default_rng(4), BEAM_COLUMN)
    assert pieces == again
    assert pieces != other
    assert len(pieces) >= 6
    judged = np.zeros(mask.shape, dtype=int)
    for piece in pieces:
        rows, columns = piece.masked[0]
        assert (rows.stop - rows.start, columns.stop - columns.start)[not piece.across_rows] == WIDTHS[
            not piece.across_rows
        ]
        judged[piece.inner] += 1
        assert mask[rows, columns].mean() < 0.02  # a bad pixel may lie in it, a gap may not
        assert len(piece.masked) == (2 if piece.across_rows else 1)
    assert judged.max() == 1
    hidden = with_gaps(mask, pieces)
    assert hidden[judged > 0].all()
    assert hidden[mask].all()
    assert (hidden & ~mask).any()
    for piece in (piece for piece in pieces if piece.across_rows):
        rows, columns = piece.inner
        mirrored = 2 * BEAM_COLUMN - np.arange(columns.start, columns.stop)
        inside = mirrored[(mirrored >= 0) & (mirrored < mask.shape[1])]
        assert hidden[rows][:, inside].all()


def test_a_small_frame_has_shorter_pieces() -> None:
    pieces = place_gaps(
        np.ones((60, 70)), np.zeros((60, 70), dtype=bool), WIDTHS, 12, np.random.default_rng(0), 35
    )
    assert len(pieces) >= 4
    assert {piece.across_rows for piece in pieces} == {True, False}
    assert max(piece.masked[0][1].stop - piece.masked[0][1].start for piece in pieces) < 8 * WIDTHS[0]


def test_no_room_for_a_gap_is_one_sentence() -> None:
    with pytest.raises(FrameError, match="no measured place for an artificial gap of 8 rows or 4 columns"):
        place_gaps(np.ones((12, 12)), np.zeros((12, 12), dtype=bool), WIDTHS, 4, np.random.default_rng(0))


def test_blocks_hold_enough_counts_and_cover_what_is_judged() -> None:
    counts = np.random.default_rng(0).poisson(30.0, (9, 40))
    judged = np.ones(counts.shape, dtype=bool)
    judged[4, 7] = False
    numbers = blocks_of(counts, judged, least=100)
    assert (numbers >= 0).sum() == judged.sum()
    sums = np.bincount(numbers[judged], counts[judged])
    assert sums.min() >= 100
    assert len(sums) > 40
    assert (blocks_of(counts, judged, least=1e6) == -1).all()


def test_the_deviance_is_one_for_the_truth_and_least_there() -> None:
    truth = np.full((300, 300), 20.0)
    counts = np.random.default_rng(1).poisson(truth)
    values = [deviance(counts, truth * factor).mean() for factor in (0.9, 1.0, 1.1)]
    assert values[1] == pytest.approx(1, abs=0.03)
    assert values[1] < min(values[0], values[2])
    assert deviance(np.zeros(1), np.full(1, 0.5))[0] == pytest.approx(1.0)


def test_scores_tell_the_truth_from_a_wrong_level(frame: tuple[np.ndarray, np.ndarray]) -> None:
    counts, mask = frame
    pieces = place_gaps(counts, mask, WIDTHS, 12, np.random.default_rng(3), BEAM_COLUMN)
    scores = score_gaps(
        counts, mask, pieces, {"truth": rate(), "high": 1.3 * rate(), "one": np.ones_like(counts)}
    )
    truth, high = scores["truth"], scores["high"]
    # the rms of few blocks is below that of many on the average: 0.8 of it for one block
    assert 0.6 * truth.counting < truth.error < 1.1 * truth.counting
    assert truth.low < truth.error < truth.high
    assert high.error == pytest.approx(np.hypot(truth.error, np.log10(1.3)), rel=0.1)
    assert truth.deviance == pytest.approx(1, abs=0.15)
    assert truth.correlation > 0.9 > scores["one"].correlation
    assert truth.pixels == sum((~mask[piece.inner]).sum() for piece in pieces)
    mean, low, high = difference(truth, high)
    assert low < mean < high < 0


def test_too_few_counts_to_judge_are_not_a_number() -> None:
    counts = np.zeros((80, 80), dtype=np.float32)
    counts[40, 40] = 1
    mask = np.zeros(counts.shape, dtype=bool)
    pieces = place_gaps(counts, mask, (4, 4), 4, np.random.default_rng(0))
    score = score_gaps(counts, mask, pieces, {"flat": np.full(counts.shape, 0.1)})["flat"]
    assert np.isnan([score.error, score.low, score.rms, score.correlation]).all()
    assert score.blocks == 0


def test_a_pilatus_frame_has_its_own_widths_and_room_for_many_pieces(repository: Path) -> None:
    folder = Path(os.environ.get("LATENTLAB_FRAMES", repository.parent / "shared" / "frames"))
    paths = sorted(folder.glob("p03_pilatus2m_*.cbf"))
    if not paths:
        pytest.skip(f"no real frames p03_pilatus2m_*.cbf in {folder} (set LATENTLAB_FRAMES)")
    for path in paths:
        frame = read_frame(path)
        counts, mask = binned_frame(frame.counts, frame.mask, 2)
        assert gap_widths(mask) == (9, 4)
        pieces = place_gaps(counts, mask, (9, 4), 96, np.random.default_rng(0), 395.25)
        assert len(pieces) > 70
        assert sum((~mask[piece.inner]).sum() for piece in pieces) > 20_000
