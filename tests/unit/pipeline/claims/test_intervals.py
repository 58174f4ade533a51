"""Three-valued claims: true means true, and false means false, for every value inside the intervals."""

from __future__ import annotations

import ast
import math
import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.pipeline.claims.evaluation import Outcome, evaluate
from latentlab.pipeline.claims.intervals import (
    MISSING,
    Interval,
    all_of,
    any_of,
    compare,
    largest,
    least,
    negation,
)

NAMES = ("a", "b", "c")
numbers = st.one_of(st.integers(-3, 3).map(float), st.floats(-100, 100, allow_nan=False))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted((draw(numbers), draw(numbers)))
    return Interval(low, high, min(max((low + high) / 2, low), high))


def _expressions() -> st.SearchStrategy[str]:
    values = st.sampled_from([*(f"v({name})" for name in NAMES), "0", "1", "2.5"])

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        two = st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({' '.join(parts)})")
        choice = st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        )
        one = st.tuples(st.sampled_from(["-", "abs"]), inner).map(lambda parts: f"{parts[0]}({parts[1]})")
        return st.one_of(two, choice, one)

    return st.recursive(values, grow, max_leaves=4)


@st.composite
def claims(draw: st.DrawFn) -> str:
    sides = _expressions()
    signs = st.sampled_from(["<", "<=", ">", ">="])
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        comparison = " ".join([draw(sides), draw(signs), draw(sides), draw(signs), draw(sides)])
        parts.append(f"{draw(st.sampled_from(['', 'not ']))}({comparison})")
    return f" {draw(st.sampled_from(['and', 'or']))} ".join([*parts, "v(a) < 200"])


OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def at_a_point(node: ast.AST, point: dict[str, float]) -> float | bool:
    """The claim for one value of each name; ZeroDivisionError for what has no value."""
    match node:
        case ast.Constant(value=number):
            return float(number)
        case ast.Call(func=ast.Name(id="v"), args=[ast.Name(id=name)]):
            return point[name]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return {"min": min, "max": max, "abs": abs}[name](
                *(at_a_point(each, point) for each in arguments)
            )
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -at_a_point(operand, point)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not at_a_point(operand, point)
        case ast.BinOp(left=left, op=op, right=right):
            value = OPERATORS[type(op)](at_a_point(left, point), at_a_point(right, point))
            if math.isnan(value):
                raise ZeroDivisionError
            return value
        case ast.BoolOp(op=op, values=operands):
            values = [at_a_point(each, point) for each in operands]  # all of them: any may have no value
            return all(values) if isinstance(op, ast.And) else any(values)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            sides = [at_a_point(each, point) for each in (left, *comparators)]
            return all(OPERATORS[type(op)](a, b) for op, a, b in zip(ops, sides, sides[1:], strict=False))
    raise AssertionError(ast.dump(node))


def outcome_of(claim: str, values: dict[str, Interval]) -> Outcome:
    return evaluate(claim, lambda _, name: values[name], "here", {})


@given(claims(), st.fixed_dictionaries(dict.fromkeys(NAMES, intervals())), st.data())
@settings(max_examples=150, deadline=None)
def test_a_decided_claim_is_so_at_every_point(
    claim: str, values: dict[str, Interval], data: st.DataObject
) -> None:
    truth = outcome_of(claim, values).truth
    tree = ast.parse(claim, mode="eval").body
    for _ in range(3):
        point = {
            name: data.draw(st.one_of(st.sampled_from([each.low, each.high]), st.floats(each.low, each.high)))
            for name, each in values.items()
        }
        try:
            holds = at_a_point(tree, point)
        except ZeroDivisionError:
            holds = False
        assert truth is None or truth == holds, (claim, point)


@given(claims(), st.fixed_dictionaries(dict.fromkeys(NAMES, numbers)))
@settings(max_examples=80, deadline=None)
def test_a_claim_about_exact_values_is_always_decided(claim: str, point: dict[str, float]) -> None:
    try:
        holds = at_a_point(ast.parse(claim, mode="eval").body, point)
    except ZeroDivisionError:
        holds = False
    assert outcome_of(claim, {name: Interval.point(value) for name, value in point.items()}).truth is holds


@pytest.mark.parametrize(
    ("expression", "low", "high"),
    [
        (lambda x, y: x + y, 0, 7),
        (lambda x, y: x - y, -5, 2),
        (lambda x, y: x * y, -4, 12),
        (lambda x, y: y / Interval.point(2), 0.5, 2),
        (lambda x, y: x / y, -1, 3),
        (lambda x, y: -x, -3, 1),
        (lambda x, y: abs(x), 0, 3),
        (lambda x, y: abs(-y), 1, 4),
        (lambda x, y: least(x, y), -1, 3),
        (lambda x, y: largest(x, y), 1, 4),
    ],
)
def test_operations_by_hand(expression, low: float, high: float) -> None:
    result = expression(Interval(-1, 3, 0), Interval(1, 4, 2))
    assert (result.low, result.high) == (low, high)
    assert result.low <= result.middle <= result.high
    assert result.defined


def test_a_divisor_that_may_be_zero_is_undecided_and_never_true() -> None:
    values = {"a": Interval.point(1), "b": Interval(-1, 1, 0.5)}
    assert outcome_of("v(a) / v(b) < 5", values).truth is None
    assert outcome_of("v(a) / v(b) < 5 or v(a) > 0", values).truth is None  # with 0 it would not hold
    assert outcome_of("v(a) / v(b) < 5 and v(a) > 2", values).truth is False
    assert outcome_of("v(a) / (v(b) - v(b)) < 5", {**values, "b": Interval.point(2)}).truth is False


@pytest.mark.parametrize(
    ("sign", "left", "right", "truth"),
    [
        ("<", (0, 1), (2, 3), True),
        ("<", (0, 2), (2, 3), None),
        ("<=", (0, 2), (2, 3), True),
        ("<", (2, 3), (0, 2), False),
        ("<=", (2, 3), (0, 2), None),
        (">", (2, 3), (0, 1), True),
        (">=", (2, 3), (0, 2), True),
        (">", (0, 5), (2, 3), None),
    ],
)
def test_comparisons_by_hand(sign: str, left: tuple, right: tuple, truth: bool | None) -> None:
    assert compare(sign, Interval(*left, left[0]), Interval(*right, right[0])) is truth


def test_what_has_no_value_compares_to_nothing() -> None:
    one = Interval.point(1)
    for result in (MISSING + one, one / Interval.point(0), least(one, MISSING), abs(MISSING), -MISSING):
        assert result.missing
        assert compare("<", result, one) is False


def test_kleenes_logic() -> None:
    assert [all_of([True, None]), all_of([None, False]), all_of([True])] == [None, False, True]
    assert [any_of([True, None]), any_of([None, False]), any_of([False])] == [True, None, False]
    assert [negation(True), negation(None), negation(False)] == [False, None, True]
