"""Tables of the study's runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from latentlab.pipeline.inputs import Inputs
from latentlab.pipeline.tables.of_runs import Words, runs_table
from latentlab.pipeline.tables.shown_table import ShownTable
from latentlab.studies.landcover.colourisation.rivals import RIVALS
from latentlab.studies.landcover.evaluation_file import KIND
from latentlab.studies.landcover.generation.metric_names import ANSWERS as GENERATED
from latentlab.studies.landcover.judging import baseline_of
from latentlab.studies.landcover.latent_space.quantities import ANSWERS as LATENT_SPACE
from latentlab.studies.landcover.perception.constructed import CONSTRUCTED
from latentlab.studies.landcover.quantities import QUANTITIES
from latentlab.studies.landcover.reconstruction import tables as reconstruction

ANSWERS = {  # that need no trained network, by the end of their metrics' names
    "truth": "the tiles themselves",
    "mean_colour": "mean colour of the tile",
    "mean_image": "mean of the training tiles",
    **{f"pca_{size}": f"principal components, {size}" for size in (2, 10, 50, 128, 512)},
    "pca_full": "principal components, as many as the scale's latents",
    **GENERATED,
    **LATENT_SPACE,
    **RIVALS,
}
WORDS = Words(QUANTITIES, ANSWERS, baseline_of)
WITH_CONSTRUCTED = Words(QUANTITIES, {**ANSWERS, **CONSTRUCTED}, baseline_of)


def architectures(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """The thesis's architectures: errors, weights and speed of the thesis and ours."""
    return reconstruction.architectures(inputs, spec, WORDS)


def runs(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """Metrics of runs, from their evaluations; what needs no training stands below."""
    return runs_table(inputs, spec, WORDS, "", kind=KIND)


def misleading(inputs: Inputs, spec: Mapping[str, Any]) -> ShownTable:
    """The same, and below pictures made from tiles, of which only measures of likeness speak."""
    return runs_table(inputs, spec, WITH_CONSTRUCTED, "", kind=KIND)
