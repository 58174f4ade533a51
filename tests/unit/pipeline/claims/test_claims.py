"""Claims about values that are known exactly: what is evaluated, what raises an error, and nothing else."""

from __future__ import annotations

import contextlib
import math
import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from latentlab.errors import ConfigError
from latentlab.pipeline.claims.evaluation import Outcome, Side
from latentlab.pipeline.claims.evaluation import evaluate as evaluate_intervals
from latentlab.pipeline.claims.grammar import terms
from latentlab.pipeline.claims.intervals import Interval

METRICS = {
    "at-clean": {"ms_ssim": 0.9, "bpp": 0.5, "zero": 0.0, "nan": math.nan, "infinite": math.inf},
    "fp-43-64": {"ms_ssim": 0.8, "bpp": 0.25},
    "a": {"x": 2.0, "y": -3.0},
}


def evaluate(
    expression: str, metrics: dict[str, dict[str, float]], where: str, groups: dict[str, list[str]]
) -> Outcome:
    def value_of(metric: str, subject: str) -> Interval:
        if metric not in metrics.get(subject, {}):
            raise ConfigError(f"{where}: {metric}({subject}) was not measured")
        return Interval.point(metrics[subject][metric])

    return evaluate_intervals(expression, value_of, where, groups)


def shown(outcome: Outcome) -> dict[str, float]:
    return {f"{metric}({subject})": value.middle for (metric, subject), value in outcome.values.items()}


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("ms_ssim(at-clean) > ms_ssim(fp-43-64)", True),
        ("ms_ssim(at-clean) < ms_ssim(fp-43-64)", False),
        ("bpp(at-clean) <= 2 * bpp(fp-43-64)", True),
        ("bpp(at-clean) < 2 * bpp(fp-43-64)", False),
        ("bpp(at-clean) >= 0.5", True),
        ("bpp(at-clean) > 0.5", False),
        ("0.2 < bpp(fp-43-64) < 0.3", True),
        ("0.3 < bpp(fp-43-64) < 0.4", False),
        ("x(a) + y(a) < -0.5", True),
        ("x(a) - y(a) >= 5", True),
        ("x(a) / y(a) < 0", True),
        ("-x(a) < 0", True),
        ("abs(y(a)) > x(a)", True),
        ("abs( y( a ) ) <= 2.5", False),
        ("min(x(a), y(a), 0) < -2.9", True),
        ("max(x(a), y(a)) <= 2", True),
        ("x(a) > 0 and y(a) > 0", False),
        ("x(a) > 0 or y(a) > 0", True),
        ("not x(a) > 0", False),
        ("not (x(a) > 0 and y(a) > 0)", True),
        ("x(a) > 0 and y(a) < 0 or x(a) > 5", True),
        ("x(a) > 5 or x(a) > 0 and y(a) > 0", False),
        ("bpp(at-clean)-bpp(fp-43-64) >= 0.25", True),  # a minus, not a longer id
        ("infinite(at-clean) > 1e308", True),
    ],
)
def test_evaluation(expression: str, holds: bool) -> None:
    assert evaluate(expression, METRICS, "here", {}).truth is holds


def test_measured_values_are_shown() -> None:
    outcome = evaluate("ms_ssim(at-clean) > 2 * x(a) or x(a) > ms_ssim(at-clean)", METRICS, "here", {})
    assert shown(outcome) == {"ms_ssim(at-clean)": 0.9, "x(a)": 2.0}
    assert outcome.truth is True


def test_terms_in_order() -> None:
    found = terms("x(b-2) < min(y(a), x(b-2)) and not z(c) > 1", "here", {})
    assert found == [("x", "b-2"), ("y", "a"), ("x", "b-2"), ("z", "c")]


def test_a_group_stands_for_each_of_its_runs() -> None:
    groups = {"both": ["a", "b-2"]}
    assert terms("min(x(@both)) > y(a)", "here", groups) == [("x", "a"), ("x", "b-2"), ("y", "a")]
    metrics = {"a": {"x": 3.0}, "b-2": {"x": 1.0}}
    outcome = evaluate("min(x(@both)) > 0.5", metrics, "here", groups)
    assert shown(outcome) == {"x(a)": 3.0, "x(b-2)": 1.0}
    assert outcome.truth is True
    assert evaluate("max(x(@both)) < 2", metrics, "here", groups).truth is False


