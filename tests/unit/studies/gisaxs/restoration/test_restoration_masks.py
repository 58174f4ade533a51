"""Random masks: widths of gaps, their chance, dead pixels, stop, shadow."""

import numpy as np
import pytest
from restoration_settings import MEASUREMENT

from latentlab.studies.gisaxs.restoration.masks import (
    beam_stop,
    dead_pixels,
    module_gaps,
    random_mask,
    sample_shadow,
)
from latentlab.studies.gisaxs.restoration.scores import gap_widths

PILATUS = [195, 487, 17, 7]


@pytest.mark.parametrize(
    ("binning", "rows", "columns"), [(1, {17}, {7}), (2, {8, 9}, {3, 4}), (4, {4, 5}, {1, 2})]
)
def test_gaps_have_the_detectors_widths(binning: int, rows: set[int], columns: set[int]) -> None:
    found_rows, found_columns = set(), set()
    for seed in range(20):
        gaps = module_gaps((1100, 1100), PILATUS, binning, np.random.default_rng(seed))
        for found, lines in ((found_rows, gaps.all(axis=1)), (found_columns, gaps.all(axis=0))):
            edges = np.flatnonzero(np.diff(lines.astype(int)))
            starts = edges[1:] if lines[0] else edges  # a gap cut by the border has another width
            found |= {int(end - start) for start, end in zip(starts[::2], starts[1::2], strict=False)}
    assert found_rows <= rows
    assert found_rows
    assert found_columns <= columns
    assert found_columns


def test_gaps_repeat_with_the_module() -> None:
    lines = module_gaps((800, 10), PILATUS, 1, np.random.default_rng(4)).all(axis=1)
    assert (lines[:588] == lines[212:800]).all()


def test_a_hit_has_a_gap_in_each_image() -> None:
    assert all(module_gaps((64, 64), PILATUS, 1, np.random.default_rng(s), hit=True).any() for s in range(50))
    assert not all(module_gaps((64, 64), PILATUS, 1, np.random.default_rng(s)).any() for s in range(50))


def test_dead_pixels_have_their_share() -> None:
    assert dead_pixels((500, 500), 0.01, np.random.default_rng(0)).mean() == pytest.approx(0.01, rel=0.1)


def test_the_stop_is_a_disc_whose_wire_reaches_the_border() -> None:
    stop = beam_stop((61, 61), 5.0, 3.0, (30.0, 30.0), np.random.default_rng(2))
    row, column = np.mgrid[:61, :61]
    assert stop[np.hypot(row - 30, column - 30) <= 5].all()
    border = np.concatenate([stop[0], stop[-1], stop[:, 0], stop[:, -1]])
    assert 1 <= border.sum() <= 8


def test_the_shadow_covers_the_first_rows() -> None:
    shadow = sample_shadow((6, 4), 2)
    assert shadow[:2].all()
    assert not shadow[2:].any()


def test_stop_and_shadow_are_masked_and_no_gaps() -> None:
    settings = {**MEASUREMENT, "stop_chance": 1.0, "shadow_chance": 1.0}
    mask, gaps = random_mask((80, 80), settings, np.random.default_rng(0))
    assert mask[0].all()
    assert not gaps[0].any()
    assert (mask & ~gaps).any()


def test_the_width_of_a_gap_is_that_across() -> None:
    gaps = np.zeros((20, 30), dtype=bool)
    gaps[4:9] = True
    gaps[:, 20:23] = True
    gaps[15, 2] = True
    width = gap_widths(gaps)
    assert width[6, 3] == 5
    assert width[0, 21] == 3
    assert width[15, 2] == 1
    assert width[0, 0] == 0


def test_an_image_is_never_masked_everywhere() -> None:
    for seed in range(40):
        assert not random_mask((20, 20), MEASUREMENT, np.random.default_rng(seed), hit=True)[0].all()
    with pytest.raises(ValueError, match="100 masks in turn covered"):
        random_mask((1, 1), {**MEASUREMENT, "dead_share": [1.0, 1.0]}, np.random.default_rng(0))
