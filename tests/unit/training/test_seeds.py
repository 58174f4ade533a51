"""Seeds mixed from several numbers."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from latentlab.training.seeds import mixed_seed

numbers = st.lists(st.integers(0, 10**6), min_size=1, max_size=2)


@given(st.integers(0, 2**62), st.lists(st.integers(0, 10**6), max_size=3))
def test_generators_take_it(seed: int, parts: list[int]) -> None:
    torch.Generator().manual_seed(mixed_seed(seed, *parts))


@given(st.integers(0, 10**5), numbers, st.integers(0, 10**5), numbers)
def test_other_numbers_give_another_seed(seed: int, parts: list[int], other: int, rest: list[int]) -> None:
    if len(parts) == len(rest):
        same = (seed, parts) == (other, rest)
        assert (mixed_seed(seed, *parts) == mixed_seed(other, *rest)) == same


def test_seeds_stay_what_they_are() -> None:
    """Another factor would train every run anew."""
    assert mixed_seed(42, 7) == 42 * 1_000_003 + 7
    assert mixed_seed(3, 1, 2) == (3 * 1_000_003 + 1) * 1_000_003 + 2
    assert mixed_seed(5) == 5
