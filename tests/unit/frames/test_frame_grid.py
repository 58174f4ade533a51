"""The simulated region: counts are kept, masks are kept, every grid pixel has the right position."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.errors import FrameError
from latentlab.frames import Frame, GridCrop, from_grid, grid_crop, to_grid


def frame_of(image: np.ndarray) -> Frame:
    return Frame(image, image < 0, {}, "made.cbf")


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(1, 8), st.integers(0, 10**6))
def test_binning_by_sum_keeps_the_counts(binning: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = frame_of(rng.poisson(50.0, (40, 45)))
    image, mask, crop = to_grid(frame, horizon_row=35, beam_column=10, binning=binning, size=size)
    view = frame.counts[36 - size * binning : 36, 10 : 10 + size * binning]
    assert image.shape == mask.shape == (size, size)
    assert image.dtype == np.float32
    assert not mask.any()
    assert image.sum() == view.sum()
    assert image[0, 0] == view[-binning:, :binning].sum()  # row 0 is just above the horizon
    back = from_grid(image, crop, frame.counts.shape)
    inside = np.isfinite(back)
    assert inside.sum() == view.size
    assert back[inside].sum() == pytest.approx(view.sum(), rel=1e-5)
    again, _, _ = to_grid(
        Frame(np.nan_to_num(back), ~inside, {}, ""),
        horizon_row=35,
        beam_column=10,
        binning=binning,
        size=size,
    )
    np.testing.assert_allclose(again, image, rtol=1e-5)


def test_bins_are_scaled_by_what_is_valid_and_masked_beyond_half() -> None:
    image = np.array([[7, -1, 4, 4], [-1, -1, 4, 4], [6, -1, 1, -2], [8, 9, 3, -2]])
    grid, mask, _ = to_grid(frame_of(image), horizon_row=3, beam_column=0, binning=2, size=2)
    assert mask.tolist() == [[False, False], [True, False]]
    np.testing.assert_allclose(grid, [[23 * 4 / 3, 8], [0, 16]])


def test_crop_gives_the_place_of_every_grid_pixel() -> None:
    crop = grid_crop(frame_of(np.ones((40, 40), dtype=int)), horizon_row=30, beam_column=5, binning=2, size=4)
    assert crop == GridCrop(slice(23, 31), slice(5, 13), 2, True)
    assert crop.size == 4
    assert crop.row_centres().tolist() == [29.5, 27.5, 25.5, 23.5]
    assert crop.column_centres().tolist() == [5.5, 7.5, 9.5, 11.5]


def test_frames_that_do_not_reach() -> None:
    frame = frame_of(np.ones((40, 50), dtype=int))
    with pytest.raises(
        FrameError, match=r"made.cbf: 32 x 32 detector pixels are needed .* but there are 31 x 40"
    ):
        to_grid(frame, horizon_row=30, beam_column=10, binning=2, size=16)
    with pytest.raises(FrameError, match="horizon row 40 and beam column 10 are not in the frame of 40 rows"):
        to_grid(frame, horizon_row=40, beam_column=10, binning=1, size=4)
    with pytest.raises(FrameError, match="every pixel above the horizon and right of the beam is masked"):
        to_grid(
            Frame(frame.counts, np.ones_like(frame.mask), {}, ""),
            horizon_row=30,
            beam_column=10,
            binning=1,
            size=4,
        )
    with pytest.raises(ValueError, match="binning is 0"):
        to_grid(frame, horizon_row=30, beam_column=10, binning=0, size=4)


def test_grid_must_fit_its_crop() -> None:
    crop = GridCrop(slice(0, 8), slice(0, 8), 2)
    with pytest.raises(ValueError, match=r"image has shape \(8, 8\), expected \(4, 4\)"):
        from_grid(np.zeros((8, 8)), crop, (20, 20))
    with pytest.raises(ValueError, match=r"the crop ends at \(8, 8\)"):
        from_grid(np.zeros((4, 4)), crop, (7, 20))