def test_a_group_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match="here: there is no group 'bhot'; did you mean 'both'"):
        terms("min(x(@bhot)) > 1", "here", {"both": ["a"]})


def test_a_group_outside_of_min_and_max_is_refused() -> None:
    with pytest.raises(ConfigError, match="here: "):
        terms("x(@both) > 1", "here", {"both": ["a", "b"]})


@pytest.mark.parametrize(
    "expression", ["nan(at-clean) < 1", "not nan(at-clean) < 1", "nan(at-clean) < 1 or x(a) > 0"]
)
def test_what_is_not_a_number_does_not_hold(expression: str) -> None:
    assert evaluate(expression, METRICS, "here", {}).truth is False


@pytest.mark.parametrize("expression", ["x(a) / zero(at-clean) > 1", "not x(a) / (2 - x(a)) > 1"])
def test_division_by_zero_does_not_hold(expression: str) -> None:
    assert evaluate(expression, METRICS, "here", {}).truth is False


@pytest.mark.parametrize("difference", ["infinite(at-clean) - infinite(at-clean)", "infinite(at-clean) * 0"])
def test_nor_does_what_is_computed_and_not_a_number(difference: str) -> None:
    assert evaluate(f"{difference} < 1", METRICS, "here", {}).truth is False
    assert evaluate(f"not {difference} < 1", METRICS, "here", {}).truth is False


def test_the_sides_of_a_comparison() -> None:
    outcome = evaluate("0 < x(a) - y(a) <= 2 * x(a) and not x(a) < 1", METRICS, "here", {})
    first, second = outcome.comparisons
    assert [side.value.middle for side in first.sides] == [0.0, 5.0, 4.0]
    assert first.signs == ("<", "<=")
    assert first.sides[1].named == (("x", "a"), ("y", "a"))
    assert (first.truth, second.truth, outcome.truth) == (False, False, False)


def test_what_decides_a_choice() -> None:
    values = {"x": Interval(1, 3, 2), "y": Interval(2, 4, 3), "z": Interval(9, 9, 9)}
    expression = "min(x(a), y(a), z(a)) < abs(min(z(a), y(a)) * x(a))"
    (comparison,) = evaluate_intervals(expression, lambda metric, _: values[metric], "here", {}).comparisons
    assert comparison.sides[0].named == (("x", "a"), ("y", "a"), ("z", "a"))
    assert comparison.sides[0].decided_by == (("x", "a"), ("y", "a"))  # z is never the least
    assert comparison.sides[1].decided_by == (("y", "a"), ("x", "a"))


def test_an_objection_to_two_sides_leaves_the_comparison_undecided() -> None:
    asked = []

    def objection(left: Side, right: Side) -> str:
        asked.append((left.named, right.named))
        return "no" if ("y", "a") in right.named else ""

    def outcome(expression: str) -> Outcome:
        def value_of(metric: str, subject: str) -> Interval:
            return Interval.point(METRICS[subject][metric])

        return evaluate_intervals(expression, value_of, "here", {}, objection)

    assert outcome("x(a) > y(a)").truth is None
    assert outcome("x(a) > y(a)").comparisons[0].objection == "no"
    assert outcome("x(a) > y(a) or x(a) > 0").truth is True
    assert outcome("x(a) > y(a) and x(a) > 5").truth is False
    asked.clear()
    assert outcome("abs(x(a) - y(a)) > 1").truth is None  # the operands of a difference are compared too
    assert asked == [((("x", "a"), ("y", "a")), ()), ((("x", "a"),), (("y", "a"),))]


