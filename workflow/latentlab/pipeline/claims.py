"""Claims: sentences of a document as expressions over measured metrics, such as
``ms_ssim(at-gap-in) < min(ms_ssim(at-clean), 0.99)``.

Grammar: ``metric(subject)`` is a measured value; ``metric(@group)``, inside min or max, stands for the
values of all runs of a group. In addition there are numbers, + - * /, comparisons, ``and``, ``or``, ``not``
and the functions min, max and abs. Nothing else is evaluated.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from latentlab.errors import ConfigError
from latentlab.pipeline.names import unknown_name

FUNCTIONS = {"min": min, "max": max, "abs": abs}
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Not: operator.not_,
}
LONGEST = 1000  # characters
_PLACEHOLDER = re.compile(r"\bvalue\d+\b")
_VALUE = re.compile(r"\b(?!(?:min|max|abs)\b)([a-z][a-z0-9_]*)\(\s*(@?[a-z0-9]+(?:-[a-z0-9]+)*)\s*\)")
Groups = Mapping[str, Sequence[str]]  # runs by the group's name


@dataclass(frozen=True)
class Outcome:
    """A claim evaluated: the measured values by ``metric(subject)``, and whether it holds."""

    values: dict[str, float]
    holds: bool


def _parse(expression: str, where: str, groups: Groups) -> tuple[ast.expr, dict[str, tuple[str, str]]]:
    values: dict[str, tuple[str, str]] = {}

    def replace(match: re.Match[str]) -> str:
        metric, subject = match[1], match[2]
        if subject.startswith("@") and subject[1:] not in groups:
            raise ConfigError(f"{where}: {unknown_name('group', subject[1:], groups)}")
        members = groups[subject[1:]] if subject.startswith("@") else [subject]
        names = [f"value{len(values) + place}" for place in range(len(members))]
        values.update({name: (metric, member) for name, member in zip(names, members, strict=True)})
        return ", ".join(names)

    if len(expression) > LONGEST:
        raise ConfigError(f"{where}: the expression is longer than {LONGEST} characters")
    if written := _PLACEHOLDER.search(expression):
        raise ConfigError(f"{where}: '{written[0]}' means nothing here; values are written metric(subject)")
    try:
        tree = ast.parse(_VALUE.sub(replace, expression), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConfigError(f"{where}: {expression!r} is no expression ({error})") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in values and node.id not in FUNCTIONS:
            raise ConfigError(f"{where}: '{node.id}' means nothing here; values are written metric(subject)")
    if not _is_verdict(tree):
        raise ConfigError(f"{where}: '{expression}' compares nothing, so it can neither hold nor fail")
    _check(tree, where)
    if not values:
        raise ConfigError(
            f"{where}: '{expression}' names no measured value; values are written metric(subject)"
        )
    return tree, values


def terms(expression: str, where: str, groups: Groups) -> list[tuple[str, str]]:
    """The measured values that an expression refers to, as (metric, subject), in order.

    Raises
    ------
    ConfigError : the expression cannot be parsed, or names a group that does not exist.
    """
    _, values = _parse(expression, where, groups)
    return list(values.values())


def evaluate(
    expression: str, metrics: Mapping[str, Mapping[str, float]], where: str, groups: Groups
) -> Outcome:
    """Evaluate a claim. `metrics` is {subject: {metric: value}}.

    A claim about a value that is not a number, or that divides by zero, does not hold.

    Raises
    ------
    ConfigError : a subject or metric that was not measured, or a construct outside the grammar.
    """
    tree, names = _parse(expression, where, groups)
    values: dict[str, float] = {}
    for name, (metric, subject) in names.items():
        if subject not in metrics:
            raise ConfigError(f"{where}: nothing was measured for '{subject}'")
        if metric not in metrics[subject]:
            known = ", ".join(sorted(metrics[subject]))
            raise ConfigError(f"{where}: '{subject}' has no metric '{metric}', only {known}")
        values[name] = float(metrics[subject][metric])
    shown = {f"{metric}({subject})": values[name] for name, (metric, subject) in names.items()}
    try:
        holds = all(not math.isnan(value) for value in values.values()) and bool(_value(tree, values))
    except ZeroDivisionError:
        holds = False
    except OverflowError as error:
        raise ConfigError(f"{where}: '{expression}' cannot be evaluated ({error})") from error
    return Outcome(values=shown, holds=holds)


def _is_verdict(node: ast.expr) -> bool:
    """Whether an expression is a comparison, or a combination of comparisons by and, or, not."""
    match node:
        case ast.Compare():
            return True
        case ast.BoolOp(values=operands):
            return all(_is_verdict(operand) for operand in operands)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _is_verdict(operand)
    return False


def _check(node: ast.expr, where: str) -> None:
    """Raise ConfigError for what is outside the grammar, before anything is measured."""
    logical = isinstance(node, ast.BoolOp) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            parts: list[ast.expr] = []
        case ast.Name():
            parts = []
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            parts = [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            parts = [left, right]
        case ast.BoolOp(values=parts):
            pass
        case ast.Compare(left=left, ops=ops, comparators=comparators) if all(
            type(op) in OPERATORS for op in ops
        ):
            parts = [left, *comparators]
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]) if name in FUNCTIONS:
            if (len(parts) == 1) != (name == "abs") or not parts:
                raise ConfigError(f"{where}: '{ast.unparse(node)}' has a wrong number of arguments")
        case _:
            raise ConfigError(f"{where}: '{ast.unparse(node)}' cannot be used in a claim")
    for part in parts:
        if _is_verdict(part) and not logical:
            raise ConfigError(f"{where}: '{ast.unparse(part)}' is no number")
        _check(part, where)


def _value(node: ast.expr, values: Mapping[str, float]) -> Any:
    """Value of an expression that `_check` has accepted."""
    match node:
        case ast.Constant(value=number):
            return number
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=op, operand=operand):
            return OPERATORS[type(op)](_value(operand, values))
        case ast.BinOp(left=left, op=op, right=right):
            result = OPERATORS[type(op)](_value(left, values), _value(right, values))
            if result != result:  # infinity minus infinity and similar: as 0 / 0
                raise ZeroDivisionError
            return result
        case ast.BoolOp(op=op, values=operands):
            results = [_value(operand, values) for operand in operands]
            return all(results) if isinstance(op, ast.And) else any(results)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            terms = [_value(term, values) for term in (left, *comparators)]
            return all(OPERATORS[type(op)](a, b) for op, a, b in zip(ops, terms, terms[1:], strict=False))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name](*(_value(argument, values) for argument in arguments))
    raise AssertionError(f"unchecked node {ast.dump(node)}")
