"""Which tiles hold both phases, and in which the correlation decays."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.microstructures import generate
from latentlab.microstructures.tile_report import TileReport, percent, report_tiles

SIDE = 40


def fields(length: float, count: int = 60, share: float = 0.3) -> np.ndarray:
    """Tiles of thresholded Gaussian random fields four times as wide, of a correlation length in px."""
    rng, side, tiles = np.random.default_rng(8), 4 * SIDE, []
    frequencies = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side))
    while len(tiles) < count:
        white = np.fft.fft2(rng.normal(size=(side, side)))
        field = np.fft.ifft2(white * np.exp(-((np.pi * frequencies * length) ** 2))).real
        phases = (field > np.quantile(field, share)).astype(np.uint8)
        tiles += [
            phases[y : y + SIDE, x : x + SIDE] for y in range(0, side, SIDE) for x in range(0, side, SIDE)
        ]
    return np.stack(tiles[:count])


def test_tiles_of_one_phase_are_counted_and_left_out_of_the_other_share() -> None:
    small = fields(1.5, count=6)
    tiles = np.concatenate([np.zeros_like(small[:2]), small, np.ones_like(small[:1])])
    report = report_tiles(tiles)
    assert report == TileReport(tiles=9, one_phase=3, undecayed=0)
    assert (report.one_phase_share, report.undecayed_share) == (3 / 9, 0.0)
    assert report.warnings() == [
        "33 % of the tiles are all one phase, without structure to learn: use a larger binning, or check the "
        "threshold."
    ]
    assert report.facts().startswith("3 of 9 tiles are all one phase; in 0 of the other 6 the autocovariance")


@pytest.mark.parametrize(("length", "low", "high"), [(0.05, 0.0, 0.02), (0.1, 0.02, 0.4), (0.25, 0.7, 1.0)])
def test_the_share_that_does_not_decay_grows_with_the_structure(
    length: float, low: float, high: float
) -> None:
    report = report_tiles(fields(length * SIDE))
    assert low <= report.undecayed_share <= high
    found = [warning for warning in report.warnings() if "does not decay" in warning]
    assert len(found) == (report.undecayed_share > 0.5)
    assert all("use a larger binning" in warning for warning in found)


def test_binning_is_the_advice_that_helps() -> None:
    large = fields(0.25 * SIDE, count=16)  # the tiles of one field, in rows of four
    whole = large.reshape(4, 4, SIDE, SIDE).swapaxes(1, 2).reshape(4 * SIDE, 4 * SIDE)
    binned = whole.reshape(SIDE, 4, SIDE, 4).mean(axis=(1, 3)) >= 0.5
    assert report_tiles(large).undecayed_share > 0.5
    assert report_tiles(binned[None].astype(np.uint8)).undecayed == 0


def test_a_straight_edge_does_not_decay_and_the_phases_may_be_exchanged() -> None:
    half = np.ones((1, SIDE, SIDE), dtype=np.uint8)
    half[:, : SIDE // 2] = 0
    assert report_tiles(half).undecayed == report_tiles(1 - half).undecayed == 1
    stripes = np.ones((1, SIDE, SIDE), dtype=np.uint8)
    stripes[:, ::4] = 0  # 1 px wide, 4 px apart
    assert report_tiles(stripes).undecayed == 0


@pytest.mark.parametrize(
    "spec",
    [
        {"kind": "spheres", "volume_fraction": [0.05, 0.4], "radius": [8, 16]},
        {"kind": "random-field", "correlation_length": [8, 24], "volume_fraction": [0.1, 0.5]},
    ],
)
def test_drawn_sets_decay(spec: dict) -> None:
    report = report_tiles(generate(spec, count=60, side=32, seed=1).images)
    assert report.one_phase == 0
    assert report.undecayed_share <= 0.1


def test_percent() -> None:
    assert [percent(share) for share in (0.0, 0.004, 0.125, 1.0)] == ["0 %", "0.4 %", "12 %", "100 %"]
