"""What the restoration's evaluation measures, and under which names claims find it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.studies.gisaxs.restoration.methods import METHODS, NETWORK
from latentlab.studies.gisaxs.restoration.score_names import COVERAGES, RATIOS, SCORES

ENDS = ("", "_low", "_high")  # the median over patterns, and the ends of its interval


def budget_name(photons: float) -> str:
    """A photon budget as in the names of metrics: "1e5"."""
    return f"{photons:.0e}".replace("+0", "").replace("+", "")


def subject_of(method: str) -> str:
    """The subject of claims that a method is."""
    return f"restoration-{method}"


def restoration_subjects(study: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Metrics by subject; `study` is the content of config/gisaxs.yaml."""
    budgets = [budget_name(photons) for photons in study["restoration"]["budgets"]]
    return {
        subject_of(method): frozenset(
            f"{name}_{budget}{end}"
            for name in (*SCORES, *(COVERAGES if method == NETWORK else RATIOS))
            for budget in budgets
            for end in ENDS
        )
        for method in METHODS
    }
