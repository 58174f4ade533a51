"""Which metrics the study's measured artifacts carry, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from latentlab.studies.microscopy.cards import metric_names as cards

Spec, Record = Mapping[str, Any], Mapping[str, Any]
# By part: metrics of a run on a set of the part, from the set's entry and the run's record.
RUNS: dict[str, Callable[[Spec, Record], set[str]]] = {
    "cards": cards.metrics,
}
# By part: metrics in the summary of the set itself, answers that need no training, from its entry.
SETS: dict[str, Callable[[Spec], set[str]]] = {
    "cards": cards.set_metrics,
}
