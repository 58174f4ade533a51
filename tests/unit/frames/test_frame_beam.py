"""Finding the beam: it is found in simulated frames, and a missing beam gives an error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.errors import FrameError
from latentlab.frames import Frame, find_beam


def frame_of(image: np.ndarray) -> Frame:
    return Frame(image, image < 0, {}, "made.cbf")


def simulated(
    horizon_row: int, beam_column: int, photons: float, seed: int = 0, shape: tuple[int, int] = (420, 360)
) -> Frame:
    """A rod, a Yoneda band with two side maxima, a dim shadow, gaps, a beam stop, its wire, a hot pixel."""
    row, column = np.indices(shape)
    up, aside = horizon_row + 0.5 - row, np.abs(column - beam_column)
    pattern = 300 / (1 + (aside / 2) ** 2) * np.exp(-np.abs(up - 12) / 25)
    pattern += (0.3 + 3 * np.exp(-(((aside - 60) / 25) ** 2))) * (0.2 + 4 * np.exp(-(((up - 12) / 8) ** 2)))
    pattern = np.where(up > 0, pattern * np.clip(up / 4, 0, 1), 0) + 0.05
    image = np.random.default_rng(seed).poisson(photons * pattern).astype(np.int32)
    stop = np.hypot(row - horizon_row + 60, column - beam_column - 5) < 9
    wire = (np.abs(row - horizon_row + 60) < 2) & (column > beam_column)
    image[stop | wire] = 0
    image[30, 40] = 10**6
    image[100:109], image[210:219], image[:, 120:124], image[:, 250:254] = -1, -1, -1, -1
    return frame_of(image)


@settings(max_examples=12, deadline=None)
@given(
    st.integers(230, 360), st.integers(80, 280), st.sampled_from([2.0, 20.0, 500.0]), st.integers(0, 10**6)
)
def test_beam_is_found(horizon_row: int, beam_column: int, photons: float, seed: int) -> None:
    row, column = find_beam(simulated(horizon_row, beam_column, photons, seed))
    assert abs(row - horizon_row) <= 2
    in_a_gap = min(abs(beam_column - 121.5), abs(beam_column - 251.5)) < 5
    assert abs(column - beam_column) <= (3 if in_a_gap else 1)


def test_beam_is_found_through_a_gap() -> None:
    row, column = find_beam(simulated(300, 122, 100.0))
    assert abs(row - 300) <= 2
    assert abs(column - 122) <= 3
    assert 205 <= find_beam(simulated(214, 180, 100.0))[0] <= 219  # the horizon in a gap: somewhere there


def test_given_values_are_kept() -> None:
    frame = simulated(300, 180, 50.0)
    assert find_beam(frame, horizon_row=290, beam_column=177) == (290, 177)
    assert find_beam(frame, horizon_row=290)[0] == 290
    assert abs(find_beam(frame, horizon_row=290)[1] - 180) <= 1
    assert find_beam(frame, beam_column=177)[1] == 177
    assert abs(find_beam(frame, beam_column=177)[0] - 300) <= 2


def test_no_beam_is_said_so() -> None:
    flat = frame_of(np.random.default_rng(0).poisson(5.0, (300, 200)))
    with pytest.raises(FrameError, match=r"made.cbf: no axis of mirror symmetry .* give the beam column"):
        find_beam(flat)
    with pytest.raises(FrameError, match=r"made.cbf: no edge of a sample shadow .* give the horizon row"):
        find_beam(flat, beam_column=100)
    with pytest.raises(FrameError, match="20 rows are too few"):
        find_beam(frame_of(np.ones((20, 20), dtype=int)), beam_column=10)
