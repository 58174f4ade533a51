"""Interval arithmetic: what is known of a value that differs from one training to the next."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass

Truth = bool | None  # None: true for some values inside the intervals, false for others


@dataclass(frozen=True)
class Interval:
    """All values from `low` to `high`; `middle` is the one that is shown.

    An operation gives an interval that contains its result for all values of its operands (rounding
    included, since rounding keeps the order). `defined` is False where some of these values have no result,
    as with a divisor whose interval contains 0. An interval of NaN has no value at all.
    """

    low: float
    high: float
    middle: float
    defined: bool = True

    @classmethod
    def point(cls, value: float) -> Interval:
        """A value that is known exactly."""
        return cls(value, value, value)

    @property
    def missing(self) -> bool:
        """Whether there is no value at all, as 0 / 0."""
        return math.isnan(self.low) or math.isnan(self.high)

    @property
    def exact(self) -> bool:
        """Whether it is a single value."""
        return self.low == self.high

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __add__(self, other: Interval) -> Interval:
        return _corners(operator.add, self, other)

    def __sub__(self, other: Interval) -> Interval:
        return _corners(operator.sub, self, other)

    def __mul__(self, other: Interval) -> Interval:
        for factor, infinite in ((self, other), (other, self)):
            if 0 in factor and not factor.exact and math.inf in (infinite.high, -infinite.low):
                return _unknown(_or_nan(operator.mul, self.middle, other.middle))
        return _corners(operator.mul, self, other)

    def __truediv__(self, other: Interval) -> Interval:
        if 0 in other and not other.exact and not self.missing:
            return _unknown(_or_nan(operator.truediv, self.middle, other.middle))
        return _corners(operator.truediv, self, other)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low, -self.middle, self.defined)

    def __abs__(self) -> Interval:
        ends = (abs(self.low), abs(self.high))
        low = 0.0 if 0 in self else min(ends)
        return Interval(low, max(ends), abs(self.middle), self.defined)


MISSING = Interval(math.nan, math.nan, math.nan)


def _unknown(middle: float) -> Interval:
    return Interval(-math.inf, math.inf, middle, defined=False)


def _or_nan(operation: Callable[[float, float], float], left: float, right: float) -> float:
    try:
        return operation(left, right)
    except ZeroDivisionError:
        return math.nan


def _corners(operation: Callable[[float, float], float], left: Interval, right: Interval) -> Interval:
    """The interval between the least and the largest result of the operands' ends."""
    if left.missing or right.missing:
        return MISSING
    middle = _or_nan(operation, left.middle, right.middle)
    ends = [_or_nan(operation, a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    if any(math.isnan(end) for end in ends):
        return MISSING if left.exact and right.exact else _unknown(middle)
    return Interval(min(ends), max(ends), middle, left.defined and right.defined)


def least(*values: Interval) -> Interval:
    """The interval of the least of several values."""
    return _choice(min, values)


def largest(*values: Interval) -> Interval:
    """The interval of the largest of several values."""
    return _choice(max, values)


def _choice(choose: Callable[..., float], values: tuple[Interval, ...]) -> Interval:
    if any(value.missing for value in values):
        return MISSING
    return Interval(
        choose(value.low for value in values),
        choose(value.high for value in values),
        choose(value.middle for value in values),
        all(value.defined for value in values),
    )


def compare(sign: str, left: Interval, right: Interval) -> Truth:
    """Whether left `sign` right ("<", "<=", ">", ">=") holds for all values inside the intervals, or none."""
    if sign in (">", ">="):
        left, right, sign = right, left, sign.replace(">", "<")
    if left.missing or right.missing:
        return False
    holds = operator.lt if sign == "<" else operator.le
    always, ever = holds(left.high, right.low), holds(left.low, right.high)
    return None if ever and not always else ever


def all_of(truths: list[Truth]) -> Truth:
    """Kleene's "and"."""
    return False if False in truths else None if None in truths else True


def any_of(truths: list[Truth]) -> Truth:
    """Kleene's "or"."""
    return True if True in truths else None if None in truths else False


def negation(truth: Truth) -> Truth:
    """Kleene's "not"."""
    return None if truth is None else not truth
