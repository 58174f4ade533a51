"""Which metrics the study's measured artifacts carry, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from latentlab.studies.microscopy.atoms import metric_names as atoms
from latentlab.studies.microscopy.cards import metric_names as cards
from latentlab.studies.microscopy.digits import metric_names as digits
from latentlab.studies.microscopy.plasmonics import metric_names as plasmonics

Spec, Record = Mapping[str, Any], Mapping[str, Any]
# By part: metrics of a run on a set of the part, from the set's entry and the run's record.
RUNS: dict[str, Callable[[Spec, Record], set[str]]] = {
    "cards": cards.metrics,
    "digits": digits.metrics,
    "atoms": atoms.metrics,
    "plasmonics": plasmonics.metrics,
}
# By part: metrics in the summary of the set itself, answers that need no training, from its entry.
SETS: dict[str, Callable[[Spec], set[str]]] = {
    "cards": cards.set_metrics,
    "digits": digits.set_metrics,
    "atoms": atoms.set_metrics,
    "plasmonics": plasmonics.set_metrics,
}
