"""Alignment up to cyclic shifts and a half turn."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.studies.lines.evaluation.drawn_lines import drawn_lines

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.alignment import align


@given(seed=st.integers(0, 1000), shift=st.tuples(st.integers(0, 15), st.integers(0, 15)), turn=st.booleans())
@settings(max_examples=20, deadline=None)
def test_shifted_and_turned_images_come_back(seed: int, shift: tuple[int, int], turn: bool) -> None:
    images = torch.rand(2, 16, 16, generator=torch.Generator().manual_seed(seed))
    moved = images.roll(shift, dims=(1, 2))
    aligned, mse = align(moved.flip((1, 2)) if turn else moved, images)
    assert torch.equal(aligned, images)
    assert mse.tolist() == [0.0, 0.0]


def test_the_error_is_the_smallest_of_all_shifts() -> None:
    a = drawn_lines(3, 12, seed=1, counts=(1, 1)).images.float()
    b = drawn_lines(3, 12, seed=2, counts=(1, 1)).images.float()
    all_errors = [
        (each.roll((y, x), dims=(1, 2)) - b).double().square().mean((1, 2))
        for each in (a, a.flip((1, 2)))
        for y in range(12)
        for x in range(12)
    ]
    torch.testing.assert_close(align(a, b).mse, torch.stack(all_errors).amin(0))


def test_many_images_keep_type_and_order() -> None:
    images = drawn_lines(70, 16, seed=3, counts=(1, 2)).images
    aligned, mse = align(images.roll(5, dims=2), images)
    assert torch.equal(aligned, images)
    assert aligned.dtype == torch.uint8
    assert mse.shape == (70,)


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ArtifactError, match=r"of one shape, found \(1, 8, 8\) and \(2, 8, 8\)"):
        align(torch.ones(1, 8, 8), torch.ones(2, 8, 8))
