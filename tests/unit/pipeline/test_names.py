"""An unknown name is answered by the nearest one, or by all where they are few."""

from __future__ import annotations

from latentlab.pipeline.names import unknown_name


def test_the_nearest_name() -> None:
    known = [f"run-{number}" for number in range(80)] + ["sound-fp"]
    assert unknown_name("run", "sond-fp", known) == "there is no run 'sond-fp'; did you mean 'sound-fp'?"


def test_few_names_are_listed_and_many_are_not() -> None:
    assert unknown_name("set", "zzz", ["a", "b"]) == "there is no set 'zzz'; expected one of a, b"
    many = unknown_name("run", "zzz", [f"run-{number}" for number in range(80)])
    assert many == "there is no run 'zzz', and none of the 80 has a name like it"
