"""What claims may name beside runs and sets: what the stages of the parts measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from latentlab.studies.microscopy.atoms.metric_names import subjects as atoms
from latentlab.studies.microscopy.digits.metric_names import subjects as digits
from latentlab.studies.microscopy.plasmonics.metric_names import subjects as plasmonics

# One function a part: the study's file -> by subject, the metrics in the summary of its artifact.
PARTS: tuple[Callable[[Mapping[str, Any]], Mapping[str, frozenset[str]]], ...] = (digits, atoms, plasmonics)
