"""What a measured value stands for: the range of its seeds, two standard deviations, a count's errors."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.errors import ConfigError
from latentlab.pipeline.claims.spread import Measured, pooled_deviation, wilson
from latentlab.pipeline.quantities import Quantity

METRICS = {
    "a": {"score": 1.0, "rate": 1.0},
    "a-seed-43": {"score": 3.0, "rate": math.e},
    "b": {"score": 10.0, "rate": 4.0},
    "b-seed-43": {"score": 14.0, "rate": 4.0},
    "like-a": {"score": 5.0, "rate": 2.0},
    "other": {"score": 5.0, "rate": 2.0},
    "pattern": {"score": 5.0},
    "sampled": {"score": 5.0, "score_low": 4.0, "score_high": 7.0},
}
ALIKE = {"a": "1", "a-seed-43": "1", "b": "2", "b-seed-43": "2", "like-a": "1", "other": "3"}
SEEDS = {"a": ["a", "a-seed-43", "a-seed-44"], "b": ["b", "b-seed-43"]}
QUANTITIES = {"score": Quantity("score", scatter="absolute"), "rate": Quantity("rate")}


def measured(**changes: object) -> Measured:
    return Measured(
        **{"metrics": METRICS, "alike": ALIKE, "seeds": SEEDS, "quantities": QUANTITIES, **changes}
    )


def ends(metric: str, subject: str, **changes: object) -> tuple[float, float]:
    interval = measured(**changes).interval(metric, subject)
    assert interval.low <= interval.middle <= interval.high
    return interval.low, interval.high


@pytest.mark.parametrize("subject", ["a", "a-seed-43", "a-seed-44"])
def test_any_seed_stands_for_the_range_of_all(subject: str) -> None:
    assert ends("score", subject) == (1, 3)
    assert measured().interval("score", subject).middle == 2
    assert measured().family(subject) == ["a", "a-seed-43"]


def test_a_single_seed_has_the_deviation_of_runs_that_are_alike() -> None:
    assert ends("score", "like-a") == pytest.approx((5 - 2 * math.sqrt(2), 5 + 2 * math.sqrt(2)))
    factor = math.exp(2 * math.sqrt(0.5))  # of the logarithms 0 and 1
    assert ends("rate", "like-a") == pytest.approx((2 / factor, 2 * factor))


def test_without_any_alike_all_runs_with_seeds_count() -> None:
    pooled = math.sqrt((2 + 8) / 2)
    assert ends("score", "other") == pytest.approx((5 - 2 * pooled, 5 + 2 * pooled))


def test_without_seeds_at_all_values_are_exact() -> None:
    assert ends("score", "other", seeds={}) == (5, 5)
    assert not measured(seeds={}).has_seeds
    only_one = {run: METRICS[run] for run in ("a", "b", "other")}  # a scale that trains one seed of each
    assert ends("score", "a", metrics=only_one) == (1, 1)
    assert not measured(metrics=only_one).has_seeds
    # of "a" one seed alone was trained: it stands for the others, with the deviation of b's seeds
    one_of_a = {run: METRICS[run] for run in ("a", "b", "b-seed-43")}
    alike = {run: ALIKE[run] for run in one_of_a}
    around = pytest.approx((1 - 2 * math.sqrt(8), 1 + 2 * math.sqrt(8)))
    for subject in ("a", "a-seed-43"):
        assert ends("score", subject, metrics=one_of_a, alike=alike) == around


def test_what_is_no_run_is_exact() -> None:
    assert ends("score", "pattern") == (5, 5)


def test_limits_keep_an_interval_inside_what_is_possible() -> None:
    limited = {"score": Quantity("score", scatter="absolute", lowest=4.0, highest=6.0)}
    assert ends("score", "like-a", quantities=limited) == (4, 6)


def test_a_relative_value_of_zero_has_no_width_and_gives_none() -> None:
    zero = {**METRICS, "like-a": {"rate": 0.0}, "a": {"rate": 0.0, "score": 1.0}}
    assert ends("rate", "like-a", metrics=zero) == (0, 0)
    # a's seeds are 0 and e, which no factor explains: b's are taken, which are equal
    assert ends("rate", "like-a", metrics={**zero, "like-a": {"rate": 2.0}}) == (2, 2)


def test_negative_values_differ_by_a_factor_too() -> None:
    negative = {run: {"rate": -entry.get("rate", 1.0)} for run, entry in METRICS.items()}
    factor = math.exp(2 * math.sqrt(0.5))
    assert ends("rate", "like-a", metrics=negative) == pytest.approx((-2 * factor, -2 / factor))


def test_a_seed_that_is_no_number_leaves_no_value() -> None:
    broken = {**METRICS, "a-seed-43": {"score": math.nan}}
    assert measured(metrics=broken).interval("score", "a").missing
    assert ends("score", "like-a", metrics=broken) == pytest.approx(
        (5 - 2 * math.sqrt(8), 5 + 2 * math.sqrt(8))
    )


def test_counts_are_wider_by_their_own_error() -> None:
    metrics = {"a": {"right": 96.0, "n": 100.0}, "a-seed-43": {"right": 100.0, "n": 100.0}}
    counted = {"right": Quantity("right", scatter="absolute", of="n")}
    low, high = ends("right", "a", metrics=metrics, quantities=counted)
    assert (low, high) == pytest.approx((wilson(96, 100)[0], 100.0))
    assert low < 96


def test_what_was_not_measured_is_named() -> None:
    with pytest.raises(ConfigError, match="nothing was measured for 'c'"):
        measured().interval("score", "c")
    with pytest.raises(ConfigError, match="'pattern' has no metric 'rate', only score"):
        measured().interval("rate", "pattern")


def test_the_pooled_deviation_by_hand() -> None:
    assert pooled_deviation([[1.0, 3.0], [10.0, 10.0, 13.0]]) == pytest.approx(math.sqrt((2 + 6) / 3))


@given(st.floats(0, 100), st.integers(1, 1000))
def test_wilsons_interval(per_cent: float, number: int) -> None:
    low, high = wilson(per_cent, number)
    assert 0 <= low <= per_cent + 1e-9
    assert per_cent - 1e-9 <= high <= 100
    assert high - low > 0
    assert (100 - high, 100 - low) == pytest.approx(wilson(100 - per_cent, number), abs=1e-6)


def test_wilsons_interval_of_a_table() -> None:
    # two standard errors: (0.5 + 0.02 -+ 2 sqrt(0.0025 + 0.0001)) / 1.04
    assert wilson(50, 100) == pytest.approx((40.194, 59.806), abs=0.001)
    assert wilson(0, 100) == pytest.approx((0, 400 / 104))


def test_what_is_no_run_has_the_interval_that_was_measured_with_it() -> None:
    assert ends("score", "sampled") == (4, 7)
    assert measured().interval("score", "sampled").middle == 5
