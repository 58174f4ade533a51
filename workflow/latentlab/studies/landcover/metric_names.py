"""Which metrics the study's measured artifacts carry, so that names are checked before any job starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.studies.landcover.colourisation import metric_names as colourisation
from latentlab.studies.landcover.generation import metric_names as generation
from latentlab.studies.landcover.invariants import metric_names as invariants
from latentlab.studies.landcover.judging import TILES
from latentlab.studies.landcover.latent_space import metric_names as latent_space
from latentlab.studies.landcover.perception import metric_names as perception
from latentlab.studies.landcover.reconstruction import metric_names as reconstruction

# The parts that measure each run and give answers without training
PARTS = (reconstruction, latent_space, perception, generation, colourisation)


def run_metrics(record: Mapping[str, Any]) -> set[str]:
    """Metrics of a run, the keys of its evaluation's summary."""
    return set().union(*(part.metrics(record) for part in PARTS))


def subjects(study: Mapping[str, Any]) -> dict[str, set[str]]:
    """What claims may name beside runs: by subject, the metrics in the summary of its artifact.

    Parameters
    ----------
    study : the study's file, with "latent_labels": the latent sizes of all runs, as text, "full" among them.
    """
    return {
        TILES: set().union(*(part.answers(study["latent_labels"]) for part in PARTS)),
        **{name: latent_space.embedded(entry["runs"]) for name, entry in study["embeddings"].items()},
        **{name: set(invariants.metrics(entry)) for name, entry in study["invariants"].items()},
    }
