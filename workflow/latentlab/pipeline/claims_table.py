"""The table of a study's claims: what the document says, what we measured, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from latentlab.pipeline.claims import Groups, evaluate, terms

HOLDS, FAILS, NOT_EVALUATED = "holds", "does not hold", "not evaluated at this scale"


def claims_table(
    claims: Mapping[str, Mapping[str, str]],
    metrics: Mapping[str, Mapping[str, float]],
    groups: Groups,
) -> pd.DataFrame:
    """Every claim with its verdict; claims that need values not measured at this scale are not evaluated.

    Parameters
    ----------
    claims : the section of a study's file: "says" and "when", by name.
    metrics : measured metrics, by subject.
    groups : runs by the group's name, for claims that name "@group".

    Raises
    ------
    ConfigError : a claim names a metric that its subject does not have.
    """
    rows = []
    for name, claim in claims.items():
        where = f"claims.{name}.when"
        measured, verdict = "", NOT_EVALUATED
        if all(subject in metrics for _, subject in terms(claim["when"], where, groups)):
            outcome = evaluate(claim["when"], metrics, where, groups)
            measured = ", ".join(f"{term} = {value:.4g}" for term, value in outcome.values.items())
            verdict = HOLDS if outcome.holds else FAILS
        rows.append((name, claim["says"], claim["when"], measured, verdict))
    return pd.DataFrame(rows, columns=["claim", "the document says", "holds when", "measured", "verdict"])


def claims_note(scale: str) -> str:
    """The note below a table of claims."""
    return (
        f"Measured at scale {scale}. A claim that does not hold is a finding, not a failure; at scales below "
        "paper the trainings are shorter, the models narrower and the images smaller than the document's."
    )
