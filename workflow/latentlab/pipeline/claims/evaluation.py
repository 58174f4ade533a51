"""The evaluation of claims (`latentlab.pipeline.claims.grammar`).

A measured value is an interval (`latentlab.pipeline.claims.spread`), so a comparison is true (for all values
inside the intervals), false (for none) or undecided; ``and``, ``or`` and ``not`` follow Kleene's logic.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from latentlab.errors import ConfigError
from latentlab.pipeline.claims.grammar import SIGNS, Groups, Term, parse
from latentlab.pipeline.claims.intervals import (
    Interval,
    Truth,
    all_of,
    any_of,
    compare,
    largest,
    least,
    negation,
)

FUNCTIONS = {"min": least, "max": largest, "abs": abs}
OPERATIONS = {
    ast.Add: Interval.__add__,
    ast.Sub: Interval.__sub__,
    ast.Mult: Interval.__mul__,
    ast.Div: Interval.__truediv__,
}


@dataclass(frozen=True)
class Side:
    """What is compared: its value, the measured values that it names, and those of them that decide it.

    Of min and max those decide it whose interval reaches into the result's; of all else, all of them do.
    """

    value: Interval
    named: tuple[Term, ...] = ()
    decided_by: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """``side sign side ...``; `objection` says why it is undecided whatever its values are, or is empty."""

    sides: tuple[Side, ...]
    signs: tuple[str, ...]
    truth: Truth
    objection: str = ""


@dataclass(frozen=True)
class Combination:
    """Comparisons joined by "and" or "or", or one after "not"."""

    word: str
    parts: tuple[Comparison | Combination, ...]
    truth: Truth


Objection = Callable[[Side, Side], str]  # why two sides cannot be compared; empty if they can


@dataclass(frozen=True)
class Outcome:
    """A claim evaluated: its comparisons with their values, and the measured values by (metric, subject)."""

    statement: Comparison | Combination
    values: dict[Term, Interval]

    @property
    def comparisons(self) -> list[Comparison]:
        """All comparisons, in order."""
        return list(_comparisons(self.statement))

    @property
    def truth(self) -> Truth:
        """Whether the claim holds. One with a value that is not a number, or a division by zero, does not."""
        sides = [side.value for comparison in self.comparisons for side in comparison.sides]
        if any(value.missing for value in (*sides, *self.values.values())):
            return False
        if self.statement.truth and not all(value.defined for value in sides):
            return None
        return self.statement.truth


def evaluate(
    expression: str,
    value_of: Callable[[str, str], Interval],
    where: str,
    groups: Groups,
    objection: Objection = lambda left, right: "",
) -> Outcome:
    """Evaluate a claim.

    Parameters
    ----------
    value_of : the interval of a metric of a subject; raises ConfigError for what was not measured.
    where : the claim's key, for messages. groups : runs by the group's name.
    objection : is asked for the two sides of each comparison, and for the operands of each difference and
        ratio; where it gives a reason, the comparison is undecided.

    Raises
    ------
    ConfigError : a value that was not measured, a construct outside the grammar, a number beyond float64.
    """
    tree, names = parse(expression, where, groups)
    values = {term: value_of(*term) for term in dict.fromkeys(names.values())}
    try:
        return Outcome(_Evaluation(names, values, objection).statement(tree), values)
    except OverflowError as error:
        raise ConfigError(f"{where}: '{expression}' cannot be evaluated ({error})") from error


def _comparisons(statement: Comparison | Combination) -> Iterator[Comparison]:
    if isinstance(statement, Comparison):
        yield statement
    else:
        for part in statement.parts:
            yield from _comparisons(part)


@dataclass(frozen=True)
class _Evaluation:
    """Evaluates a tree that `_check` has accepted."""

    names: Mapping[str, Term]
    values: Mapping[Term, Interval]
    objection: Objection

    def statement(self, node: ast.expr) -> Comparison | Combination:
        match node:
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                return self._comparison([left, *comparators], [SIGNS[type(op)] for op in ops])
            case ast.BoolOp(op=op, values=operands):
                parts = tuple(self.statement(operand) for operand in operands)
                word, join = ("and", all_of) if isinstance(op, ast.And) else ("or", any_of)
                return Combination(word, parts, join([part.truth for part in parts]))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                part = self.statement(operand)
                return Combination("not", (part,), negation(part.truth))
        raise AssertionError(f"unchecked node {ast.dump(node)}")

    def _comparison(self, nodes: list[ast.expr], signs: list[str]) -> Comparison:
        compared: list[tuple[Side, Side]] = []  # also the operands of differences and ratios
        sides = [self._side(node, compared) for node in nodes]
        pairs = list(pairwise(sides))
        truths = [compare(sign, a.value, b.value) for sign, (a, b) in zip(signs, pairs, strict=True)]
        objections = [reason for pair in (*pairs, *compared) if (reason := self.objection(*pair))]
        truth = None if objections else all_of(truths)
        return Comparison(tuple(sides), tuple(signs), truth, objections[0] if objections else "")

    def _side(self, node: ast.expr, compared: list[tuple[Side, Side]]) -> Side:
        match node:
            case ast.Constant(value=number):
                return Side(Interval.point(float(number)))
            case ast.Name(id=name):
                term = self.names[name]
                return Side(self.values[term], (term,), (term,))
            case ast.UnaryOp(operand=operand):
                side = self._side(operand, compared)
                return Side(-side.value, side.named, side.decided_by)
            case ast.BinOp(left=left, op=op, right=right):
                pair = self._side(left, compared), self._side(right, compared)
                if isinstance(op, (ast.Sub, ast.Div)):
                    compared.append(pair)
                return _joined(OPERATIONS[type(op)](pair[0].value, pair[1].value), pair)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                sides = [self._side(argument, compared) for argument in arguments]
                value = FUNCTIONS[name](*(side.value for side in sides))
                deciding = [side for side in sides if name == "abs" or _overlap(side.value, value)]
                return _joined(value, sides, deciding)
        raise AssertionError(f"unchecked node {ast.dump(node)}")


def _overlap(one: Interval, other: Interval) -> bool:
    return one.low <= other.high and other.low <= one.high


def _joined(value: Interval, sides: Sequence[Side], deciding: Sequence[Side] | None = None) -> Side:
    named = dict.fromkeys(term for side in sides for term in side.named)
    decided = dict.fromkeys(
        term for side in (sides if deciding is None else deciding) for term in side.decided_by
    )
    return Side(value, tuple(named), tuple(decided))
