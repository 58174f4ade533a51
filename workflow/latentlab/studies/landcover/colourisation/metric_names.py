"""Which metrics the colours of grey tiles have, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from latentlab.studies.landcover.colourisation.rivals import RIVALS

METRICS = ("chroma_error", "colourfulness")


def colourises(record: Mapping[str, Any]) -> bool:
    """Whether a run adds colours to a grey picture."""
    return record["input"] == "grey" and record["restores"] == "rgb"


def metrics(record: Mapping[str, Any]) -> set[str]:
    """Metrics of a run, the keys of the summary that `evaluation.evaluate` gives."""
    return set(METRICS) if colourises(record) else set()


def answers(sizes: Sequence[str]) -> set[str]:
    """Metrics of the tiles, the keys of the summary that `answers.answers` gives."""
    return {f"{metric}_{rival}" for metric in METRICS for rival in (*RIVALS, "truth")} - {
        "chroma_error_truth"
    }
