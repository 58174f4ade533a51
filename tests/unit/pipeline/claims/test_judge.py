"""Comparisons that would be decided by nothing: between runs that are no better than the trivial answer."""

from __future__ import annotations

import pytest

from latentlab.errors import ConfigError
from latentlab.pipeline.claims.evaluation import Outcome, evaluate
from latentlab.pipeline.claims.judge import Judge
from latentlab.pipeline.claims.spread import Measured
from latentlab.pipeline.quantities import Quantity

QUANTITIES = {
    "score": Quantity("score", "", "higher", "score_trivial", "absolute"),
    "score_trivial": Quantity("the mean's score"),
    "error": Quantity("error", "", "lower", 1.0),
    "own": Quantity("share", "", "higher", "own_chance"),
    "size": Quantity("size", "bytes"),
    "time": Quantity("time", "s", "lower"),
}
METRICS = {
    "good": {"score": 0.9, "error": 0.1, "size": 50.0, "time": 1.0, "own": 0.9, "own_chance": 0.5},
    "better": {"score": 0.95, "error": 0.05, "size": 60.0, "time": 2.0, "own": 0.4, "own_chance": 0.5},
    "dead": {"score": 0.1, "error": 2.0, "size": 1.0, "time": 3.0},
    "dead-too": {"score": 0.2, "error": 1.0, "size": 2.0, "time": 4.0},
    "half": {"score": 0.2, "error": 0.5, "size": 5.0},
    "half-seed-43": {"score": 0.9, "error": 0.4, "size": 6.0},
    "base": {"score_trivial": 0.5},
}
RUNS = [run for run in METRICS if run != "base"]


def judge(metrics: dict[str, dict[str, float]] = METRICS) -> Judge:
    measured = Measured(metrics, dict.fromkeys(RUNS, ""), {"half": ["half", "half-seed-43"]}, QUANTITIES)
    # no width for single seeds, so that only the objections decide
    object.__setattr__(measured, "deviation", lambda metric, run: 0.0)
    return Judge(measured, dict.fromkeys(RUNS, "base"), dict.fromkeys(RUNS, "score"))


def outcome(claim: str) -> Outcome:
    judging = judge()
    return evaluate(claim, judging.measured.interval, "here", {"all": RUNS}, judging.objection)


def objection(claim: str) -> str:
    return outcome(claim).comparisons[0].objection


@pytest.mark.parametrize(
    "claim",
    [
        "score(dead) < score(dead-too)",
        "score(dead) > score(dead-too)",
        "score(dead) < max(score(dead-too), 0)",
        "score(dead) < min(score(dead-too), score(good))",  # the least decides: 0.2
        "abs(score(dead) - score(dead-too)) < 0.5",
        "score(dead) / score(dead-too) < 1",
        "0 < score(dead) < score(dead-too)",
        "2 * score(dead) < score(dead-too) + 1",
    ],
)
def test_sides_no_better_than_the_trivial_answer(claim: str) -> None:
    assert objection(claim) == "both sides are no better than the trivial answer, the mean's score 0.5"
    assert outcome(claim).truth is None


def test_a_side_that_is_better_with_some_of_its_seeds_alone() -> None:
    found = objection("score(dead) < score(half)")
    assert found.startswith("within the spread between seeds both sides are no better than the trivial")


@pytest.mark.parametrize(
    "claim",
    [
        "score(good) > score(dead)",
        "score(dead) > score(good)",
        "score(dead) > max(score(dead-too), score(good))",  # the largest decides: 0.9
        "max(score(@all)) > score(dead)",
        "error(good) < error(dead)",
        "time(dead) < time(dead-too)",  # there is no trivial answer
    ],
)
def test_one_side_that_is_better_is_enough(claim: str) -> None:
    assert objection(claim) == ""


def test_a_lower_error_is_better_and_equal_is_not() -> None:
    assert objection("error(dead) > error(dead-too)").endswith("error 1")
    assert objection("error(half) < error(dead-too)") == ""


def test_the_trivial_answer_of_the_run_itself_comes_first() -> None:
    assert judge().trivial("own", "good") == 0.5
    assert objection("own(good) > own(better)") == ""
    assert objection("own(better) < own(better) + 1").startswith("both sides")


@pytest.mark.parametrize(
    "claim",
    [
        "score(dead) < 0.3",
        "score(dead) < score_trivial(base)",
        "min(score(dead), score(dead-too)) < max(0.3, score_trivial(base))",
        "score(dead) / score_trivial(base) < 1",
        "size(dead) < 10",
        "abs(size(dead)) < 10",
    ],
)
def test_numbers_and_baselines_are_left_alone(claim: str) -> None:
    assert objection(claim) == ""
    assert outcome(claim).truth is True


@pytest.mark.parametrize(
    ("claim", "named"),
    [
        ("size(dead) < size(good)", "dead"),
        ("max(size(dead), size(dead-too)) < size(good) / 3", "dead, dead-too"),
        ("size(good) / size(dead) > 3", "dead"),
    ],
)
def test_rates_of_runs_that_learnt_nothing(claim: str, named: str) -> None:
    assert objection(claim) == f"{named}: no better than the trivial answer, the mean's score 0.5"
    assert outcome(claim).truth is None


def test_rates_of_a_run_of_which_some_seeds_learnt() -> None:
    assert objection("size(half-seed-43) < max(size(good), size(dead))") == (
        "half: within the spread between seeds no better than the trivial answer, the mean's score 0.5; "
        "dead: no better than the trivial answer, the mean's score 0.5"
    )


def test_rates_of_runs_that_learnt() -> None:
    assert outcome("size(good) < size(better)").truth is True


def test_a_trivial_answer_that_was_not_measured_is_named() -> None:
    without = {run: METRICS[run] for run in RUNS}
    with pytest.raises(ConfigError, match=r"'score_trivial', the trivial answer to 'score', was .* 'base'"):
        judge(without).trivial("score", "good")
