"""What claims may name beside runs, patterns and baselines: what the study's parts measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from latentlab.studies.gisaxs.clustering.metric_names import clustering_subjects
from latentlab.studies.gisaxs.clustering.separation_names import subjects as separation_subjects
from latentlab.studies.gisaxs.denoising.metric_names import subjects as denoising_subjects
from latentlab.studies.gisaxs.regression.metric_names import subjects as regression_subjects
from latentlab.studies.gisaxs.restoration.metric_names import restoration_subjects

# One function a part: the study's file -> by subject, the metrics in the summary of its artifact.
PARTS: tuple[Callable[[Mapping[str, Any]], Mapping[str, frozenset[str]]], ...] = (
    denoising_subjects,
    restoration_subjects,
    separation_subjects,
    clustering_subjects,
    regression_subjects,
)


def measured_subjects(study: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Metrics by subject, of all parts; `study` is the content of config/gisaxs.yaml."""
    return {subject: metrics for part in PARTS for subject, metrics in part(study).items()}
