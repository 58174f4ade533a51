"""The table of a study's claims: what the document says, what we measured, holds or does not hold."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from latentlab.pipeline.claims import evaluate


def claims_table(
    claims: Mapping[str, Mapping[str, str]], metrics: Mapping[str, Mapping[str, float]]
) -> pd.DataFrame:
    """Every claim with its verdict.

    Parameters
    ----------
    claims : the section of a study's file: by name, "says" and "when".
    metrics : by subject, its measured metrics.

    Raises
    ------
    ConfigError : a claim speaks of what was not measured.
    """
    rows = []
    for name, claim in claims.items():
        outcome = evaluate(claim["when"], metrics, f"claims.{name}.when")
        measured = ", ".join(f"{term} = {value:.4g}" for term, value in outcome.values.items())
        verdict = "holds" if outcome.holds else "does not hold"
        rows.append((name, claim["says"], claim["when"], measured, verdict))
    return pd.DataFrame(rows, columns=["claim", "the document says", "holds when", "measured", "verdict"])


def claims_note(scale: str) -> str:
    """What the reader of a table of claims must know."""
    return (
        f"Measured at scale {scale}. A claim that does not hold is a finding, not a failure; at scales below "
        "paper the trainings are shorter, the models narrower and the images smaller than the document's."
    )
