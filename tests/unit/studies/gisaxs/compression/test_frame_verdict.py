"""The verdict on a restored frame: in total, in blocks, and against one value for all pixels."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.studies.gisaxs.compression.frame_verdict import judge

NOTHING = np.zeros((32, 32), bool)


def pattern(side: int = 32) -> np.ndarray:
    """A decaying intensity, counts a pixel, and the same in every row."""
    return np.repeat(1e4 * 10 ** (-np.arange(side) / side)[None, :], side, axis=0)


def test_a_frame_that_comes_back_is_restored() -> None:
    measured = np.random.default_rng(0).poisson(pattern()).astype(np.float32)
    verdict = judge(measured, pattern().astype(np.float32), NOTHING)
    assert not verdict.fails
    assert not verdict.failing.any()
    assert verdict.share == pytest.approx(1, abs=1e-3)
    assert verdict.sentence.startswith("restored: ")
    assert verdict.summary["blocks"] == 64
    assert verdict.summary["log_rmse"] < 0.05 < verdict.summary["log_rmse_one_value"]


@pytest.mark.parametrize(
    ("share", "fails"), [(0.33, True), (0.89, True), (0.91, False), (1.09, False), (1.11, True)]
)
def test_the_total_must_agree_within_ten_percent(share: float, fails: bool) -> None:
    verdict = judge(pattern(), share * pattern(), NOTHING)
    assert verdict.share == pytest.approx(share)
    assert verdict.fails == fails
    if fails:
        assert f"restoration fails: {100 * share:.0f} % of the counts are restored" in verdict.sentence


def test_it_must_be_better_than_one_value() -> None:
    flat = np.full((32, 32), pattern().mean())  # the total is exact
    verdict = judge(pattern(), flat, NOTHING)
    assert verdict.keeps_total
    assert verdict.fails
    assert "no better than one value for all pixels" in verdict.sentence


def test_blocks_that_fail_are_marked_alone() -> None:
    restored = pattern()
    restored[4:8, 28:32] *= 0.4
    restored[0:4, 0:4] *= 0.6  # within a factor of 2
    verdict = judge(pattern(), restored, NOTHING)
    assert verdict.failing_blocks == 1
    assert np.argwhere(verdict.failing).min(0).tolist() == [4, 28]
    assert verdict.failing.sum() == 16
    assert not verdict.fails
    assert verdict.sentence.startswith("restoration fails in places: in 1 of 64 blocks")


def test_a_difference_that_may_be_chance_is_none() -> None:
    measured = np.zeros((32, 32))
    measured[16:, 16:] = 500
    restored = measured.copy()
    measured[0, 0], restored[0, 1] = 5, 1  # five counts against one
    assert judge(measured, restored, NOTHING).failing_blocks == 0
    measured[0, 0] = 50
    assert judge(measured, restored, NOTHING).failing_blocks == 1


def test_what_is_masked_does_not_count() -> None:
    mask = NOTHING.copy()
    mask[:, :4] = True
    restored = pattern()
    restored[mask] = 1e9
    verdict = judge(pattern(), restored, mask)
    assert verdict.share == pytest.approx(1)
    assert verdict.blocks == 56
    assert not verdict.failing[:, :4].any()


def test_sides_that_blocks_do_not_divide() -> None:
    restored = pattern(30)
    restored[:, 27:] = 0
    verdict = judge(pattern(30), restored, np.zeros((30, 30), bool))
    assert verdict.blocks == 64
    assert verdict.failing_blocks == 8
