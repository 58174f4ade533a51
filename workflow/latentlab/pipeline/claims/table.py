"""The verdict on each of a study's claims: what the document says, what it gives, what we measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from latentlab.errors import ConfigError
from latentlab.pipeline.claims.evaluation import Comparison, Outcome, evaluate
from latentlab.pipeline.claims.grammar import Groups, terms
from latentlab.pipeline.claims.intervals import Interval
from latentlab.pipeline.claims.judge import Judge
from latentlab.pipeline.claims.spread import Measured
from latentlab.pipeline.claims.text import NO_NUMBER, document_text, ours_text, range_text, values_text
from latentlab.pipeline.claims.verdicts import FAILS, HOLDS, NOT_COMPARABLE, NOT_EVALUATED, UNDECIDED
from latentlab.pipeline.quantities import quantity
from latentlab.pipeline.tables.number_text import number_text

COLUMNS = ["claim", "says", "document", "ours", "verdict", "reason", "condition", "values"]
MOST_NAMED = 3  # single trainings in a reason; all are among the values
OWN = "Ours"  # what a claim of our own begins with


def claims_table(
    claims: Mapping[str, Mapping[str, Any]],
    judge: Judge,
    groups: Groups,
    document: Mapping[str, Mapping[str, float]],
    scale: str,
) -> pd.DataFrame:
    """Every claim with its verdict, and the reason of one that is undecided.

    A claim whose values were not measured at this scale is not evaluated; one that `scales` keeps from this
    scale is not comparable, with its values shown where they were measured.

    Parameters
    ----------
    claims : the section of a study's file, by name. groups : runs by the group's name.
    document : the document's own values, by run and metric. scale : its name.

    Raises
    ------
    ConfigError : a claim names a metric that its subject does not have.
    """
    rows = []
    for name, claim in claims.items():
        where = f"claims.{name}.when"
        ours, reason, values = "", "", ""
        verdict = NOT_EVALUATED
        if all(judge.measured.family(subject) for _, subject in terms(claim["when"], where, groups)):
            outcome = _evaluated(claim["when"], judge, where, groups)
            ours, values = ours_text(outcome, judge.measured), values_text(outcome, judge.measured)
            verdict = {True: HOLDS, False: FAILS, None: UNDECIDED}[outcome.truth]
            reason = _reason(outcome, judge)
        if scale not in claim.get("scales", [scale]):
            verdict, reason = NOT_COMPARABLE, f"only at scale {' and '.join(claim['scales'])}"
        theirs = document_text(
            claim["when"], document, judge.measured, where, groups, claim.get("document", "")
        )
        rows.append((name, claim["says"], theirs, ours, verdict, reason, claim["when"], values))
    return pd.DataFrame(rows, columns=COLUMNS)


def _evaluated(expression: str, judge: Judge, where: str, groups: Groups) -> Outcome:
    def value_of(metric: str, subject: str) -> Interval:
        try:
            return judge.measured.interval(metric, subject)
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from None

    return evaluate(expression, value_of, where, groups, judge.objection)


def _reason(outcome: Outcome, judge: Judge) -> str:
    """Why a claim is undecided, or has no value; empty for all others."""
    missing = [f"{metric}({subject})" for (metric, subject), value in outcome.values.items() if value.missing]
    if missing:
        return f"{missing[0]} is {NO_NUMBER}"
    if any(side.value.missing for comparison in outcome.comparisons for side in comparison.sides):
        return "a division by zero"
    if outcome.truth is not None:
        return ""
    reasons: dict[str, None] = {}
    within = []
    for comparison in outcome.comparisons:
        if not all(side.value.defined for side in comparison.sides):
            reasons["a divisor may be zero"] = None
        elif comparison.objection:
            reasons[comparison.objection] = None
        elif comparison.truth is None:
            within.append(comparison)
    if within:
        reasons[_within_the_spread(within, judge.measured)] = None
    return "; ".join(reasons)


def _within_the_spread(comparisons: Sequence[Comparison], measured: Measured) -> str:
    """That comparisons are undecided by their values; and what a few single trainings stand for."""
    single, counted = {}, False
    named = [term for comparison in comparisons for side in comparison.sides for term in side.named]
    for metric, subject in dict.fromkeys(named):
        counted |= bool(quantity(metric, measured.quantities).of)
        interval = measured.interval(metric, subject)
        if len(measured.family(subject)) == 1 and not interval.exact:
            value = f"{subject} {number_text(interval.middle)}"
            single[metric, subject] = f"{value} stands for {range_text(interval)}"
    reason = "the difference is within the spread between seeds"
    if counted:
        reason += " and the uncertainty of the counts"
    return f"{reason} ({', '.join(single.values())})" if 0 < len(single) <= MOST_NAMED else reason