FORBIDDEN = [
    "x(a) < True",
    "x(a) + (x(a) < 2) > 1",
    "(x(a) < 2) < 1",
    "max(x(a), x(a) < 2) > 1",
    "x(a).real < 1",
    "x(a).__class__ < 1",
    "open(a) < x(a)",
    "x(a) < print(1)",
    "x(a) < (lambda: 1)()",
    "x(a) < other",
    "x(a) < 'text'",
    "x(a) < None",
    "x(a) < 1j",
    "x(a) ** 2 < 1",
    "x(a) % 2 < 1",
    "x(a) // 2 < 1",
    "x(a) == 2",
    "x(a) in (1, 2)",
    "x(a) is 2",
    "[x(a)] < [1]",
    "{x(a)}",
    "x(a) if x(a) > 1 else 2",
    "(z := x(a)) < 1",
    "f'{x(a)}' < 1",
    "min(x(a)) < 1",
    "min() < x(a)",
    "abs(x(a), 1) < 1",
    "max(x(a), key=abs) < 1",
    "max(*x(a)) < 1",
    "x(a) <",
    "x(a); x(a)",
    "import os; x(a)",
    "__import__('os') < x(a)",
    "1 < 2",
    "",
    "x(A) < 1",
    "x(a, a) < 1",
    "x(-a) < 1",
    "x(a) < 1\0",
    "(" * 300 + "x(a)" + ")" * 300,
    "x(a) < " + "9" * 5000,
]


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("expression", FORBIDDEN)
def test_forbidden_constructs(expression: str) -> None:
    with pytest.raises(ConfigError, match=r"^here: "):
        evaluate(expression, METRICS, "here", {})


@pytest.mark.parametrize(
    "expression",
    [
        "x(a) < " + "-" * 5000 + "1",  # deeper than the parser goes
        "x(a) < " + " + ".join(["1"] * 3000),
        "x(a) < " + "9" * 400 + " * 1.0",  # no float64 is so large
        "x(a) < " + "9" * 400 + " / 3",
        "x(a) < \ud800",  # no text: half a surrogate pair
    ],
    ids=["deep", "long", "large-product", "large-quotient", "surrogate"],
)
def test_hostile_expressions(expression: str) -> None:
    with pytest.raises(ConfigError, match=r"^here: "):
        evaluate(expression, METRICS, "here", {})


def test_placeholders_mean_nothing_to_the_user() -> None:
    with pytest.raises(ConfigError, match="'value0' means nothing here"):
        evaluate("x(a) < value0", METRICS, "here", {})


@pytest.mark.parametrize("expression", ["x(a) ** 2 < 1", "x(a) == 1", "x(a) < 'text'", "min(x(a)) < 1"])
def test_forbidden_constructs_are_found_before_anything_is_measured(expression: str) -> None:
    with pytest.raises(ConfigError, match=r"^here: "):
        terms(expression, "here", {})


@pytest.mark.parametrize("expression", ["x(a)", "x(a) - 1", "min(x(a), 1)"])
def test_a_number_is_no_claim(expression: str) -> None:
    with pytest.raises(ConfigError, match=r"^here: "):
        evaluate(expression, METRICS, "here", {})


def only_config_errors(expression: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's own remarks on odd syntax
        with contextlib.suppress(ConfigError):
            terms(expression, "here", {})
        with contextlib.suppress(ConfigError):
            assert isinstance(evaluate(expression, METRICS, "here", {}), Outcome)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
@example("x(a)\n")
@example("x(a) < 0777")
@example("\N{BYTE ORDER MARK}x(a) < 1")
def test_any_text_gives_an_outcome_or_a_config_error(expression: str) -> None:
    only_config_errors(expression)


TOKENS = [
    "x(a)",
    "y(a)",
    "zero(at-clean)",
    "nan(at-clean)",
    "1",
    "0",
    "2.5e300",
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "/",
]
TOKENS += [
    "**",
    "<",
    "<=",
    "==",
    "and",
    "or",
    "not",
    "min(",
    "max(",
    "abs(",
    ".",
    "'",
    "[",
    "]",
    "if",
    "else",
    "lambda",
    ":",
]


@given(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=12).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_any_tokens_give_an_outcome_or_a_config_error(expression: str) -> None:
    only_config_errors(expression)


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True, allow_infinity=True))
@settings(max_examples=60, deadline=None)
def test_comparison_is_that_of_numbers(left: float, right: float) -> None:
    metrics = {"l": {"v": left}, "r": {"v": right}}
    assert evaluate("v(l) < v(r)", metrics, "here", {}).truth == (left < right)
