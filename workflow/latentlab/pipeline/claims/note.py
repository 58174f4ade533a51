"""The note below a table of claims: what the verdicts mean, and how wide the value of one training is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from latentlab.pipeline.claims.grammar import Groups, terms
from latentlab.pipeline.claims.spread import DEVIATIONS, Measured
from latentlab.pipeline.quantities import Quantity, quantity
from latentlab.pipeline.tables.number_text import number_text

VERDICTS = (
    "A run with several seeds stands for the range of their values (in brackets), and a count of pairs for "
    "two standard errors more. A claim holds, or does not hold, if that is so over the whole ranges; "
    "otherwise it is undecided. Undecided, too, are comparisons between runs of which none is better than "
    "the trivial answer (with min and max: of the runs that decide the result), and comparisons of rates, "
    "sizes, epochs or losses of runs of which any is not. Claims about the document's own sizes are not "
    "comparable at other scales; claims about runs that this scale does not train are not evaluated."
)


def claims_note(
    scale: str, claims: Mapping[str, Mapping[str, Any]], measured: Measured, groups: Groups
) -> str:
    """The note: the scale, the verdicts, and how wide the intervals of single trainings are, by metric."""
    return f"Measured at scale {scale}. {VERDICTS} {_single_seeds(claims, measured, groups)}"


def _single_seeds(claims: Mapping[str, Mapping[str, Any]], measured: Measured, groups: Groups) -> str:
    if not measured.has_seeds:
        return "No run has several seeds here, so the values of trainings are taken as exact."
    deviations: dict[str, list[float]] = {}
    for name, claim in claims.items():
        for metric, subject in terms(claim["when"], f"claims.{name}.when", groups):
            if measured.is_run(subject) and len(measured.family(subject)) == 1:
                deviations.setdefault(metric, []).append(measured.deviation(metric, subject))
    sentence = (
        "A run with a single seed stands for its value and two standard deviations between the seeds of the "
        "runs like it"
    )
    widths = [_width(quantity(name, measured.quantities), found) for name, found in deviations.items()]
    return f"{sentence}: {'; '.join(widths)}." if widths else f"{sentence}."


def _width(described: Quantity, deviations: list[float]) -> str:
    relative = described.scatter == "relative"
    ends = [
        number_text(math.exp(DEVIATIONS * deviation) if relative else DEVIATIONS * deviation)
        for deviation in (min(deviations), max(deviations))
    ]
    unit = f" {described.unit}" if described.unit and not relative else ""
    return f"{described.title} {'×/÷' if relative else '±'} {' to '.join(dict.fromkeys(ends))}{unit}"
