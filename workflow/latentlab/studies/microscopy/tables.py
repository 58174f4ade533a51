"""Tables of the study's runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.of_runs import Words, runs_table
from latentlab.pipeline.tables.shown_table import ShownTable
from latentlab.studies.microscopy.digits.titles import CLUSTERS, COLOURS, RESTORERS
from latentlab.studies.microscopy.evaluation_file import KIND
from latentlab.studies.microscopy.judging import baseline_of
from latentlab.studies.microscopy.quantities import QUANTITIES

ANSWERS = {  # that need no trained network, by the end of their metrics' names
    "mean_image": "mean image",
    "components": "principal components",
    "shuffled": "shuffled, by chance",
    "null": "shuffled, by chance",
    "moments": "image moments",
    "invariants": "features that no turn alters",
    "area": "sum of the pixels",
    "centre_of_mass": "centre of mass",
    "chance": "most frequent class",
    "pixels": "pixels themselves",
    "nearest": "nearest neighbours",
    "ridge": "ridge regression",
    "possible": "noise-free spectrum, the most that is possible",
    **CLUSTERS,
    **RESTORERS,
    **COLOURS,
}
WORDS = Words(QUANTITIES, ANSWERS, baseline_of)


def runs(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Metrics of runs, from their evaluations; what needs no training stands below."""
    return runs_table(inputs, spec, WORDS, "", kind=KIND)
