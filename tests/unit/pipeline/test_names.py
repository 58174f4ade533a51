"""Names: an unknown one is answered by the nearest, or by all where they are few; numbers sort by value."""

from __future__ import annotations

import random

import pytest

from latentlab.pipeline.names import natural_key, unknown_name


def test_the_nearest_name() -> None:
    known = [f"run-{number}" for number in range(80)] + ["sound-fp"]
    assert unknown_name("run", "sond-fp", known) == "there is no run 'sond-fp'; did you mean 'sound-fp'?"


def test_few_names_are_listed_and_many_are_not() -> None:
    assert unknown_name("set", "zzz", ["a", "b"]) == "there is no set 'zzz'; expected one of a, b"
    many = unknown_name("run", "zzz", [f"run-{number}" for number in range(80)])
    assert many == "there is no run 'zzz', and none of the 80 has a name like it"


ORDERED = (
    "2.5 2.6 2.22 4.1 4.2 4.3a 4.3b 4.3c 4.6 4.7 4.7-improved 4.7a 4.8 4.10 4.18 comparison-goal",
    "2 3 5 10 a b b3 b4 b10 latents table-1 table-2 table-6 table-10 vanilla",
)


@pytest.mark.parametrize("names", ORDERED)
def test_numbers_stand_in_the_order_of_their_values_and_before_names(names: str) -> None:
    shuffled = names.split()
    random.Random(1).shuffle(shuffled)
    assert shuffled != names.split()
    assert sorted(shuffled, key=natural_key) == names.split()


def test_different_names_never_compare_as_equal() -> None:
    assert natural_key("4.1") != natural_key("4.01")
