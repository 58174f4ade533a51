"""Numbers for people: three significant digits, whole bytes, exponents only where they are needed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from latentlab.pipeline.tables.number_text import mean_and_range, number_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.35712, "0.357"),
        (0.98, "0.98"),
        (12.345, "12.3"),
        (157675.563, "158000"),  # no exponent up to a million
        (999600.4, "1e6"),
        (1.2345e7, "1.23e7"),
        (1e7, "1e7"),
        (0.001, "0.001"),
        (0.00099996, "0.001"),
        (0.000999, "9.99e-4"),
        (5.8731e-5, "5.87e-5"),
        (1e-300, "1e-300"),
        (-2.6494, "-2.65"),
        (-3.2e-9, "-3.2e-9"),
        (5.0, "5"),
        (0.0, "0"),
        (-0.0, "0"),
        (262144.0, "262144"),
        (123456789, "123456789"),  # an integer keeps its digits
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (math.nan, ""),
        (None, ""),
        (np.float64(0.25), "0.25"),
    ],
)
def test_a_number_as_shown(value: float | None, text: str) -> None:
    assert number_text(value) == text


def test_bytes_and_counts_have_no_decimals_and_no_exponent() -> None:
    assert number_text(1083.4, whole=True) == "1083"
    assert number_text(12345678.9, whole=True) == "12345679"
    assert number_text(31.7, whole=True) == "32"
    assert number_text(math.nan, whole=True) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.9986, "0.9986"),
        (0.99942, "0.99942"),
        (0.9999999, "1"),
        (0.98649, "0.986"),
        (1.0, "1"),
        (1.2345, "1.23"),
    ],
)
def test_a_score_keeps_its_distance_to_one(value: float, text: str) -> None:
    assert number_text(value, score=True) == text
    assert number_text(0.99942) == "0.999"  # an error close to 1 is no score


@pytest.mark.parametrize("exponent", range(-12, 13))
def test_what_is_shown_is_the_value_to_three_digits(exponent: int) -> None:
    for digits in (1.0, 1.005, 2.3456, 9.994, 9.996):
        value = digits * 10.0**exponent
        assert float(number_text(value)) == pytest.approx(value, rel=5.1e-3)
        assert float(number_text(value)) == float(f"{value:.2e}") or value.is_integer()


def test_more_digits() -> None:
    assert number_text(2337.879, digits=5) == "2337.9"
    assert number_text(5.87312e-5, digits=4) == "5.873e-5"


def test_mean_and_range_of_seeds() -> None:
    assert mean_and_range([0.979, 0.991, 0.988]) == ("0.986", "0.979 to 0.991")
    assert mean_and_range([0.5]) == ("0.5", "")
    assert mean_and_range([0.2501, 0.2502]) == ("0.25", "")  # read alike
    assert mean_and_range([31, 35, 28], whole=True) == ("31", "28 to 35")


def test_seeds_without_a_value_are_counted() -> None:
    assert mean_and_range([2.0, math.nan, 4.0]) == ("3", "2 to 4; 2 of 3")
    assert mean_and_range([math.nan, 2.0]) == ("2", "1 of 2")
    assert mean_and_range([math.nan, math.nan]) == ("", "")
