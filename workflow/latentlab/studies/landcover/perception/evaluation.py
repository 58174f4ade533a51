"""How like the tiles a network's reconstructions are, by other measures than the mean absolute error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from latentlab.studies.landcover.perception.measures import likeness, sharpness
from latentlab.studies.landcover.perception.probe import CoverProbe
from latentlab.studies.landcover.perception.restored import as_bytes, measured, restored
from latentlab.studies.landcover.perception.shown import as_shown
from latentlab.studies.landcover.run_tiles import RunTiles, pictures

SHOWN = 2  # tiles of the figure


def shown_places(tiles: Any) -> np.ndarray:
    """Places of the tiles of the figure among the measured ones: those of the most mixed land cover."""
    fractions = tiles.factors["fractions"]
    mixed = -np.sum(fractions * np.log(fractions + 1e-9), axis=1)  # entropy: several classes
    return np.argsort(-mixed, kind="stable")[:SHOWN]


def evaluate(
    model: Any, tiles: RunTiles, record: Mapping[str, Any]
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Metrics of a run, `metric_names.metrics`, on at most `restored.MEASURED` test tiles.

    Eight bands are measured in their red, green and blue, see `shown.as_shown`.

    Returns
    -------
    summary; arrays : "perception/restored" uint8 (SHOWN, 3, side, side), the tiles of the figure.
    """
    kind = record["restores"]
    part = measured(tiles.test)
    truth = as_shown(pictures(part, kind), kind)
    found = as_shown(restored(model, pictures(part, record["input"])), kind)
    probe = CoverProbe(as_shown(pictures(tiles.train, kind), kind), tiles.train.factors["dominant"])
    summary = {
        **{name: float(values.mean()) for name, values in likeness(truth, found).items()},
        "sharpness": sharpness(truth, found),
        "cover_accuracy": probe.accuracy(found, part.factors["dominant"]),
    }
    return summary, {"perception/restored": as_bytes(found[shown_places(part)])}
