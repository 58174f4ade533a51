"""A claim with numbers in place of its names, as it is read in the table of claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from latentlab.pipeline.claims.evaluation import Combination, Comparison, Outcome, Side, evaluate
from latentlab.pipeline.claims.grammar import Groups
from latentlab.pipeline.claims.intervals import Interval
from latentlab.pipeline.claims.spread import Measured
from latentlab.pipeline.tables.number_text import DIGITS, number_text

SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
MOST_DIGITS = 8  # where two numbers differ in their last digits only
NO_NUMBER = "no number"
Statement = Comparison | Combination


def statement_text(
    statement: Statement,
    side_text: Callable[[Side, int], str],
    shown: Callable[[Comparison], bool] = lambda comparison: True,
) -> str:
    """A claim's comparisons with their sides in place of names; without those that are not `shown`.

    `side_text` writes a side with a number of significant digits.
    """
    if isinstance(statement, Comparison):
        return _comparison_text(statement, side_text) if shown(statement) else ""
    parts = []
    for part in statement.parts:
        text = statement_text(part, side_text, shown)
        if text and isinstance(part, Combination) and part.word != "not" and part.word != statement.word:
            text = f"({text})"
        parts.append(text)
    parts = [part for part in parts if part]
    if statement.word == "not":
        return f"not {parts[0]}" if parts else ""
    return f" {statement.word} ".join(parts)


def _comparison_text(comparison: Comparison, side_text: Callable[[Side, int], str]) -> str:
    """A comparison with three digits, or as many as show that its sides differ."""
    middles = [side.value.middle for side in comparison.sides]
    for digits in range(DIGITS, MOST_DIGITS + 1):
        numbers = [number_text(middle, digits=digits) for middle in middles]
        if len(set(numbers)) == len(set(middles)):
            break
    first, *others = [side_text(side, digits) for side in comparison.sides]
    pairs = zip(comparison.signs, others, strict=True)
    return " ".join([first, *(f"{SIGNS[sign]} {side}" for sign, side in pairs)])


def _number(value: float, digits: int = DIGITS) -> str:
    return number_text(value, digits=digits) or NO_NUMBER


def range_text(interval: Interval) -> str:
    """Two values as "0.979 to 0.991"."""
    return f"{number_text(interval.low)} to {number_text(interval.high)}"


def ours_text(outcome: Outcome, measured: Measured) -> str:
    """What was measured; the range in brackets where runs with several seeds are named."""

    def side_text(side: Side, digits: int) -> str:
        text = _number(side.value.middle, digits)
        if side.value.exact or not any(len(measured.family(subject)) > 1 for _, subject in side.named):
            return text
        return f"{text} ({range_text(side.value)})"

    return statement_text(outcome.statement, side_text)


def values_text(outcome: Outcome, measured: Measured) -> str:
    """Each measured value with its interval: "ms_ssim(at-clean) = 0.986 [0.979 to 0.991]"; seeds as one."""
    values = {}
    for (metric, subject), interval in outcome.values.items():
        width = "" if interval.exact or interval.missing else f" [{range_text(interval)}]"
        values[f"{metric}({measured.family(subject)[0]})"] = f"{_number(interval.middle)}{width}"
    return "; ".join(f"{name} = {value}" for name, value in values.items())


def document_text(
    expression: str,
    document: Mapping[str, Mapping[str, float]],
    measured: Measured,
    where: str,
    groups: Groups,
    given: str = "",
) -> str:
    """The claim with the document's own values; says so where they contradict it.

    Comparisons that name a value which the document does not give are left out.

    Parameters
    ----------
    document : its values, by run and metric. given : text for what its tables do not give, shown instead.
    """
    known: dict[tuple[str, str], Interval] = {}

    def value_of(metric: str, subject: str) -> Interval:
        runs = [subject, *(run for run, members in measured.seeds.items() if subject in members)]
        for run in runs:
            if metric in document.get(run, {}):
                known[metric, subject] = Interval.point(document[run][metric])
                return known[metric, subject]
        return Interval(float("-inf"), float("inf"), 0.0)

    outcome = evaluate(expression, value_of, where, groups)

    def shown(comparison: Comparison) -> bool:
        named = [term for side in comparison.sides for term in side.named]
        return bool(named) and all(term in known for term in named)

    text = given or statement_text(
        outcome.statement, lambda side, digits: _number(side.value.middle, digits), shown
    )
    contradicted = bool(known) and outcome.truth is False
    return f"{text}: its own table does not show it" if text and contradicted else text
